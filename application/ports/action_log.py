"""The action log as it is kept: append-only, chained, and what it adds up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.action_events import ActionEvent, LogEntry
from domain.actions import Action, Status
from domain.kinds import Kind
from domain.pages import Page


@dataclass(frozen=True, slots=True)
class ActionQuery:
    """Which actions to list, newest first."""

    status: Status | None = None
    kind: Kind | None = None
    rule: str | None = None
    target: str | None = None
    origin: str | None = None
    actor: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The state of the hash chain: rows checked, the head's hash, and the first sequence number that is wrong."""

    rows: int
    head: str
    broken_at: int | None = None
    problem: str = ""


class ActionLog(Protocol):
    """The append-only log of action events, and what they add up to. The log is the truth.

    Rows are never changed or removed; each carries the SHA-256 of the one before.
    """

    def append(self, action_id: str, events: Sequence[ActionEvent], *, actor: str, at: datetime) -> Action:
        """Fold `events` onto the action and store both, in one transaction, on disk when this returns.

        Raises `Conflict` where the action's life does not allow an event (nothing is stored then); so of two
        approvals at the same time one fails. Raises `Conflict(code="proposed_before")` for a `Proposed` by a rule
        of a kind that a rule has proposed for that target before.
        """
        ...

    def append_many(
        self, steps: Sequence[tuple[str, Sequence[ActionEvent]]], *, actor: str, at: datetime
    ) -> tuple[Action, ...]:
        """Append many steps in one transaction; proposals by a rule that were made before are passed over."""
        ...

    def get(self, id: str) -> Action:
        """Raise `NotFound` for an unknown id."""
        ...

    def entries(self, action_id: str) -> tuple[LogEntry, ...]:
        """All entries of one action, oldest first."""
        ...

    def list(self, query: ActionQuery, cursor: str | None = None, limit: int = 50) -> Page[Action]: ...

    def open_for(self, targets: Iterable[str]) -> tuple[Action, ...]:
        """Actions on these targets that are proposed or approved."""
        ...

    def count(self, status: Status) -> int: ...

    def automatic_since(self, since: datetime) -> int:
        """How many automatic executions started since then, for the hourly cap."""
        ...

    def after(self, seq: int, limit: int = 500) -> tuple[LogEntry, ...]:
        """Entries with a higher sequence number, in order."""
        ...

    def verify(self) -> ChainReport:
        """Walk the whole chain, and compare the projection with what the log adds up to."""
        ...

    def rebuild(self) -> None:
        """Make the projection anew from the log."""
        ...


class Outbox(Protocol):
    """The bytes of outgoing mail, kept under their SHA-256; never changed."""

    def keep(self, content: bytes) -> str:
        """Store and return the SHA-256 in hex."""
        ...

    def get(self, sha256: str) -> bytes:
        """Raise `NotFound` for an unknown one."""
        ...
