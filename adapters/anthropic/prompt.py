"""Puts a question into the words of Anthropic's Messages API, with what is stable in front and marked for the cache."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.anthropic.models import Claude, Quiet
from application.ports.model import Question, Speaker, ToolOffer, Turn
from domain.codec import Json

Block = dict[str, Json]
# Thinking counts as output (https://platform.claude.com/docs/en/build-with-claude/thinking).
ROOM_TO_THINK = 4096
_MARK: Json = {"type": "ephemeral"}
_CHARACTERS_PER_TOKEN = 3


def request(model: str, facts: Claude, question: Question) -> dict[str, Json]:
    """Return the body of a request; what only changes from time to time stands before what always changes.

    The prefix goes: tools, system, turns. A marker ends each part that later requests repeat: the tools, the system
    prompt, the turns before the owner's last words, and all that was found out since.
    """
    messages = _messages(model, question)
    body: dict[str, Json] = {
        "model": model,
        "max_tokens": question.max_tokens,
        "messages": [{"role": role, "content": list(blocks)} for role, blocks in messages],
    }
    tools = [_tool(offer) for offer in question.tools]
    system = [_text(question.system)] if question.system else []
    _mark_stable([tools, system, *_stable_turns(question, messages)], facts.least_cached)
    body |= {"tools": list(tools)} if tools else {}
    body |= {"system": list(system)} if system else {}
    return body | _thinking(facts, question)


def _thinking(facts: Claude, question: Question) -> dict[str, Json]:
    if question.think and facts.adaptive:
        return {"thinking": {"type": "adaptive"}, "max_tokens": question.max_tokens + ROOM_TO_THINK}
    if facts.quiet is Quiet.NEVER:
        return {"max_tokens": question.max_tokens + ROOM_TO_THINK}
    return {} if facts.quiet is Quiet.BY_ITSELF else {"thinking": {"type": facts.quiet.value}}


def _messages(model: str, question: Question) -> list[tuple[str, list[Block]]]:
    """Return the turns; the context that changes stands before the owner's last words."""
    last = _owners_last(question.turns)
    told: list[tuple[str, list[Block]]] = []
    for place, turn in enumerate(question.turns):
        context = question.context if place == last else ""
        blocks = _turn(model, turn, context, keeps_thinking=place > last)
        if blocks:
            told.append((turn.speaker.value, blocks))
    return told


def _turn(model: str, turn: Turn, context: str, *, keeps_thinking: bool) -> list[Block]:
    """Return a turn's blocks.

    Thinking goes back as it came, to the same model and within the same turn of the owner: it is bound to the very
    conversation that it came from, and the context of an earlier turn is no longer there
    (https://platform.claude.com/docs/en/build-with-claude/preserved-thinking/prefix-checks).
    """
    if keeps_thinking and isinstance(turn.thinking, dict) and turn.thinking.get("model") == model:
        return [dict(block) for block in _list(turn.thinking.get("content")) if isinstance(block, dict)]
    results: list[Block] = [
        {"type": "tool_result", "tool_use_id": each.call_id, "content": each.text or "(nothing)"}
        | ({"is_error": True} if each.is_error else {})
        for each in turn.results
    ]
    calls: list[Block] = [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments} for call in turn.calls
    ]
    return [*results, *(_text(part) for part in (context, turn.text) if part.strip()), *calls]


def _stable_turns(question: Question, messages: list[tuple[str, list[Block]]]) -> list[list[Block]]:
    """Return the parts of the conversation that the next request repeats."""
    spoken = [
        place for place, (role, blocks) in enumerate(messages) if role == Speaker.OWNER.value and not _answers(blocks)
    ]
    last = spoken[-1] if spoken else 0
    before = [block for _, blocks in messages[:last] for block in blocks]
    since = [block for _, blocks in messages[last:] for block in blocks]
    goes_on = last < len(messages) - 1 or bool(question.tools)
    return [before, since] if goes_on else [before]


def _mark_stable(parts: Sequence[list[Block]], least: int) -> None:
    """Mark the end of each part, once the prefix is long enough to be cached at all."""
    length = 0
    for part in parts:
        length += sum(len(str(block)) for block in part)
        markable = [block for block in part if block.get("type") not in ("thinking", "redacted_thinking")]
        if markable and length >= least * _CHARACTERS_PER_TOKEN:
            markable[-1]["cache_control"] = _MARK


def _tool(offer: ToolOffer) -> Block:
    return {"name": offer.name, "description": offer.purpose, "input_schema": offer.schema}


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _answers(blocks: Sequence[Block]) -> bool:
    return any(block.get("type") == "tool_result" for block in blocks)


def _owners_last(turns: Sequence[Turn]) -> int:
    spoken = [place for place, turn in enumerate(turns) if turn.speaker is Speaker.OWNER and turn.text]
    return spoken[-1] if spoken else 0


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
