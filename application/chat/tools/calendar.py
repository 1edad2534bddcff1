"""Tools about the owner's time: what stands in his calendars, when people are free, and changing what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo

from application.calendars.agenda import FoundEvents
from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.resolve import normalised
from application.chat.tools.counting import counted
from application.chat.tools.invited import addresses_of
from domain.calendar import Event, Response, Span
from domain.clashes import Clash
from domain.codec import encode
from domain.subjects import day_of, when

LOOKS_AHEAD = timedelta(days=60)
CLASHES_AHEAD = timedelta(days=14)
MOST_FOUND = 50
MOST_FREE = 5
MOST_SEARCHED = 360  # days
EVENT_WORDS = (
    "calendar",
    "calendars",
    "event",
    "events",
    "meeting",
    "meetings",
    "appointment",
    "schedule",
    "agenda",
)


@dataclass(frozen=True, slots=True)
class ListEvents:
    since: datetime | None = field(default=None, metadata={"doc": "from this time; now where it is left out"})
    until: datetime | None = field(default=None, metadata={"doc": "to this time; a day after `since` where left out"})


@dataclass(frozen=True, slots=True)
class SearchEvents:
    query: str = field(metadata={"doc": "words of the title, the place, the description, or a person's name"})
    days: int = field(default=180, metadata={"doc": "how far ahead, at most 360"})
    back: int = field(default=31, metadata={"doc": "how many days back, at most 360; 0 for what is to come"})


@dataclass(frozen=True, slots=True)
class ListClashes:
    since: datetime | None = field(default=None, metadata={"doc": "from this time; now where it is left out"})
    until: datetime | None = field(default=None, metadata={"doc": "to this time; two weeks later where it is left out"})


@dataclass(frozen=True, slots=True)
class FindFreeTime:
    minutes: int = field(metadata={"doc": "how long"})
    people: tuple[str, ...] = field(default=(), metadata={"doc": "names or addresses of others who should be free"})
    since: datetime | None = field(default=None, metadata={"doc": "from this time; now where it is left out"})
    until: datetime | None = field(default=None, metadata={"doc": "to this time; a week later where it is left out"})


def list_events(workshop: Workshop, _: Errand, wanted: ListEvents) -> Found:
    since = wanted.since or workshop.now()
    span = Span(since, wanted.until or since + timedelta(days=1))
    found = workshop.calendars.agenda.events(span)
    return _shown(workshop, found.events[:MOST_FOUND], f"{_over(span, workshop.zone)}{_unasked(found)}")


def _over(span: Span, zone: tzinfo) -> str:
    """Say of which days or hours it is told, so that a question that was taken otherwise shows."""
    since, until = span.start.astimezone(zone), span.end.astimezone(zone)
    last = until - timedelta(minutes=1)
    hours = "" if since.time() == until.time() == time() else f" from {since:%H:%M} to {until:%H:%M}"
    if since.date() == last.date():
        return f" on {day_of(since)}{hours}"
    return (
        f" from {day_of(since)} to {day_of(last)}" if not hours else f" from {when(since, zone)} to {when(until, zone)}"
    )


def search_events(workshop: Workshop, _: Errand, wanted: SearchEvents) -> Found:
    words = normalised(wanted.query).split()
    now = workshop.now()
    back, ahead = (timedelta(days=max(0, min(days, MOST_SEARCHED))) for days in (wanted.back, wanted.days))
    searched = workshop.calendars.agenda.search(
        lambda event: all(word in normalised(event.words) for word in words), Span(now - back, now + ahead)
    )
    nearest = sorted(searched.events, key=lambda event: (abs(event.start - now), event.id))[:MOST_FOUND]
    beside = (f" for “{wanted.query}”" if wanted.query else "") + _unasked(searched)
    return _shown(workshop, sorted(nearest, key=lambda event: event.start), beside)


def _unasked(found: FoundEvents) -> str:
    """Say which calendars are missing from what was found."""
    return f"; {', '.join(found.unasked)} could not be asked beyond what I keep" if found.unasked else ""


def list_clashes(workshop: Workshop, _: Errand, wanted: ListClashes) -> Found:
    workshop.calendars.agenda.refresh()
    now = workshop.now()
    since = max(now, wanted.since or now)
    until = min(wanted.until or since + CLASHES_AHEAD, now + LOOKS_AHEAD)
    ahead = workshop.calendars.clashing.ahead(until - now) if until > since else ()
    clashes = [each for each in ahead if each.shared.start < until and each.shared.end > since]
    lines = tuple(_clash_line(clash, workshop.zone) for clash in clashes)
    said = counted(len(clashes), "clash", "clashes")
    passages = tuple(
        Passage(clash.first.account, line, frozenset({clash.second.account}))
        for clash, line in zip(clashes, lines, strict=True)
    )
    return Found(said, said, passages, "calendar", lines=lines)


def find_free_time(workshop: Workshop, _: Errand, wanted: FindFreeTime) -> Found:
    since = wanted.since or workshop.now()
    span = Span(since, wanted.until or since + timedelta(days=7))
    people = addresses_of(workshop, wanted.people)
    free = workshop.calendars.agenda.free(timedelta(minutes=wanted.minutes), span, people, MOST_FREE)
    lines = tuple(f"{when(slot.start, workshop.zone)} to {_clock(slot.end, workshop.zone)}" for slot in free.slots)
    said = f"Free for {wanted.minutes} minutes: {counted(len(lines), 'time')}"
    unseen = f"; I cannot see the calendar of {', '.join(free.unknown)}" if free.unknown else ""
    told = said + (f"; {counted(len(free.unknown), 'calendar')} cannot be seen" if free.unknown else "")
    passages = _of_all_calendars(workshop, (told, *lines))
    return Found("", said + unseen, passages, "calendar", lines=lines)


def _of_all_calendars(workshop: Workshop, lines: Iterable[str]) -> tuple[Passage, ...]:
    """File what all calendars say together, such as a time that is free in them: nobody's words, but private."""
    calendars = frozenset(each.account.name for each in workshop.connections.all() if each.calendars)
    return tuple(Passage("", line, calendars, ours=True) for line in lines)


def _shown(workshop: Workshop, events: Sequence[Event], about: str) -> Found:
    said = f"{counted(len(events), 'event')}{about}"
    passages = tuple(
        Passage(event.account, f"[{event.id}] {_line(event, workshop.zone, workshop.now())}") for event in events
    )
    lines = tuple(_line(event, workshop.zone, workshop.now()) for event in events)
    return Found(said, said, passages, "calendar", lines=lines)


def _line(event: Event, zone: tzinfo, now: datetime) -> str:
    time = when(event.start, zone, all_day=event.all_day)
    time += "" if event.all_day else f"–{_clock(event.end, zone)}"
    year = event.start.astimezone(zone).year
    time += "" if year == now.astimezone(zone).year else f" ({year})"
    who = ", ".join(each.address.name or each.address.address for each in event.others[:4])
    whose = "in somebody else's calendar" if event.foreign else _answer(event)
    parts = (f"{time} {event.title or '(no title)'}", event.location, f"with {who}" if who else "", whose)
    return ", ".join(part for part in parts if part)


def _answer(event: Event) -> str:
    if event.response is Response.ACCEPTED:
        return ""
    return "not answered yet" if event.response is Response.NEEDS_ACTION else str(encode(event.response))


def _clash_line(clash: Clash, zone: tzinfo) -> str:
    both = f"“{clash.first.title}” and “{clash.second.title}”"
    line = f"{when(clash.shared.start, zone)}–{_clock(clash.shared.end, zone)}: {both}"
    return f"{line}. {clash.said}" if clash.said else line


def _clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


TOOLS = (
    Tool(
        "list_events",
        "List what stands in the owner's calendars.",
        ListEvents,
        Effect.READS,
        list_events,
        (*EVENT_WORDS, "today", "tomorrow", "week", "day", "busy"),
    ),
    Tool(
        "search_events",
        "Search the calendars, past and ahead, by words, place or person.",
        SearchEvents,
        Effect.READS,
        search_events,
        (*EVENT_WORDS, "find", "search", "when", "when is"),
    ),
    Tool(
        "list_clashes",
        "List where the calendars clash.",
        ListClashes,
        Effect.READS,
        list_clashes,
        ("clash", "clashes", "conflict", "conflicts", "overlap", "double booked"),
    ),
    Tool(
        "find_free_time",
        "Find times that suit the owner and others, in working hours.",
        FindFreeTime,
        Effect.READS,
        find_free_time,
        ("free", "available", "availability", "slot", "time for", "fit", "when can"),
    ),
)
