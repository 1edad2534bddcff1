"""When people are taken (https://learn.microsoft.com/graph/api/calendar-getschedule)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.microsoft.api import Graph, Reply, Request
from adapters.microsoft.calendar import zones
from adapters.microsoft.calendar.events import IN_UTC
from adapters.microsoft.scopes import CALENDAR
from domain.calendar import Span
from domain.codec import Json
from domain.free_time import Schedule, WorkingHours, told_in_parts

_MOST_PEOPLE = 20
_LONGEST = timedelta(days=42)
_STEP = timedelta(minutes=15)
_TAKEN = frozenset({"tentative", "busy", "oof"})
_TAKEN_MARKS = frozenset("123")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Schedules:
    """Asks for the schedules of people, some at a time."""

    def __init__(self, api: Graph) -> None:
        self._api = api

    def busy(self, people: Sequence[str], span: Span) -> Mapping[str, Schedule | None]:
        """Return when each is taken within `span`; None for one whose calendar cannot be seen."""
        found: dict[str, Schedule | None] = {}
        for start in range(0, len(people), _MOST_PEOPLE):
            some = people[start : start + _MOST_PEOPLE]
            for part in span.parts(_LONGEST):
                for address, told in self._asked(some, part).items():
                    found[address] = told_in_parts(found.get(address, Schedule(())), told)
        return found

    def _asked(self, people: Sequence[str], span: Span) -> Mapping[str, Schedule | None]:
        body: dict[str, Json] = {
            "schedules": [*people],
            "startTime": {**zones.written(span.start, "UTC")},
            "endTime": {**zones.written(span.end, "UTC")},
            "availabilityViewInterval": int(_STEP.total_seconds() // 60),
        }
        request = Request("/me/calendar/getSchedule", "POST", needs=(CALENDAR,), body=body, prefer=(IN_UTC,))
        told = {str(each.get("scheduleId", "")).lower(): each for each in self._api.read(request).get("value", ())}
        return {address: _schedule(told.get(address.lower()), span) for address in people}


def _schedule(told: Reply | None, span: Span) -> Schedule | None:
    if told is None or told.get("error"):
        return None
    items = [each for each in told.get("scheduleItems") or () if each.get("status") in _TAKEN]
    stretches = [Span(zones.read(each["start"]), zones.read(each["end"])) for each in items]
    if not told.get("scheduleItems"):
        stretches = list(_marked(str(told.get("availabilityView") or ""), span.start))
    taken = tuple(within for each in stretches if (within := each.within(span)) is not None)
    return Schedule(taken, _hours(told.get("workingHours") or {}))


def _hours(told: Reply) -> WorkingHours | None:
    """Return the hours that somebody set; None where there are none, or by a clock that nobody knows."""
    zone = zones.known(str((told.get("timeZone") or {}).get("name", "")))
    days = frozenset(_DAYS.index(day) for each in told.get("daysOfWeek") or () if (day := each.lower()) in _DAYS)
    try:
        start, end = (time.fromisoformat(str(told.get(edge))[:8]) for edge in ("startTime", "endTime"))
    except ValueError:
        return None
    return WorkingHours(ZoneInfo(zone), start, end, days) if zone and days else None


def _marked(view: str, start: datetime) -> Iterator[Span]:
    """Yield what a view of one mark for each quarter of an hour shows as taken, where it is all that may be seen."""
    for number, mark in enumerate(view):
        if mark in _TAKEN_MARKS:
            begin = start + number * _STEP
            yield Span(begin, begin + _STEP)
