"""The schedule: what was missed is told and run once, and a schedule whose threads hang is not well."""

from datetime import UTC, datetime, timedelta, tzinfo
from queue import Queue
from threading import Event

import pytest

from application.ports.clock import Clock
from daemon import schedule
from daemon.schedule import Job, Schedule, turns_missed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "waited", "expected"),
    [(60, 60, 0), (60, 170, 0), (60, 3600, 59), (86_400, 86_460, 0), (86_400, 3 * 86_400, 2), (2, 50, 0)],
)
def test_turns_are_missed_after_a_sleep_and_not_by_a_moment(seconds: float, waited: float, expected: int) -> None:
    job = Job("poll", lambda: None, seconds)
    assert turns_missed(job, NOW - timedelta(seconds=waited), NOW) == expected


def test_nothing_is_missed_before_the_first_turn() -> None:
    assert turns_missed(Job("poll", lambda: None, 60), None, NOW) == 0


def test_a_schedule_whose_threads_hang_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, let_go = Event(), Event()

    def hang() -> None:
        begun.set()
        let_go.wait(30)

    running = Schedule((Job("hangs", hang, 0.01),), threads=1)
    running.start()
    assert begun.wait(10)
    was_well = running.is_well()
    monkeypatch.setattr(schedule, "SILENCE_SECONDS", 0.0)
    is_well = running.is_well()
    let_go.set()
    running.stop()
    assert (was_well, is_well, running.is_well()) == (True, False, False)


class MovedClock(Clock):
    """The machine's clock, as it is after somebody set it."""

    shift = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


def test_jobs_go_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, turns = MovedClock(), Queue[int]()

    class Today(datetime):
        """What the scheduler reads the time from."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.now()

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Today)
    monkeypatch.setattr(schedule, "LOOK_SECONDS", 0.05)
    running = Schedule((Job("ticks", lambda: turns.put(1), 0.02),), clock)
    running.start()
    turns.get(timeout=10)
    clock.shift = -timedelta(days=1)
    for _ in range(turns.qsize() + 10):
        turns.get(timeout=10)
    running.stop()
