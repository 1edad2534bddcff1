"""What a model answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    """A wish to call a tool."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """Text and calls of one answer. `stop` overrules what the vendor would say; `model` is who says he spoke."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    thinking: str = ""
    stop: str | None = None
    model: str | None = None
