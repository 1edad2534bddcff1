"""Anthropic's message turned into our answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from adapters.anthropic.errors import broken
from application.ports.model import Answer, ToolCall, Usage
from domain.codec import Json
from domain.errors import CannotBe

if TYPE_CHECKING:
    from anthropic.types import ContentBlock, Message

# https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
_STOPS = {
    "end_turn": "end",
    "stop_sequence": "end",
    "pause_turn": "end",
    "tool_use": "tools",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
}
_OPAQUE = frozenset({"thinking", "redacted_thinking"})


def answer_of(message: Message, asked_model: str) -> Answer:
    """Return the answer; raise `TryLater` where it broke off, `CannotBe` where the model declined."""
    reason = getattr(message, "stop_reason", None)
    if reason is None:
        raise broken()
    if reason == "refusal":
        raise CannotBe("Claude declined to answer this", code="declined")
    content = message.content
    return Answer(
        text="".join(block.text for block in content if block.type == "text"),
        calls=tuple(_call(block) for block in content if block.type == "tool_use"),
        stop=_STOPS.get(reason, "end"),
        usage=_usage(message),
        model=message.model,
        thinking=_kept(content, asked_model),
    )


def _call(block: ContentBlock) -> ToolCall:
    given = getattr(block, "input", {})
    return ToolCall(getattr(block, "id", ""), getattr(block, "name", ""), given if isinstance(given, dict) else {})


def _kept(content: list[ContentBlock], asked_model: str) -> Json:
    """Return the whole content where it holds thinking: it has to go back as it came, order included."""
    if not any(block.type in _OPAQUE for block in content):
        return None
    blocks = [block.to_dict(mode="json", exclude_none=True) for block in content]
    return {"model": asked_model, "content": cast(list[Json], blocks)}


def _usage(message: Message) -> Usage:
    used = message.usage
    return Usage(
        used.input_tokens, used.output_tokens, used.cache_read_input_tokens or 0, used.cache_creation_input_tokens or 0
    )
