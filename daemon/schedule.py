"""The jobs that run by the clock; APScheduler stays in this file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Thread
from time import monotonic

from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from application.ports.clock import Clock
from daemon.clock import SYSTEM_CLOCK
from daemon.logging import in_job
from daemon.vigil import elapsed

log = logging.getLogger(__name__)

SILENCE_SECONDS = 900.0
LATE_SECONDS = 60.0
LOOK_SECONDS = 15.0
SET_BACK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something done every `seconds`, for the first time `after` seconds from the start."""

    name: str
    work: Callable[[], object]
    seconds: float
    after: float = 0.0


class Schedule:
    """Runs jobs in threads: one instance of each, and once for however many times were missed in sleep.

    The scheduler waits by the machine's clock for what is due; `turn` is all that it calls. When the clock is set
    back it would wait until the old time comes again: a thread of its own notices that, and brings all jobs forward.
    """

    def __init__(self, jobs: tuple[Job, ...], clock: Clock = SYSTEM_CLOCK, threads: int = 4) -> None:
        self._clock = clock
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._ended: dict[str, datetime] = {}
        self._last_begun = monotonic()
        for job in jobs:
            first = clock.now() + timedelta(seconds=job.after)
            self._scheduler.add_job(
                partial(self.turn, job),
                "interval",
                seconds=job.seconds,
                id=job.name,
                name=job.name,
                next_run_time=first,
            )
        self._scheduler.add_listener(_on_missed, EVENT_JOB_MISSED)
        self._leaving = Event()
        self._watch = Thread(target=self._watch_clock, name="clock", daemon=True)

    def start(self) -> None:
        self._scheduler.start()
        self._watch.start()

    def _watch_clock(self) -> None:
        before = self._ahead()
        while not self._leaving.wait(LOOK_SECONDS):
            now = self._ahead()
            if before - now > SET_BACK_SECONDS:
                self._bring_forward(timedelta(seconds=before - now))
            before = now

    def _ahead(self) -> float:
        """Return by how much the clock is ahead of the seconds that pass, which nobody can set."""
        return self._clock.now().timestamp() - elapsed()

    def _bring_forward(self, by: timedelta) -> None:
        log.warning("the clock was set back; jobs are brought forward", extra={"seconds": round(by.total_seconds())})
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=job.next_run_time - by)

    def is_well(self) -> bool:
        """Whether jobs still come to their turn; where all threads hang, none has begun for long."""
        return self._scheduler.running and monotonic() - self._last_begun < SILENCE_SECONDS

    def turn(self, job: Job) -> None:
        """Run a job once, and see to it that whatever it raises ends with it."""
        before = self._ended.get(job.name)
        self._last_begun = monotonic()
        with in_job(job.name):
            missed = turns_missed(job, before, self._clock.now())
            if missed:
                log.warning("job was missed, and is run once now", extra={"missed": missed, "since": before})
            try:
                job.work()
            except Exception:
                log.exception("job failed")
        self._ended[job.name] = self._clock.now()

    def stop(self) -> None:
        """Stop, after the jobs that are running."""
        self._leaving.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)


def turns_missed(job: Job, before: datetime | None, now: datetime) -> int:
    """Return how often a job would have run since it ended at `before`, had the machine not slept."""
    waited = (now - before).total_seconds() if before else 0.0
    return int(waited / job.seconds) - 1 if waited > LATE_SECONDS + 2 * job.seconds else 0


def _on_missed(event: JobExecutionEvent) -> None:
    log.warning("job missed", extra={"job": event.job_id})
