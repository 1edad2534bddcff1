"""Puts an answer into Ollama's words: one object, or a line of JSON per word (https://docs.ollama.com/api/chat)."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sandbox.perfect import Asked, Call, Offer, Reply, Said

Json = Mapping[str, object]
_WORDS = re.compile(r"\S+\s*|\s+")
_GRAM = 3
_DIMENSIONS = 64
_BYTES_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer on its way out; `asked_tokens` are those of the prompt."""

    model: str
    reply: Reply
    asked_tokens: int

    def whole(self) -> Json:
        """The answer as one object."""
        message = {"role": "assistant", "content": self.reply.text, **self._calls(), **self._thinking()}
        return {**self._last(), "message": message}

    def lines(self) -> Iterator[bytes]:
        """The answer as lines of JSON, the last of which is done."""
        if self.reply.thinking:
            yield self._line({"content": "", **self._thinking()})
        for word in _WORDS.findall(self.reply.text):
            yield self._line({"content": word})
        if self.reply.calls:
            yield self._line({"content": "", **self._calls()})
        yield line({**self._last(), "message": {"role": "assistant", "content": ""}})

    def generated(self) -> Json:
        """The answer of `/api/generate`."""
        return {**self._last(), "response": self.reply.text}

    def _line(self, message: Json) -> bytes:
        return line(
            {"model": self.model, "created_at": now(), "message": {"role": "assistant", **message}, "done": False}
        )

    def _last(self) -> dict[str, object]:
        return {
            "model": self.model,
            "created_at": now(),
            "done": True,
            "done_reason": self.reply.stop or "stop",
            "total_duration": 1_000_000,
            "load_duration": 1,
            "prompt_eval_count": self.asked_tokens,
            "prompt_eval_duration": 1,
            "eval_count": max(1, len(self.reply.text) // _BYTES_PER_TOKEN),
            "eval_duration": 1,
        }

    def _calls(self) -> Json:
        calls = [{"function": {"name": call.name, "arguments": call.arguments}} for call in self.reply.calls]
        return {"tool_calls": calls} if calls else {}

    def _thinking(self) -> Json:
        return {"thinking": self.reply.thinking} if self.reply.thinking else {}


def line(content: Json) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def read(body: Json) -> Asked:
    """What is asked in a chat request; results of tools belong to the turn after the calls."""
    messages = cast(Sequence[Json], body.get("messages") or ())
    form = body.get("format")
    return Asked(
        model=str(body.get("model")),
        turns=tuple(_said(message) for message in messages if message["role"] != "system"),
        system="\n".join(str(message["content"]) for message in messages if message["role"] == "system"),
        tools=tuple(_offer(tool) for tool in cast(Sequence[Json], body.get("tools") or ())),
        schema=form if isinstance(form, dict) else None,
        thinks=bool(body.get("think")),
    )


def embedding(text: str) -> list[float]:
    """A vector in which texts that share letters in threes are near; it knows no meaning."""
    padded = f"  {text.lower()} "
    vector = [0.0] * _DIMENSIONS
    for place in range(len(padded) - _GRAM + 1):
        digest = hashlib.md5(padded[place : place + _GRAM].encode(), usedforsecurity=False).digest()
        vector[digest[0] % _DIMENSIONS] += 1.0
    length = math.sqrt(sum(each * each for each in vector)) or 1.0
    return [each / length for each in vector]


def _said(message: Json) -> Said:
    if message["role"] == "tool":
        return Said("user", results=(str(message["content"]),))
    functions = [cast(Json, call["function"]) for call in cast(Sequence[Json], message.get("tool_calls") or ())]
    calls = tuple(Call(str(each["name"]), cast(Json, each.get("arguments") or {})) for each in functions)
    return Said(str(message["role"]), str(message.get("content") or ""), calls)


def _offer(tool: Json) -> Offer:
    function = cast(Json, tool["function"])
    return Offer(
        str(function["name"]), str(function.get("description", "")), cast(Json, function.get("parameters") or {})
    )
