"""Puts a question into the words of Ollama's chat (https://docs.ollama.com/api/chat)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from adapters.ollama import tool_text
from adapters.ollama.shown import Shown
from application.ports.model import Question, Speaker, Turn
from domain.codec import Json

Body = dict[str, Json]
KEEP_ALIVE = "30m"
_CHARACTERS_PER_TOKEN = 3
_LEAST_CONTEXT = 4096


def request(model: str, shown: Shown, question: Question, *, native_tools: bool) -> Body:
    """Return the body of a chat request; without `native_tools` the tools are described in words."""
    in_words = bool(question.tools) and not native_tools
    messages = list(_messages(question, in_words=in_words))
    tools: list[Json] = [
        {"type": "function", "function": {"name": tool.name, "description": tool.purpose, "parameters": tool.schema}}
        for tool in question.tools
    ]
    told = json.dumps(messages) + ("" if in_words else json.dumps(tools))
    body: Body = {
        "model": model,
        "messages": list(messages),
        "keep_alive": KEEP_ALIVE,
        "options": {"num_ctx": context(told, question, shown), "num_predict": question.max_tokens},
    }
    body |= {"tools": tools} if tools and not in_words else {}
    body |= {"format": question.schema} if question.schema is not None else {}
    return body | ({"think": question.think} if shown.thinks else {})


def context(told: str, question: Question, shown: Shown) -> int:
    """Return a context window that holds prompt and answer.

    It grows by doubling, since the server loads the model anew for every other size, and never beyond what the model
    can read. Ollama cuts a prompt that is too long in silence.
    """
    needed = len(told) // _CHARACTERS_PER_TOKEN + question.max_tokens
    size = _LEAST_CONTEXT
    while size < needed:
        size *= 2
    return min(size, shown.context) if shown.context else size


def _messages(question: Question, *, in_words: bool) -> Iterator[Json]:
    instruction = tool_text.instruction(question.tools) if in_words else ""
    system = "\n\n".join(part for part in (question.system, instruction) if part)
    if system:
        yield {"role": "system", "content": system}
    last = _owners_last(question)
    for place, turn in enumerate(question.turns):
        context = f"{question.context}\n\n" if question.context and place == last else ""
        if in_words:
            yield {"role": turn.speaker.value, "content": context + tool_text.as_text(turn)}
        else:
            yield from _native(turn, context, _names(question))


def _native(turn: Turn, context: str, names: dict[str, str]) -> Iterator[Json]:
    for result in turn.results:
        yield {"role": "tool", "content": result.text, "tool_name": names.get(result.call_id, "")}
    if not turn.text and not turn.calls:
        return
    message: Body = {"role": turn.speaker.value, "content": context + turn.text}
    if turn.calls:
        message["tool_calls"] = [{"function": {"name": call.name, "arguments": call.arguments}} for call in turn.calls]
    if isinstance(turn.thinking, str):
        message["thinking"] = turn.thinking
    yield message


def _names(question: Question) -> dict[str, str]:
    return {call.id: call.name for turn in question.turns for call in turn.calls}


def _owners_last(question: Question) -> int:
    spoken = [place for place, turn in enumerate(question.turns) if turn.speaker is Speaker.OWNER and turn.text]
    return spoken[-1] if spoken else 0
