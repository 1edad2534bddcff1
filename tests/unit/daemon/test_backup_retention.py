"""Which backups stay as the days go by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from daemon.backup.retention import kept

FIRST = datetime(2026, 1, 1, 3, tzinfo=UTC)


def after(days: int, newest: int, weeks: int, months: int) -> list[datetime]:
    """Return when those were made that are left after so many days, with a backup and a removal on each."""
    there: dict[Path, datetime] = {}
    for day in range(days):
        there[Path(f"{day:05}")] = FIRST + timedelta(days=day)
        there = {file: there[file] for file in kept(there, newest, weeks, months)}
    return sorted(there.values())


def test_after_a_year_there_is_one_of_each_day_week_and_month_back() -> None:
    left = [f"{at:%m-%d}" for at in after(365, newest=3, weeks=3, months=4)]
    assert left == ["09-30", "10-31", "11-30", "12-20", "12-27", "12-29", "12-30", "12-31"]


def test_without_weeks_and_months_the_newest_stay_alone() -> None:
    assert [f"{at:%m-%d}" for at in after(10, newest=2, weeks=0, months=0)] == ["01-09", "01-10"]


@given(st.integers(1, 120), st.integers(1, 6), st.integers(0, 5), st.integers(0, 5))
def test_the_newest_always_stay_and_the_rest_is_bounded(days: int, newest: int, weeks: int, months: int) -> None:
    left = after(days, newest, weeks, months)
    assert left[-min(newest, days) :] == [FIRST + timedelta(days=day) for day in range(max(0, days - newest), days)]
    assert len(left) <= newest + weeks + months


@given(st.integers(1, 400), st.integers(1, 6))
def test_something_is_left_of_every_month_that_is_wanted(days: int, months: int) -> None:
    last = FIRST + timedelta(days=days - 1)
    wanted = {f"{FIRST + timedelta(days=day):%Y-%m}" for day in range(days)}
    assert sorted(wanted)[-months:] == sorted({f"{at:%Y-%m}" for at in after(days, 1, 0, months)})
    assert last in after(days, 1, 0, months)
