"""The owner's time: events of all calendars, where they clash, and when people are free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.briefing import ClashRow, clash_row
from domain.calendar import Event, Span
from web.api.operations import MOST_ROWS, Call, Operation, up_to

USUAL_DAYS = 7
MOST_DAYS = 60
LONGEST_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True)
class SpanQuery:
    """`from` and `to`: RFC 3339 times; now, and a week later, where they are left out."""

    from_: datetime | None = None
    to: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventList:
    """`unasked` are calendars that could not be asked for what lies beyond the copies that are kept."""

    items: tuple[Event, ...]
    unasked: tuple[str, ...] = ()
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ClashQuery:
    days: int = up_to(MOST_DAYS, usually=14)


@dataclass(frozen=True, slots=True)
class ClashList:
    items: tuple[ClashRow, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class FreeQuery(SpanQuery):
    """`people`: addresses of others who should be free, with commas between them."""

    minutes: int = up_to(LONGEST_MINUTES, usually=30)
    people: str = ""
    limit: int = up_to(MOST_ROWS, usually=5)


@dataclass(frozen=True, slots=True)
class FreeList:
    """`unknown` are people whose calendars cannot be seen, and the owner's own that cannot be asked."""

    items: tuple[Span, ...]
    unknown: tuple[str, ...]
    next_cursor: str | None = None


def list_events(call: Call) -> EventList:
    found = call.services.calendars.agenda.events(_span(call, call.query))
    return EventList(found.events, found.unasked)


def show_event(call: Call) -> Event:
    return call.services.store.events.get(call.path["id"])


def list_clashes(call: Call) -> ClashList:
    calendars = call.services.calendars
    calendars.agenda.refresh()
    advice = calendars.clashing.advice(timedelta(days=call.query.days))
    return ClashList(tuple(clash_row(each, calendars.agenda.zone) for each in advice))


def find_free(call: Call) -> FreeList:
    query: FreeQuery = call.query
    people = [each.strip() for each in query.people.split(",") if each.strip()]
    length = timedelta(minutes=query.minutes)
    free = call.services.calendars.agenda.free(length, _span(call, query), people, query.limit)
    return FreeList(free.slots, free.unknown)


def _span(call: Call, query: SpanQuery) -> Span:
    start = query.from_ or call.services.clock.now()
    return Span(start, query.to or start + timedelta(days=USUAL_DAYS))


OPERATIONS = (
    Operation("GET", "/api/calendar/events", "What stands in the calendars", list_events, EventList, SpanQuery),
    Operation("GET", "/api/calendar/events/{id}", "One event", show_event, Event),
    Operation("GET", "/api/calendar/clashes", "Where the calendars clash", list_clashes, ClashList, ClashQuery),
    Operation("GET", "/api/calendar/free", "When people are free", find_free, FreeList, FreeQuery),
)
