"""Months, each named YYYY-MM and known by its first day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from domain.errors import Invalid

_LAST_YEAR = dt.MAXYEAR - 1


def first_of(name: str) -> dt.date:
    """Return the first day of the month that is written as YYYY-MM. Raise `Invalid`."""
    try:
        first = dt.date.fromisoformat(f"{name}-01")
    except ValueError:
        first = dt.date.max
    if first.year > _LAST_YEAR:
        raise Invalid(f"{name!r} is no month; say it as YYYY-MM", where="month")
    return first


def next_month(first: dt.date) -> dt.date:
    """Return the first day of the month after the one that begins with `first`."""
    return (first + dt.timedelta(days=32)).replace(day=1)


def months_back(today: dt.date, count: int) -> Iterator[dt.date]:
    """Yield the first day of this month and of `count` - 1 before it, the newest first."""
    first = today.replace(day=1)
    for _ in range(count):
        yield first
        first = (first - dt.timedelta(days=1)).replace(day=1)
