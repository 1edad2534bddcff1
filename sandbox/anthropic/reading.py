"""Reads a request of the Messages API as what a model was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from sandbox.anthropic.checking import texts
from sandbox.perfect import Asked, Call, Offer, Said

Json = Mapping[str, object]


def read(body: Json) -> Asked:
    """What is asked, with consecutive turns of one role taken as one."""
    form = cast(Json, cast(Json, body.get("output_config") or {}).get("format") or {})
    thinking = cast(Json, body.get("thinking") or {}).get("type")
    return Asked(
        model=str(body["model"]),
        turns=tuple(_said(message) for message in cast(Sequence[Json], body["messages"])),
        system=_text(texts(body.get("system"))),
        tools=tuple(_offer(tool) for tool in cast(Sequence[Json], body.get("tools") or ())),
        schema=cast(Json | None, form.get("schema")),
        thinks=thinking in ("adaptive", "enabled"),
    )


def _said(message: Json) -> Said:
    found = texts(message["content"])
    calls = [block for block in found if block["type"] == "tool_use"]
    results = [block for block in found if block["type"] == "tool_result"]
    return Said(
        str(message["role"]),
        _text(found),
        tuple(Call(str(call["name"]), cast(Json, call["input"])) for call in calls),
        tuple(_text(texts(result.get("content"))) for result in results),
    )


def _text(found: Sequence[Json]) -> str:
    return "\n\n".join(str(block["text"]) for block in found if block.get("type") == "text")


def _offer(tool: Json) -> Offer:
    return Offer(str(tool["name"]), str(tool.get("description", "")), cast(Json, tool["input_schema"]))
