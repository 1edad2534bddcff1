"""When people are taken (https://learn.microsoft.com/graph/api/calendar-getschedule)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.microsoft.api import Graph, Reply, Request
from adapters.microsoft.calendar import zones
from adapters.microsoft.calendar.events import IN_UTC
from adapters.microsoft.scopes import CALENDAR
from domain.calendar import Span
from domain.codec import Json

_MOST_PEOPLE = 20
_LONGEST = timedelta(days=42)
_STEP = timedelta(minutes=15)
_TAKEN = frozenset({"tentative", "busy", "oof"})
_TAKEN_MARKS = frozenset("123")

Taken = tuple[Span, ...] | None


class Schedules:
    """Asks for the schedules of people, some at a time."""

    def __init__(self, api: Graph) -> None:
        self._api = api

    def busy(self, people: Sequence[str], span: Span) -> Mapping[str, Taken]:
        """Return when each is taken within `span`; None for one whose calendar cannot be seen."""
        found: dict[str, Taken] = {}
        for start in range(0, len(people), _MOST_PEOPLE):
            some = people[start : start + _MOST_PEOPLE]
            for part in _parts(span):
                for address, taken in self._asked(some, part).items():
                    before = found.get(address, ())
                    found[address] = None if taken is None or before is None else (*before, *taken)
        return found

    def _asked(self, people: Sequence[str], span: Span) -> Mapping[str, Taken]:
        body: dict[str, Json] = {
            "schedules": [*people],
            "startTime": {**zones.written(span.start, "UTC")},
            "endTime": {**zones.written(span.end, "UTC")},
            "availabilityViewInterval": int(_STEP.total_seconds() // 60),
        }
        request = Request("/me/calendar/getSchedule", "POST", needs=(CALENDAR,), body=body, prefer=(IN_UTC,))
        told = {str(each.get("scheduleId", "")).lower(): each for each in self._api.read(request).get("value", ())}
        return {address: _taken(told.get(address.lower()), span) for address in people}


def _parts(span: Span) -> Iterator[Span]:
    start = span.start
    while start < span.end:
        yield Span(start, min(start + _LONGEST, span.end))
        start += _LONGEST


def _taken(told: Reply | None, span: Span) -> Taken:
    if told is None or told.get("error"):
        return None
    items = [each for each in told.get("scheduleItems") or () if each.get("status") in _TAKEN]
    stretches = [Span(zones.read(each["start"]), zones.read(each["end"])) for each in items]
    if not told.get("scheduleItems"):
        stretches = list(_marked(str(told.get("availabilityView") or ""), span.start))
    return tuple(within for each in stretches if (within := each.within(span)) is not None)


def _marked(view: str, start: datetime) -> Iterator[Span]:
    """Yield what a view of one mark for each quarter of an hour shows as taken, where it is all that may be seen."""
    for number, mark in enumerate(view):
        if mark in _TAKEN_MARKS:
            begin = start + number * _STEP
            yield Span(begin, begin + _STEP)
