"""Time zones as calendars name them: IANA's names, Windows' names, vendors' prefixes, and zones they spell out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from adapters.ics.components import Component
from domain.expressions import expression

MAX_ONSETS = 20
_DAY = timedelta(days=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONTHS = frozenset(str(month) for month in range(1, 13))
_BYDAY = expression(r"([+-]?[1-5])(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone that is known by `name` (IANA), or that only its own description knows: then `name` is `UTC`."""

    name: str
    known: tzinfo | None = None
    described: Component | None = None

    def utc(self, local: datetime) -> datetime:
        """Return the moment of a naive local time; one that a clock skips is taken by the offset before (3.3.5)."""
        zone = self.known or timezone(_offset(self.described, local))
        return local.replace(tzinfo=zone)


class Zones:
    """The zones that one calendar may speak of."""

    def __init__(self, calendar: Component, own: str) -> None:
        self._own = Zone(own, ZoneInfo(own))
        self._described = {part.text("TZID"): part for part in calendar.named("VTIMEZONE")}

    def named(self, name: str | None) -> Zone:
        """Return the zone that a TZID stands for; the owner's where there is none, or it means nothing to anybody."""
        if not name:
            return self._own
        described = self._described.get(name)
        place = described.text("X-LIC-LOCATION") if described else ""
        known = iana(name) or (iana(place) if place else None)
        if known:
            return Zone(known, ZoneInfo(known))
        return Zone("UTC", described=described) if described else self._own


@lru_cache(maxsize=512)
def iana(name: str) -> str | None:
    """Return the IANA name in a TZID: itself, what Windows calls it (Unicode CLDR), or the end of a longer name."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    windows = WINDOWS_TO_OLSON.get(name.strip('" '))
    if windows:
        return windows
    parts = name.strip('"/ ').split("/")
    candidates = ["/".join(parts[start:]) for start in range(len(parts))][-3:]
    return next((each for each in candidates if each in _known()), None)


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _offset(described: Component | None, local: datetime) -> timedelta:
    """Return the offset that a VTIMEZONE gives for a local time: that of the latest onset before it (3.6.5)."""
    observances = list(described.parts)[:MAX_ONSETS] if described else []
    onsets = [(onset, each) for each in observances if (onset := _latest_onset(each, local)) is not None]
    if onsets:
        return _utc_offset(max(onsets, key=lambda pair: pair[0])[1].text("TZOFFSETTO"))
    return _utc_offset(observances[0].text("TZOFFSETFROM")) if observances else timedelta()


def _latest_onset(observance: Component, local: datetime) -> datetime | None:
    """Return when it last began, by clocks that show `local`; what they skip then still belongs to the one before."""
    gained = _utc_offset(observance.text("TZOFFSETTO")) - _utc_offset(observance.text("TZOFFSETFROM"))
    began_by = local - max(gained, timedelta())
    return max((onset for onset in _onsets(observance, local) if onset <= began_by), default=None)


def _onsets(observance: Component, local: datetime) -> Iterator[datetime]:
    """When it began, and the yearly days on which it began again near that time; other rules are not followed."""
    began = read_local(observance.text("DTSTART"))
    if began is None:
        return
    yield began
    for rule in list(observance.every("RRULE"))[:1]:
        yield from (onset for year in (local.year - 1, local.year) if (onset := _onset_of(rule.value, began, year)))
    for dates in list(observance.every("RDATE"))[:MAX_ONSETS]:
        yield from (onset for text in dates.value.split(",")[:MAX_ONSETS] if (onset := read_local(text)) is not None)


def _onset_of(rule: str, began: datetime, year: int) -> datetime | None:
    """Return when a clock is changed in `year` by a rule like `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    until = read_local(parts.get("UNTIL", ""))
    day = _BYDAY.fullmatch(parts.get("BYDAY", ""))
    month = int(parts["BYMONTH"]) if parts.get("BYMONTH") in _MONTHS else began.month
    if parts.get("FREQ") != "YEARLY" or day is None:
        return None
    onset = _nth_weekday(year, month, int(day[1]), _WEEKDAYS.index(day[2])) + (began - began.replace(hour=0, minute=0))
    return onset if onset >= began and (until is None or onset <= until + _DAY) else None


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> datetime:
    """Return the nth such weekday of a month, counted from its end where `nth` is negative."""
    first = datetime(year, month, 1)  # noqa: DTZ001 a day has no zone
    days = [first + timedelta(days=each) for each in range(monthrange(year, month)[1])]
    those = [day for day in days if day.weekday() == weekday]
    return those[nth - 1 if nth > 0 else nth] if abs(nth) <= len(those) else those[-1]


def _utc_offset(text: str) -> timedelta:
    """Return what `+0100` or `-033045` stands for (RFC 5545, 3.3.14)."""
    digits = text[1:]
    if text[:1] not in ("+", "-") or not digits.isascii() or not digits.isdigit() or len(digits) not in (4, 6):
        return timedelta()
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:] or 0))
    return min(offset, _DAY - timedelta(seconds=1)) * (-1 if text[0] == "-" else 1)


def read_local(text: str) -> datetime | None:
    """Return a date or local time of RFC 5545 without a zone; None for what is none, or lies outside our centuries."""
    form = "%Y%m%dT%H%M%S" if "T" in text.upper() else "%Y%m%d"
    try:
        found = datetime.strptime(text.strip().upper().removesuffix("Z"), form)  # noqa: DTZ007 its zone stands beside it
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None
