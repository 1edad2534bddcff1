"""When a backup is overdue."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.backups import Backups

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "age", "late"), [(24, 47, False), (24, 49, True), (24, None, True), (0, None, False), (0, 9000, False)]
)
def test_one_is_overdue_after_twice_the_time_between_two(every: int, age: int | None, late: bool) -> None:
    last = None if age is None else NOON - timedelta(hours=age)
    assert Backups("", every, last).late(NOON) is late
