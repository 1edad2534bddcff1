"""Calendars: events as they stand in them, who is invited, and the time they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import CannotBe
from domain.messages import Address


class Response(StrEnum):
    """What somebody said to an invitation (RFC 5545 PARTSTAT)."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class EventStatus(StrEnum):
    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is invited; `is_owner` marks the owner."""

    address: Address
    response: Response = Response.NEEDS_ACTION
    optional: bool = False
    is_owner: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, `start <= t < end`, aware UTC."""

    start: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        """Whether they share time; what only touches does not."""
        return self.start < other.end and other.start < self.end

    def within(self, other: Span) -> Span | None:
        """Return what both share; None where that is nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def parts(self, longest: timedelta) -> Iterator[Span]:
        """Yield it in parts of at most `longest`, in order."""
        start = self.start
        while start < self.end:
            yield Span(start, min(start + longest, self.end))
            start += longest


@dataclass(frozen=True, slots=True)
class Event:
    """One event, or one occurrence of a series, in one calendar.

    `id` is `account:provider-id` and opaque. `start` and `end` are aware UTC; those of an all-day event are the
    midnights of `zone`, an IANA name: the zone that the event was planned in. `busy` is whether it blocks time.
    `response` is the owner's own. `series_id` names the series that an occurrence belongs to. `uid` is the iCalendar
    UID, the same in everybody's calendar. `version` changes with every change at the provider. `shared`: others see it
    or take part who may not be listed, as in a calendar of somebody else's, or as a guest of a meeting. `foreign`: it
    stands in a calendar of somebody else's, which the owner sees: it takes none of his time, nor asks him anything.
    """

    id: str
    account: str
    provider: str
    source: str
    title: str
    start: datetime
    end: datetime
    zone: str
    all_day: bool = False
    status: EventStatus = EventStatus.CONFIRMED
    busy: bool = True
    response: Response = Response.ACCEPTED
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    location: str = ""
    description: str = ""
    join_url: str = ""
    link: str = ""
    series_id: str = ""
    uid: str = ""
    version: str = ""
    private: bool = False
    shared: bool = False
    foreign: bool = False

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def provider_id(self) -> str:
        return self.id.removeprefix(self.account + ":")

    @property
    def words(self) -> str:
        """Everything that it may be found by."""
        people = [attendee.address for attendee in self.attendees] + ([self.organizer] if self.organizer else [])
        return "\n".join((self.title, self.location, self.description, *map(str, people)))

    @property
    def others(self) -> tuple[Attendee, ...]:
        """Everybody invited but the owner."""
        return tuple(attendee for attendee in self.attendees if not attendee.is_owner)

    @property
    def is_organized_by_owner(self) -> bool:
        if self.foreign:
            return False
        owner = next((attendee.address.address for attendee in self.attendees if attendee.is_owner), None)
        return self.organizer is None or self.organizer.address == owner or not self.attendees


def event_id(account: str, provider_id: str) -> str:
    """Return Alfred's id of a provider's event."""
    return f"{account}:{provider_id}"


def refuse_with_newcomers(invited: Iterable[str], now: Iterable[str]) -> None:
    """Raise `CannotBe` where people are in an event that were not asked when it was written.

    Taking it back would cancel it for them, which nobody was shown.
    """
    asked = {each.rpartition("<")[2].rstrip("> ").lower() for each in invited}
    new = sorted({each.lower() for each in now} - asked - {""})
    if new:
        detail = f"{', '.join(new[:3])} joined since; cancel it by an action of its own, so that they are shown"
        raise CannotBe(detail, code="joined")
