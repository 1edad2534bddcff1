"""Puts an answer into Anthropic's words: a message, or the events of a stream."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.anthropic.cache import Spent, tokens
from sandbox.perfect import Reply

Json = Mapping[str, object]
_EMPTY: dict[str, dict[str, object]] = {
    "thinking": {"thinking": "", "signature": ""},
    "text": {"text": ""},
    "tool_use": {"input": {}},
}
_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Message:
    """An answer with what surrounds it. `signature` proves where its thinking came from."""

    id: str
    model: str
    reply: Reply
    spent: Spent
    signature: str

    def blocks(self) -> list[dict[str, object]]:
        """The content, as it stands in a whole message."""
        found: list[dict[str, object]] = []
        if self.reply.thinking:
            found.append({"type": "thinking", "thinking": self.reply.thinking, "signature": self.signature})
        if self.reply.text:
            found.append({"type": "text", "text": self.reply.text, "citations": None})
        for place, call in enumerate(self.reply.calls):
            id = f"toolu_{self.id.removeprefix('msg_')}{place:02}"
            found.append({"type": "tool_use", "id": id, "name": call.name, "input": dict(call.arguments)})
        return found

    @property
    def stop(self) -> str:
        return self.reply.stop or ("tool_use" if self.reply.calls else "end_turn")

    def whole(self, stop: str | None) -> Json:
        """The message as one JSON object."""
        return {**self._head(), "content": self.blocks(), "stop_reason": stop, "usage": self._usage(self._output())}

    def events(self, stop: str | None) -> Iterator[bytes]:
        """The message as server-sent events; without a reason to stop it ends quietly in the midst."""
        start = {**self._head(), "content": [], "stop_reason": None, "usage": self._usage(1)}
        yield event("message_start", {"message": start})
        yield event("ping", {})
        for place, block in enumerate(self.blocks()):
            yield from _block_events(place, block)
        if stop is None:
            return
        delta = {"stop_reason": stop, "stop_sequence": None}
        yield event("message_delta", {"delta": delta, "usage": {"output_tokens": self._output()}})
        yield event("message_stop", {})

    def _head(self) -> dict[str, object]:
        return {"id": self.id, "type": "message", "role": "assistant", "model": self.model, "stop_sequence": None}

    def _usage(self, output: int) -> Json:
        return {
            "input_tokens": self.spent.fresh,
            "cache_creation_input_tokens": self.spent.written,
            "cache_read_input_tokens": self.spent.read,
            "output_tokens": output,
        }

    def _output(self) -> int:
        calls = "".join(json.dumps(dict(call.arguments)) + call.name for call in self.reply.calls)
        return max(1, tokens(self.reply.thinking + self.reply.text + calls))


def event(kind: str, content: Json) -> bytes:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **content}, ensure_ascii=False)}\n\n".encode()


def _block_events(place: int, block: dict[str, object]) -> Iterator[bytes]:
    kind = str(block["type"])
    yield event("content_block_start", {"index": place, "content_block": {**block, **_EMPTY[kind]}})
    for delta in _deltas(kind, block):
        yield event("content_block_delta", {"index": place, "delta": delta})
    yield event("content_block_stop", {"index": place})


def _deltas(kind: str, block: Json) -> Iterator[Json]:
    if kind == "thinking":
        yield {"type": "thinking_delta", "thinking": block["thinking"]}
        yield {"type": "signature_delta", "signature": block["signature"]}
    elif kind == "text":
        for word in _WORDS.findall(str(block["text"])):
            yield {"type": "text_delta", "text": word}
    else:
        told = json.dumps(block["input"], ensure_ascii=False)
        for start in range(0, len(told), 12):
            yield {"type": "input_json_delta", "partial_json": told[start : start + 12]}
