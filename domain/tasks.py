"""Tasks, follow-ups and snoozes: what somebody owes, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Task:
    """Something the owner has to do. At `remind_at` he is told of it, once; then there is no such moment any more."""

    id: str
    title: str
    created_at: datetime
    due: date | None = None
    remind_at: datetime | None = None
    done_at: datetime | None = None
    message_id: str | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something owed: `owed_by` is `me` or another person's address; it closes when the answer came."""

    id: str
    about: str
    owed_by: str
    created_at: datetime
    by: date | None = None
    message_id: str | None = None
    thread_id: str | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.by is not None and self.by < today


@dataclass(frozen=True, slots=True)
class Snooze:
    """A message put out of sight until a moment."""

    message_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """Something Alfred remembers about the owner, with the owner's own words."""

    id: str
    fact: str
    quote: str
    learnt_at: datetime
