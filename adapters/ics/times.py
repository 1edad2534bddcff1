"""When an event takes place: its beginning and end, by DTEND or DURATION, in whatever zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.ics.components import Component, Property
from adapters.ics.zones import Zone, Zones, read_local
from domain.calendar import Span

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a time; `local` is as it was written, `at` aware UTC."""

    local: datetime
    zone: Zone
    is_date: bool

    @property
    def at(self) -> datetime:
        return self.zone.utc(self.local).astimezone(UTC)

    def after(self, length: timedelta) -> datetime:
        """Whole days count by the calendar, whatever the clocks do; the rest by the clock (RFC 5545, 3.3.6)."""
        days = timedelta(days=length.days)
        return self.zone.utc(self.local + days).astimezone(UTC) + (length - days)


def moment(written: Property | None, zones: Zones) -> Moment | None:
    """Return the date or time of a property; None where there is none that makes sense."""
    value = written.value.strip().upper() if written else ""
    local = read_local(value)
    if written is None or local is None:
        return None
    is_date = "T" not in value
    if value.endswith("Z"):
        return Moment(local, Zone("UTC", UTC), is_date)
    return Moment(local, zones.named(None if is_date else written.parameters.get("TZID")), is_date)


def span_of(event: Component, start: Moment, zones: Zones) -> Span:
    """Return when the event takes place; without an end it lasts a day, or no time at all (RFC 5545, 3.6.1)."""
    end = _end(event, start, zones)
    return Span(start.at, min(max(end, start.at), start.at + LONGEST))


def _end(event: Component, start: Moment, zones: Zones) -> datetime:
    end = moment(event.first("DTEND"), zones)
    if end is not None and not (start.is_date and end.local <= start.local):
        return end.at
    length = _duration(event.first("DURATION"))
    if length is not None:
        return start.after(length)
    return start.after(timedelta(days=1)) if start.is_date else start.at


def _duration(written: Property | None) -> timedelta | None:
    from icalendar.prop import vDuration

    if written is None:
        return None
    try:
        length = vDuration.from_ical(written.value.strip())  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        return None
    return min(length, LONGEST) if isinstance(length, timedelta) and length >= timedelta() else None
