"""Rules of RFC 5545 as Outlook's patterns (https://learn.microsoft.com/graph/api/resources/recurrencepattern).

Outlook knows far fewer; what it cannot say is refused, never bent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.microsoft.calendar import zones
from domain.errors import CannotBe
from domain.expressions import expression

_DAYS: Mapping[str, str] = {
    "MO": "monday",
    "TU": "tuesday",
    "WE": "wednesday",
    "TH": "thursday",
    "FR": "friday",
    "SA": "saturday",
    "SU": "sunday",
}
_WEEKDAYS = tuple(_DAYS)
_INDEXES: Mapping[int, str] = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_NTH = expression(r"([+-]?\d)(MO|TU|WE|TH|FR|SA|SU)")
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
# Outlook takes the last day of a month that is too short, RFC 5545 passes such a month over.
_IN_EVERY_MONTH = 28


def recurrence(lines: Sequence[str], start: datetime, zone: str) -> dict[str, Any]:
    """Return the pattern and range of a series that begins at `start`; raise `CannotBe` for what Outlook cannot say."""
    rules = [line.partition(":")[2] for line in lines if line.upper().startswith("RRULE:")]
    if len(lines) != 1 or len(rules) != 1:
        raise _too_much("more than one rule")
    parts = dict(part.split("=", 1) for part in rules[0].upper().strip(";").split(";") if "=" in part)
    if not parts.keys() <= _KNOWN:
        raise _too_much(", ".join(sorted(parts.keys() - _KNOWN)))
    if not zones.goes_by_its_clock(start, zone):
        raise _too_much(f"the clock of {zone} at that hour")
    first = start.astimezone(ZoneInfo(zone)).date()
    return {"pattern": _pattern(parts, first), "range": _range(parts, first, zone)}


def _pattern(parts: Mapping[str, str], first: date) -> dict[str, Any]:
    interval = {"interval": _number(parts.get("INTERVAL", "1"))}
    match parts.get("FREQ"):
        case "DAILY":
            _allow(parts)
            return {"type": "daily", **interval}
        case "WEEKLY":
            _allow(parts, "BYDAY")
            return {"type": "weekly", **interval, **_week(parts, first)}
        case "MONTHLY":
            _allow(parts, "BYDAY", "BYSETPOS", "BYMONTHDAY")
            return _of_month("Monthly", parts, first) | interval
        case "YEARLY":
            _allow(parts, "BYDAY", "BYSETPOS", "BYMONTHDAY", "BYMONTH")
            if "BYDAY" in parts and "BYMONTH" not in parts:
                raise _too_much("weekdays of a year")
            month = _within(parts.get("BYMONTH", str(first.month)), 12)
            if month != first.month:
                raise _too_much("a first day that the rule does not name")
            return _of_month("Yearly", parts, first) | interval | {"month": month}
    raise _too_much(f"FREQ={parts.get('FREQ', '')}")


def _week(parts: Mapping[str, str], first: date) -> dict[str, Any]:
    days = parts.get("BYDAY", _WEEKDAYS[first.weekday()]).split(",")
    if not set(days) <= set(_DAYS):
        raise _too_much("BYDAY")
    if _WEEKDAYS[first.weekday()] not in days:
        raise _too_much("a first day that the rule does not name")
    return {"daysOfWeek": [_DAYS[day] for day in days], "firstDayOfWeek": _DAYS.get(parts.get("WKST", "MO"), "monday")}


def _of_month(kind: str, parts: Mapping[str, str], first: date) -> dict[str, Any]:
    """Return the day of a month: by its number, or as the nth of some weekdays."""
    if "BYDAY" not in parts:
        if "BYSETPOS" in parts:
            raise _too_much("BYSETPOS")
        number = _within(parts.get("BYMONTHDAY", str(first.day)), _IN_EVERY_MONTH)
        if number != first.day:
            raise _too_much("a first day that the rule does not name")
        return {"type": f"absolute{kind}", "dayOfMonth": number}
    if "BYMONTHDAY" in parts:
        raise _too_much("BYDAY with BYMONTHDAY")
    nth, days = _nth(parts)
    if nth not in _INDEXES or first != _nth_of_month(first, nth, days):
        raise _too_much("the place of the day in the month")
    return {"type": f"relative{kind}", "index": _INDEXES[nth], "daysOfWeek": [_DAYS[day] for day in days]}


def _nth(parts: Mapping[str, str]) -> tuple[int, list[str]]:
    """Return which of these weekdays: `BYDAY=2TU`, or `BYDAY=MO,TU;BYSETPOS=1`."""
    days = parts["BYDAY"].split(",")
    single = _NTH.fullmatch(days[0])
    if single and len(days) == 1 and "BYSETPOS" not in parts:
        return int(single[1]), [single[2]]
    if not set(days) <= set(_DAYS) or "BYSETPOS" not in parts:
        raise _too_much("BYDAY")
    return _number(parts["BYSETPOS"], least=-1), days


def _nth_of_month(first: date, nth: int, days: Sequence[str]) -> date | None:
    wanted = [date(first.year, first.month, each) for each in range(1, _length(first) + 1)]
    those = [each for each in wanted if _WEEKDAYS[each.weekday()] in days]
    return those[nth - 1 if nth > 0 else nth] if 0 < abs(nth) <= len(those) else None


def _length(month: date) -> int:
    from calendar import monthrange

    return monthrange(month.year, month.month)[1]


def _range(parts: Mapping[str, str], first: date, zone: str) -> dict[str, Any]:
    begins = {"startDate": first.isoformat()}
    if "COUNT" in parts:
        return {"type": "numbered", **begins, "numberOfOccurrences": _number(parts["COUNT"])}
    if "UNTIL" in parts:
        return {"type": "endDate", **begins, "endDate": _until(parts["UNTIL"], zone).isoformat()}
    return {"type": "noEnd", **begins}


def _until(text: str, zone: str) -> date:
    try:
        until = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        raise _too_much("UNTIL") from None
    return until.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() if text.endswith("Z") else until.date()


def _allow(parts: Mapping[str, str], *names: str) -> None:
    extra = {name for name in parts if name.startswith("BY")} - set(names)
    if extra:
        raise _too_much(", ".join(sorted(extra)))


def _within(text: str, most: int) -> int:
    number = _number(text)
    if number > most:
        raise _too_much(f"the number {number}")
    return number


def _number(text: str, least: int = 1) -> int:
    digits = text.removeprefix("+").removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 4 or not least <= int(text) or int(text) == 0:
        raise _too_much(f"the number {text[:20]}")
    return int(text)


def _too_much(what: str) -> CannotBe:
    return CannotBe(f"Outlook has no way to say this repetition ({what})", code="recurrence")
