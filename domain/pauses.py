"""Pauses that end by the clock, though the clock be set back meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

_MOST_DOUBLINGS = 20  # of no pause that long is there need, and more of them a timedelta could not hold


def doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    """Return a pause that was doubled so many times since the `first`; it is never longer than `longest`."""
    pause: timedelta = first * 2 ** min(times, _MOST_DOUBLINGS)
    return min(pause, longest)


def still_rests(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Whether a pause is not over; one with more to go than any begins with is from before the clock was set back."""
    return until is not None and timedelta(0) < until - now <= longest
