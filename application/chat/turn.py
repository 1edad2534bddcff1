"""One turn of a conversation: what a strategy is given, and what it tells while it works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from application.chat.registry import Errand, Found, Registry
from domain.actions import Action
from domain.chat import Entry, Mode, Step
from domain.codec import Json
from domain.errors import AlfredError
from domain.privacy import Reader


class Cancelled(AlfredError):
    """The owner cut the answer short."""

    code = "cancelled"


@dataclass(slots=True)
class Task:
    """The question, what was said before, a short local context, and the errand that tools note things on."""

    question: str
    history: tuple[Entry, ...]
    context: str
    now: datetime
    errand: Errand
    mode: Mode
    stop: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise `Cancelled` once the owner has cut the turn short."""
        if self.stop.is_set():
            raise Cancelled("you cut this short")


@dataclass(frozen=True, slots=True)
class Round:
    number: int


@dataclass(frozen=True, slots=True)
class ToolUsed:
    """A tool has answered; `found` is what it brought."""

    step: Step
    found: Found


def use_tool(registry: Registry, name: str, arguments: dict[str, Json], errand: Errand, reader: Reader) -> ToolUsed:
    """Run a tool; return the step that is kept of it, with what it brought `reader`."""
    found = registry.run(name, arguments, errand, reader)
    return ToolUsed(Step(name, arguments, found.said, found.failed), found)


@dataclass(frozen=True, slots=True)
class Text:
    """Words of the answer; `asks` names what they ask the owner for, if they do."""

    text: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class ProposalMade:
    action: Action


@dataclass(frozen=True, slots=True)
class Done:
    """The turn ended; `entry` is what was kept."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Broke:
    """The turn ended with trouble; what was said until then is kept in `entry`."""

    code: str
    said: str
    entry: Entry


Happening = Round | ToolUsed | Text | ProposalMade | Done | Broke


class Strategy(Protocol):
    """A way of making an answer. Yields rounds, tools used and text as they happen.

    Raises Alfred's errors where it cannot go on; what was yielded stands. `model` is the one that wrote the text,
    `reader` the farthest that sees what tools find.
    """

    model: str
    reader: Reader

    def answer(self, task: Task) -> Iterator[Round | ToolUsed | Text]: ...
