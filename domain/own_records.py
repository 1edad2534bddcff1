"""What actions carry that concern Alfred's own records alone: tasks, follow-ups, memory, budgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class SnoozeUntil:
    until: datetime


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something to do; `remind_at` buzzes the owner."""

    title: str
    due: date | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """Something owed: `owed_by` is `me` or the other person's address."""

    about: str
    owed_by: str
    by: date | None = None


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact about the owner, with the owner's very words as `quote`."""

    fact: str
    quote: str


@dataclass(frozen=True, slots=True)
class NewBudget:
    """A monthly limit for a category of spending, as a decimal string in an ISO 4217 currency."""

    category: str
    limit: str
    currency: str
