"""Pauses that end by the clock, though the clock be set back meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta


def still_rests(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Whether a pause is not over; one with more to go than any begins with is from before the clock was set back."""
    return until is not None and timedelta(0) < until - now <= longest
