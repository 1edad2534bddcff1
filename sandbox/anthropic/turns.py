"""The rules of a conversation: who begins, who ends, and that every tool call is answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sandbox.anthropic import models
from sandbox.anthropic.errors import Refusal

Json = Mapping[str, object]
_BLOCKS = {
    "user": frozenset({"text", "image", "document", "tool_result"}),
    "assistant": frozenset({"text", "tool_use", "thinking", "redacted_thinking"}),
}


def check_turns(model: str, messages: list[Json]) -> None:
    """Raise `Refusal` where roles, blocks or the pairs of calls and results are wrong."""
    if not messages:
        raise Refusal("messages: at least one message is required")
    for place, message in enumerate(messages):
        _check_message(f"messages.{place}", message)
    if messages[0]["role"] != "user":
        raise Refusal('messages: first message must use the "user" role')
    if messages[-1]["role"] == "assistant" and not models.takes_prefill(model):
        raise Refusal(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    _check_pairs(messages)


def _check_message(where: str, message: Json) -> None:
    role = str(message.get("role"))
    if role not in _BLOCKS:
        raise Refusal(f"{where}.role: Input should be 'user' or 'assistant'")
    content = message.get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list) or not content:
        raise Refusal(f"{where}: all messages must have non-empty content")
    for place, block in enumerate(cast(list[Json], content)):
        if block.get("type") not in _BLOCKS[role]:
            raise Refusal(f"{where}.content.{place}: a {role} message holds no {block.get('type')!r} block")
        if block["type"] == "text" and not str(block.get("text", "")).strip():
            raise Refusal("messages: text content blocks must be non-empty")


def _check_pairs(messages: list[Json]) -> None:
    open_calls: list[str] = []
    for place, message in enumerate(messages):
        content = message["content"] if isinstance(message["content"], list) else []
        found = cast(list[Json], content)
        results = [str(block.get("tool_use_id")) for block in found if block["type"] == "tool_result"]
        if message["role"] == "user":
            _check_results(place, found, results, open_calls)
        open_calls = [str(block.get("id")) for block in found if block["type"] == "tool_use"]
    if open_calls:
        raise Refusal(_unanswered(len(messages) - 1, open_calls))


def _check_results(place: int, found: list[Json], results: list[str], open_calls: list[str]) -> None:
    for unknown in [id for id in results if id not in open_calls]:
        raise Refusal(
            f"messages.{place}.content.0: unexpected `tool_use_id` found in `tool_result` blocks: {unknown}. "
            "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
        )
    missing = [id for id in open_calls if id not in results]
    if missing:
        raise Refusal(_unanswered(place - 1, missing))
    if results and any(block["type"] != "tool_result" for block in found[: len(results)]):
        raise Refusal(f"messages.{place}: `tool_result` blocks must come first in the content")
    if len(results) != len(set(results)):
        raise Refusal(f"messages.{place}: each tool_use must have a single result")


def _unanswered(place: int, ids: list[str]) -> str:
    return (
        f"messages.{place}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{', '.join(ids)}. Each `tool_use` block must have a corresponding `tool_result` block in the next message."
    )
