"""The jobs that run by the clock; APScheduler stays in this file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from daemon.logging import in_job

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something done every `seconds`, for the first time `after` seconds from the start."""

    name: str
    work: Callable[[], object]
    seconds: float
    after: float = 0.0


class Schedule:
    """Runs jobs in threads: one instance of each, and once for however many times were missed in sleep."""

    def __init__(self, jobs: tuple[Job, ...], threads: int = 4) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in jobs:
            first = datetime.now(UTC) + timedelta(seconds=job.after)
            self._scheduler.add_job(
                partial(_run, job), "interval", seconds=job.seconds, id=job.name, name=job.name, next_run_time=first
            )
        self._scheduler.add_listener(_on_missed, EVENT_JOB_MISSED)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Stop, after the jobs that are running."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)


def _run(job: Job) -> None:
    with in_job(job.name):
        try:
            job.work()
        except Exception:
            log.exception("job failed")


def _on_missed(event: JobExecutionEvent) -> None:
    log.warning("job missed", extra={"job": event.job_id})
