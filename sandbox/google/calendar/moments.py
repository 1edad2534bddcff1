"""When events begin and end: whole days, or moments told in a zone (EventDateTime)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.google.calendar.errors import invalid, required
from sandbox.google.call import text_of
from sandbox.google.discovery import JsonObject


@dataclass(frozen=True, slots=True)
class Moment:
    """One end of an event by the clock on the wall of its zone; a whole day is its midnight."""

    wall: datetime
    zone: str
    whole_day: bool = False

    @property
    def utc(self) -> datetime:
        return self.wall.replace(tzinfo=zone(self.zone)).astimezone(UTC)

    @property
    def stamp(self) -> str:
        """The moment as it stands in the id of an instance."""
        return f"{self.wall:%Y%m%d}" if self.whole_day else f"{self.utc:%Y%m%dT%H%M%SZ}"

    def at(self, wall: datetime) -> Moment:
        return replace(self, wall=wall)

    def later(self, span: timedelta) -> Moment:
        """A day more by the calendar, or a time more by the clock that no change of season turns back."""
        if self.whole_day:
            return self.at(self.wall + span)
        return self.at((self.utc + span).astimezone(zone(self.zone)).replace(tzinfo=None))

    def kept(self) -> JsonObject:
        """As it is stored: a whole day too knows in which zone it is one."""
        return {**self.shown(), "timeZone": self.zone}

    def shown(self, shown_in: str = "") -> JsonObject:
        """As EventDateTime, with the offset of the zone that the answer is given in."""
        if self.whole_day:
            return {"date": self.wall.date().isoformat()}
        return {"dateTime": rfc3339(self.utc, shown_in or self.zone), "timeZone": self.zone}


@cache
def zone(name: str) -> ZoneInfo:
    """An IANA zone; Google knows no others."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise invalid("Invalid time zone definition for start time.", "timeZone") from unknown


def read(value: JsonObject, field: str, calendar_zone: str) -> Moment:
    """The moment of an EventDateTime; a time without an offset needs its zone."""
    day, text = text_of(value, "date"), text_of(value, "dateTime")
    if bool(day) == bool(text):
        raise invalid(f"Invalid {field} time.") if day else required(f"Missing {field} time.")
    try:
        if day:
            name = text_of(value, "timeZone") or calendar_zone
            return Moment(datetime.combine(date.fromisoformat(day), time()), name, True)
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise invalid(f"Invalid value for: Invalid format: {day or text}", field) from wrong
    named = text_of(value, "timeZone")
    if found.tzinfo is None and not named:
        raise required(f"Missing time zone definition for {field} time.")
    name = named or calendar_zone
    wall = found.astimezone(zone(name)).replace(tzinfo=None) if found.tzinfo else found
    zone(name)
    return Moment(wall.replace(microsecond=0), name)


def bound(text: str, parameter: str) -> datetime | None:
    """A query's moment in UTC, None where it is not asked for; the offset is mandatory."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise invalid("Bad Request", parameter, "badRequest") from wrong
    if found.tzinfo is None:
        raise invalid("Bad Request", parameter, "badRequest")
    return found.astimezone(UTC)


def rfc3339(moment: datetime, name: str) -> str:
    text = moment.astimezone(zone(name)).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z") if name in ("UTC", "Etc/UTC", "GMT") else text


def milliseconds(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
