"""A household whose daemon is a real process on the make-believe providers, to be killed and started again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from daemon.household import ensure_cli_token, household
from daemon.settings import Settings, load
from tests.integration.crash.wire import HeldUp, HeldUpGoogle, HeldUpMicrosoft

ROOT = Path(__file__).parents[3]
OWNER = "jo@example.com"
PATIENCE = 90.0
AIMED_FOR = 20.0
VENDORS: dict[str, type[HeldUpGoogle | HeldUpMicrosoft]] = {"google": HeldUpGoogle, "microsoft": HeldUpMicrosoft}
BEGINNING = "2000-01-01T00:00:00Z"
_LAST_STEPS = """
SELECT type, count(*) FROM action_events
WHERE seq IN (SELECT max(seq) FROM action_events GROUP BY action_id HAVING max(seq) > ?) GROUP BY type
"""
_UNFINISHED = "SELECT EXISTS (SELECT 1 FROM actions WHERE status IN ('proposed', 'approved', 'executing'))"

Json = dict[str, Any]


@dataclass(slots=True)
class House:
    """The data folder, the daemon on it when it lives, and the owner at the API."""

    home: Path
    vendor: HeldUpGoogle | HeldUpMicrosoft
    client: httpx.Client
    process: subprocess.Popen[bytes] | None = None
    url: str = ""
    acknowledged: set[str] = field(default_factory=set)

    @property
    def google(self) -> HeldUpGoogle:
        assert isinstance(self.vendor, HeldUpGoogle)
        return self.vendor

    @property
    def settings(self) -> Settings:
        return load(self.home, self.vendor.settings_there())

    def start(self) -> None:
        """Start the daemon; return when it answers."""
        own = {"ALFRED_HOME": str(self.home), "ALFRED_ACTIONS__HOURLY_CAP": "100000"}
        environment = os.environ | self.leading_there() | own
        command = [sys.executable, "-m", "daemon.cli.main", "run", "--port", "0"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        until = time.monotonic() + PATIENCE
        while not self._answers(self.process.pid):
            assert self._lives_for(0.02), "the daemon ended by itself"
            assert time.monotonic() < until, "the daemon does not answer"

    def leading_there(self) -> dict[str, str]:
        """What leads the daemon to the make-believe vendors."""
        return {
            f"ALFRED_{section.upper()}__{name.upper()}": value
            for section, named in self.vendor.settings_there().items()
            for name, value in named.items()
        }

    def _answers(self, pid: int) -> bool:
        try:
            running = json.loads((self.home / "daemon.json").read_text())
            self.url = str(running["url"])
            return running["pid"] == pid and self.call("GET", "/api/health").get("status") is not None
        except (OSError, ValueError, httpx.TransportError):
            return False

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def end(self) -> None:
        """Let go what is held on the wire, and end the daemon where it lives."""
        self.vendor.behave()
        self.vendor.release(carried_out=False)
        if self.process is not None:
            self.kill()

    def kill_after(self, seconds: float) -> None:
        if self._lives_for(seconds):
            self.kill()

    def killed_when_last_written(self, step: str, since: int) -> bool:
        """Kill while `step` is the last that the log holds of some action newer than `since`; whether one was hit."""
        until = time.monotonic() + AIMED_FOR
        with closing(sqlite3.connect(self.home / "alfred.db", isolation_level=None, timeout=0)) as database:
            while not self._killed_at(step, since, database):
                if time.monotonic() > until:
                    return False
                self._lives_for(0.001)
        return True

    def _killed_at(self, step: str, since: int, database: sqlite3.Connection) -> bool:
        """Kill if an action stands at `step`. Nobody else can write meanwhile, so what is seen stands at the kill."""
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        is_there = step in dict(database.execute(_LAST_STEPS, (since,)).fetchall())
        if is_there:
            self.kill()
        database.execute("ROLLBACK")
        return is_there

    def _lives_for(self, seconds: float) -> bool:
        """Let the daemon go on for a while; return whether it still lives."""
        assert self.process is not None
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.poll() is None

    def head(self) -> int:
        """The number of the newest entry of the log."""
        with closing(sqlite3.connect(f"file:{self.home / 'alfred.db'}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT coalesce(max(seq), 0) FROM action_events").fetchone()[0])

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        """Make one request; its answer, or its problem."""
        answer: Json = self.client.request(method, self.url + path, json=body, params=query).json()
        return answer

    def listed(self, status: str, since: str = BEGINNING) -> list[Json]:
        """Every action in `status` that was proposed since then."""
        found: list[Json] = []
        query: dict[str, Any] = {"status": status, "limit": 200, "since": since}
        while True:
            page = self.call("GET", "/api/actions", **query)
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    def begin(self, orders: list[tuple[str, Json | None]]) -> ThreadPoolExecutor:
        """Give these orders at the API all at once; those that a kill cuts off are given again by `finish`."""
        pool = ThreadPoolExecutor(max_workers=12)
        for path, body in orders:
            pool.submit(partial(self._order, path, body))
        return pool

    def _order(self, path: str, body: Json | None) -> None:
        try:
            answer = self.call("POST", path, body)
        except (httpx.TransportError, ValueError):
            return
        if answer.get("status") == "executed":
            self.acknowledged.add(answer["id"])

    def finish(self) -> None:
        """See to it as an owner would that what was approved gets done: approve, and try again until nothing waits."""
        until = time.monotonic() + PATIENCE
        while self._has_unfinished():
            if time.monotonic() > until:
                raise TimeoutError(f"still waiting: {[*self.listed('approved'), *self.listed('executing')]}")
            for action in self.listed("proposed"):
                self.call("POST", f"/api/actions/{action['id']}/approve", {"digest": action["digest"]})
            for action in self.listed("approved"):
                self.call("POST", f"/api/actions/{action['id']}/retry")

    def _has_unfinished(self) -> bool:
        """Seen at one moment: between two lists, what a crash cut off may go back from executing to approved."""
        with closing(sqlite3.connect(f"file:{self.home / 'alfred.db'}?mode=ro", uri=True)) as database:
            return bool(database.execute(_UNFINISHED).fetchone()[0])


def google_settings(google: HeldUpGoogle) -> dict[str, str]:
    return google.settings_there()["google"]


@contextmanager
def house_with(home: Path, mails: int, provider: str) -> Iterator[House]:
    """Prepare a household that has signed in and taken its mail in; no rule of its own proposes anything."""
    with VENDORS[provider](OWNER) as vendor:
        for number in range(mails):
            vendor.put(f"m{number}", a_mail(number))
        headers = {"Authorization": f"Bearer {prepare(home, vendor)}"}
        with httpx.Client(headers=headers, timeout=PATIENCE, trust_env=False) as client:
            house = House(home, vendor, client)
            try:
                yield house
            finally:
                house.end()


def prepare(home: Path, vendor: HeldUp) -> str:
    there = vendor.settings_there()
    settings = load(home, {**there, "poll": {"first_limit": 500}})
    with household(settings) as container:
        accounts, store = container.accounts(), container.store()
        for rule in store.rules.all():
            store.rules.delete(rule.name)
        accounts.add(vendor.account, next(iter(there)), {})
        attempt, step = accounts.begin_sign_in(vendor.account, ("*",))
        trusted = ssl.create_default_context(cafile=settings.tls.ca_file)
        answer = httpx.get(step.url, follow_redirects=False, trust_env=False, verify=trusted)
        accounts.finish_sign_in(attempt, answer.headers["location"])
        container.rounds().poll(container.connections().source(f"{vendor.account}/mail"))
        return ensure_cli_token(container)


def a_mail(number: int) -> bytes:
    return (
        f"From: Ann <ann{number}@example.org>\r\nTo: {OWNER}\r\nSubject: Matter {number}\r\n"
        f"Message-ID: <matter-{number}@example.org>\r\nContent-Type: text/plain\r\n\r\nAbout matter {number}.\r\n"
    ).encode()
