"""The tool that plans something new: at an hour or for whole days, once or again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from application.chat.registry import Effect, Errand, Found, Tool, Workshop
from application.chat.tools.invited import addresses_of
from application.chat.tools.proposing import outcome_of, propose
from domain.calendar import Span
from domain.errors import Invalid
from domain.kinds import Kind, NewEvent, arguments_of

USUAL_LENGTH = 60  # minutes
MOST_DAYS = 60


class Repetition(StrEnum):
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


_RULES = {
    Repetition.DAILY: "FREQ=DAILY",
    Repetition.WEEKDAYS: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    Repetition.WEEKLY: "FREQ=WEEKLY",
    Repetition.FORTNIGHTLY: "FREQ=WEEKLY;INTERVAL=2",
    Repetition.MONTHLY: "FREQ=MONTHLY",
    Repetition.YEARLY: "FREQ=YEARLY",
}


@dataclass(frozen=True, slots=True)
class CreateEvent:
    title: str
    start: datetime
    minutes: int = USUAL_LENGTH
    people: tuple[str, ...] = field(default=(), metadata={"doc": "names or addresses to invite"})
    location: str = ""
    description: str = ""
    online: bool = field(default=False, metadata={"doc": "with a video conference"})
    all_day: bool = field(default=False, metadata={"doc": "for whole days, from that of `start`"})
    days: int = field(default=1, metadata={"doc": "how many whole days"})
    repeat: Repetition | None = field(default=None, metadata={"doc": "how often it comes again"})
    repeat_until: date | None = field(default=None, metadata={"doc": "the last day it may fall on, YYYY-MM-DD"})


def create_event(workshop: Workshop, errand: Errand, wanted: CreateEvent) -> Found:
    span = whole_days(wanted, workshop.zone) if wanted.all_day else Span(wanted.start, _end(wanted))
    event = NewEvent(
        title=wanted.title,
        start=span.start,
        end=span.end,
        all_day=wanted.all_day,
        zone=str(workshop.zone),
        attendees=addresses_of(workshop, wanted.people),
        location=wanted.location,
        description=wanted.description,
        recurrence=recurrence(wanted, workshop.zone),
        online=wanted.online,
    )
    return outcome_of([propose(workshop, errand, Kind.CREATE_EVENT, "", arguments_of(event))])


def length_of(minutes: int) -> timedelta:
    if not 1 <= minutes <= 24 * 60:
        raise Invalid(f"{minutes} minutes will not do: 1 to 1440", where="arguments.minutes")
    return timedelta(minutes=minutes)


def whole_days(wanted: CreateEvent, zone: tzinfo) -> Span:
    """Return the days from midnight to midnight, however long they are where the clocks change."""
    if not 1 <= wanted.days <= MOST_DAYS:
        raise Invalid(f"{wanted.days} days will not do: 1 to {MOST_DAYS}", where="arguments.days")
    first = wanted.start.astimezone(zone).date()
    start, end = (datetime.combine(day, time(), zone) for day in (first, first + timedelta(days=wanted.days)))
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def recurrence(wanted: CreateEvent, zone: tzinfo) -> tuple[str, ...]:
    """Return the rule of RFC 5545; its end is a day for whole days, and the last moment of it, in UTC, for hours."""
    if wanted.repeat is None:
        return ()
    rule = f"RRULE:{_RULES[wanted.repeat]}"
    until = wanted.repeat_until
    if until is None:
        return (rule,)
    if until < wanted.start.astimezone(zone).date():
        raise Invalid(f"{until} is before it begins", where="arguments.repeat_until")
    if wanted.all_day:
        return (f"{rule};UNTIL={until:%Y%m%d}",)
    return (f"{rule};UNTIL={datetime.combine(until, time(23, 59, 59), zone).astimezone(UTC):%Y%m%dT%H%M%SZ}",)


def _end(wanted: CreateEvent) -> datetime:
    return wanted.start + length_of(wanted.minutes)


CREATE_EVENT = Tool(
    "create_event",
    "Propose an event, once or repeated; with others invited it always waits for the owner.",
    CreateEvent,
    Effect.PROPOSES,
    create_event,
    (
        *("calendar", "calendars", "event", "events", "meeting", "meetings", "appointment", "schedule", "agenda"),
        *("create", "add", "book", "put", "invite", "plan", "set up"),
    ),
)
