"""Calendars of an account: what stands in them, and when people are free. Writing is the executor's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.calendar import Event, Span
from domain.free_time import Schedule


@dataclass(frozen=True, slots=True)
class EventChanges:
    """Some changes of a calendar, in the provider's order.

    `events` are occurrences, new or changed; `gone` are the provider's ids of what was deleted, cancelled, or moved
    out of the time that is followed. `cursor`, on the last page, covers everything up to it. `fresh`: this is the
    beginning of a whole listing, so that what it does not name is gone as well.
    """

    events: tuple[Event, ...] = ()
    gone: tuple[str, ...] = ()
    cursor: str | None = None
    fresh: bool = False


class Calendar(Protocol):
    """The calendars of one account as one source, `account/calendar`; series come as their occurrences.

    Every method raises `TryLater`, `SignInAgain` or `CannotBe`.
    """

    name: str

    def listing(self, span: Span) -> Iterator[EventChanges]:
        """Everything that touches `span`; the first page is `fresh`, the last carries a cursor that remembers it."""
        ...

    def changes(self, cursor: str) -> Iterator[EventChanges]:
        """Everything that changed since `cursor` within its span; raise `CursorExpired` where it is too old."""
        ...

    def between(self, span: Span) -> tuple[Event, ...]:
        """What touches `span`, by start, asked of the provider: for times that are not followed."""
        ...

    def event(self, provider_id: str) -> Event:
        """Raise `NotFound` where it is gone."""
        ...

    def busy(self, people: Sequence[str], span: Span) -> Mapping[str, Schedule | None]:
        """When each of these addresses is taken within `span`, with the hours that he works where the provider tells
        them; None for one whose calendar cannot be seen."""
        ...
