"""Moments at which clocks are hardest to read: those around a change of a zone's offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_MOMENTS = st.datetimes(
    datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01"), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))


@cache
def changes(zone: str, year: int) -> tuple[datetime, ...]:
    """Return the full hours by which the zone's offset had changed in a year."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + n * _DAY for n in range(367)]
    return tuple(
        hour for day in _changed(days, zone) for hour in _changed([day - _DAY + n * _HOUR for n in range(25)], zone)
    )


@st.composite
def moments(draw: st.DrawFn, zone: str, first_year: int = 1990) -> datetime:
    """Draw a moment in UTC; every other one lies within three hours of a change, where the zone has any that year."""
    moment = draw(_MOMENTS.filter(lambda moment: moment.year >= first_year))
    near = changes(zone, moment.year)
    if near and draw(st.booleans()):
        return draw(st.sampled_from(near)) + timedelta(minutes=draw(st.integers(-180, 180)))
    return moment


def _changed(moments: list[datetime], zone: str) -> list[datetime]:
    offsets = [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments]
    both = zip(pairwise(offsets), moments[1:], strict=True)
    return [moment for (before, after), moment in both if before != after]
