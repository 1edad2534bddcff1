"""Moments as whole microseconds since 1970, which sort, compare and round-trip exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def machine_time() -> datetime:
    """When a change is made, where a store was not told of another clock."""
    return datetime.now(UTC)
