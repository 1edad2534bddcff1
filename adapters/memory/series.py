"""The days of a series: the twin has no masters, only what happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

_FAR = timedelta(days=120)


def occurrences(rule: str, first: datetime, zone: str) -> Sequence[datetime]:
    """Return the beginnings of a series by the clock of its zone, as far as a season ahead."""
    local = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    walls = rrulestr(rule, dtstart=local).between(local, local + _FAR, inc=True)
    return [wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for wall in walls]
