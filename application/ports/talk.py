"""What was said, and what the models that said it have cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.chat import Conversation, Entry
from domain.pages import Page


class Conversations(Protocol):
    """What was said, appended in order and never changed."""

    def begin(self, conversation: Conversation) -> None: ...

    def get(self, id: str) -> Conversation:
        """Raise `NotFound`."""
        ...

    def list(self, cursor: str | None = None, limit: int = 50) -> Page[Conversation]:
        """The one last spoken in first."""
        ...

    def append(self, entry: Entry) -> None:
        """Append to a known conversation; raise `NotFound` for an unknown one."""
        ...

    def entries(self, conversation: str) -> tuple[Entry, ...]:
        """All entries, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Spent:
    """One call of a model: what for, tokens as they were counted, US dollars, and seconds."""

    at: datetime
    model: str
    purpose: str
    input: int
    output: int
    cached: int
    cache_written: int
    dollars: float
    seconds: float
    failed: bool = False


class Usage(Protocol):
    """Every call of a model, appended."""

    def add(self, spent: Spent) -> None: ...

    def dollars_since(self, since: datetime) -> float: ...

    def by_day(self, since: datetime) -> tuple[tuple[str, str, float, int], ...]:
        """Return (UTC day, model, dollars, calls), oldest day first."""
        ...
