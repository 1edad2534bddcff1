"""A household whose days pass quickly: its real jobs, by a clock that a test moves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import httpx
from starlette.applications import Starlette

from application.accounts import EVERYTHING
from application.finance.desk import FIRST_FILLED
from application.ports.action_log import ActionQuery
from daemon.container import Container
from daemon.household import app_of, ensure_cli_token, household, jobs_of
from daemon.logging import start_logging
from daemon.schedule import Job, Schedule
from daemon.settings import Settings, load
from domain.actions import Status
from domain.errors import AlfredError
from domain.tasks import FollowUp, Snooze, Task
from tests.integration.api.house import SetClock
from tests.integration.month.town import Town

BEGINS = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
KEPT = {"backup": {"keep": 2, "keep_weeks": 0, "keep_months": 0}, "log": {"keep_days": 2}, "keep": {"bodies_days": 2}}
LOOKED_AT = ("/api/status", "/api/briefing", "/api/messages", "/api/actions", "/api/calendar/events", "/api/tasks")


@dataclass(slots=True)
class Household:
    """Runs each job when its turn comes; what comes round more often than `step` runs once in each, as after sleep."""

    container: Container
    settings: Settings
    clock: SetClock
    town: Town
    step: timedelta
    app: Starlette
    _schedule: Schedule = field(init=False)
    _jobs: dict[str, Job] = field(init=False)
    _due: dict[str, datetime] = field(init=False)

    def __post_init__(self) -> None:
        jobs = jobs_of(self.container, self.settings)
        self._schedule = Schedule((), self.clock)
        self._jobs = {job.name: replace(job, seconds=max(job.seconds, self.step.total_seconds())) for job in jobs}
        self._due = {job.name: self.clock.now() + timedelta(seconds=job.after) for job in jobs}

    def days(self, count: int, mails: int) -> None:
        """Let days pass, each with its mail, its appointments, and an owner who decides and looks."""
        for _ in range(count):
            self.town.day(self.clock.now(), mails)
            self._note_own()
            ends = self.clock.now() + timedelta(days=1)
            while self.clock.now() < ends:
                self._work()
                self.clock.advance(self.step)
            self._decide()
            self._look()

    def _work(self) -> None:
        for name, job in self._jobs.items():
            if self._due[name] <= self.clock.now():
                self._due[name] = self.clock.now() + timedelta(seconds=job.seconds)
                self._schedule.turn(job)

    def _note_own(self) -> None:
        """A task to be reminded of, something owed since yesterday, and a mail put off; what is older is done."""
        now, tasks = self.clock.now(), self.container.store().tasks
        for task in tasks.tasks():
            tasks.put_task(replace(task, done_at=now))
        for owed in tasks.follow_ups():
            tasks.put_follow_up(replace(owed, closed_at=now))
        tasks.put_task(Task(str(uuid4()), "Call", now, remind_at=now + timedelta(hours=5)))
        tasks.put_follow_up(FollowUp(str(uuid4()), "The report", "me", now, (now - timedelta(days=1)).date()))
        tasks.put_snooze(Snooze(f"gmail:{now:%m%d}", now + timedelta(hours=9)))

    def _decide(self) -> None:
        """Approve some of what waits, reject some, and leave the rest."""
        waiting = self.container.store().actions.list(ActionQuery(status=Status.PROPOSED), None, 200).items
        actions = self.container.actions()
        for action, choice in zip(waiting, cycle(("approve", "reject", "leave")), strict=False):
            try:
                if choice == "approve":
                    actions.approve(action.id, action.digest)
                elif choice == "reject":
                    actions.reject(action.id, "no")
            except AlfredError:
                continue

    def _look(self) -> None:
        """Sign in from a browser that is never seen again, with one of two codes, and look at everything."""
        devices = self.container.devices()
        devices.new_code()
        _, token = devices.pair(devices.new_code(), "a browser")
        asyncio.run(_read(self.app, token))


async def _read(app: Starlette, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8420", headers=headers) as browser:
        for path in LOOKED_AT:
            answer = await browser.get(path)
            assert answer.is_success, answer.text


@contextmanager
def living(home: Path, town: Town, step: timedelta) -> Iterator[Household]:
    """Open a household that begins to live; its log is that of this process meanwhile."""
    clock = SetClock(BEGINS)
    settings = load(home, {**KEPT, "google": town.settings})
    with household(settings, clock) as container, _logging(settings, clock):
        _sign_in(container)
        ensure_cli_token(container)
        container.store().preferences.put(FIRST_FILLED, True)
        yield Household(container, settings, clock, town, step, app_of(container, settings))


@contextmanager
def _logging(settings: Settings, clock: SetClock) -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    start_logging(settings.home / "logs", "info", settings.log.keep_days, clock)
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers, root.level = before, level


def _sign_in(container: Container) -> None:
    accounts = container.accounts()
    accounts.add("gmail", "google", {})
    attempt, step = accounts.begin_sign_in("gmail", EVERYTHING)
    answer = httpx.get(step.url, follow_redirects=False, trust_env=False)
    accounts.finish_sign_in(attempt, answer.headers["location"])
