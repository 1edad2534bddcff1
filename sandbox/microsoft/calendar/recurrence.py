"""Outlook's recurrence patterns as dates (resources/recurrencepattern, resources/recurrencerange)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Literal

from dateutil import rrule

from sandbox.microsoft.call import JsonObject, object_of, text_of, texts_of
from sandbox.microsoft.errors import invalid

_DAYS = {
    "monday": rrule.MO, "tuesday": rrule.TU, "wednesday": rrule.WE, "thursday": rrule.TH, "friday": rrule.FR,
    "saturday": rrule.SA, "sunday": rrule.SU,
}  # fmt: skip
_INDEX = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_FREQUENCIES: Mapping[str, Literal[0, 1, 2, 3]] = {
    "daily": rrule.DAILY, "weekly": rrule.WEEKLY, "absoluteMonthly": rrule.MONTHLY, "relativeMonthly": rrule.MONTHLY,
    "absoluteYearly": rrule.YEARLY, "relativeYearly": rrule.YEARLY,
}  # fmt: skip


def check(recurrence: JsonObject) -> None:
    """Refuse a pattern that is none."""
    pattern, extent = object_of(recurrence, "pattern"), object_of(recurrence, "range")
    if text_of(pattern, "type") not in _FREQUENCIES or not isinstance(pattern.get("interval"), int):
        raise invalid("The recurrence pattern is invalid.", "ErrorInvalidRecurrencePattern")
    if text_of(extent, "type") not in ("endDate", "noEnd", "numbered") or not text_of(extent, "startDate"):
        raise invalid("The recurrence range is invalid.", "ErrorInvalidRecurrenceRange")


def dates(recurrence: JsonObject, until: date) -> Iterator[date]:
    """The days of a series from its start, not later than `until`."""
    for moment in _rule(object_of(recurrence, "pattern"), object_of(recurrence, "range")):
        if moment.date() > until:
            return
        yield moment.date()


def _rule(pattern: JsonObject, extent: JsonObject) -> rrule.rrule:
    kind, start = text_of(pattern, "type"), date.fromisoformat(text_of(extent, "startDate"))
    days = [_DAYS[day.lower()] for day in texts_of(pattern, "daysOfWeek")]
    relative = kind.startswith("relative")
    position = _INDEX[text_of(pattern, "index", "first")] if relative else None
    last = text_of(extent, "endDate") if text_of(extent, "type") == "endDate" else ""
    month_days = _month_days(pattern) if kind.startswith("absolute") else None
    return rrule.rrule(
        _FREQUENCIES[kind],
        dtstart=datetime.combine(start, time()),
        interval=_number(pattern, "interval", 1),
        wkst=_DAYS[text_of(pattern, "firstDayOfWeek", "sunday").lower()],
        byweekday=days or None if kind == "weekly" or relative else None,
        bysetpos=position if relative else (-1 if month_days else None),
        bymonthday=month_days,
        bymonth=_number(pattern, "month", start.month) if kind.endswith("Yearly") else None,
        count=_number(extent, "numberOfOccurrences", 1) if text_of(extent, "type") == "numbered" else None,
        until=datetime.combine(date.fromisoformat(last), time()) if last else None,
    )


def _month_days(pattern: JsonObject) -> list[int]:
    """The day of the month; in a month that is too short Outlook takes its last day."""
    day = _number(pattern, "dayOfMonth", 1)
    return list(range(28, day + 1)) if day > 28 else [day]


def _number(body: JsonObject, name: str, default: int) -> int:
    value = body.get(name)
    return value if isinstance(value, int) and value else default
