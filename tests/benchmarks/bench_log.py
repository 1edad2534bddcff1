"""How fast the action log is appended to and read, beside a bare write + fdatasync and the eventsourcing library.

Run it: `python tests/benchmarks/bench_log.py [EVENTS]`; EVENTS is the length of the long log, a million by default.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.sqlite import SqliteStore, open_store
from application.ports.action_log import ActionQuery
from domain.action_events import ActionEvent, Approved, Executed, LogEntry, Origin, Proposed, Rejected, Started
from domain.actions import Status, apply
from domain.kinds import Kind, Risk

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=1)
ROUNDS, LIVES, THREADS = 5, 200, 8


def proposal(number: int) -> Proposed:
    return Proposed(
        kind=Kind.ARCHIVE,
        target=f"home:18f2c{number:011x}",
        account="home",
        arguments={},
        risk=Risk.APPROVAL,
        title="Archive “Your weekly digest of things”",
        reason="a newsletter that needs nothing of you (rule: Newsletters and promotions)",
        origin=Origin.RULE,
        source="home/mail",
        rule="Newsletters and promotions",
        basis="9f86d081884c7d65",
    )


def bare(folder: Path) -> float:
    """Return how many rows of 350 bytes a second are written and synced one by one."""
    row, count = b"x" * 350, 1000
    descriptor = os.open(folder / f"bare-{uuid.uuid4()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    started = time.perf_counter()
    for _ in range(count):
        os.write(descriptor, row)
        os.fdatasync(descriptor)
    elapsed = time.perf_counter() - started
    os.close(descriptor)
    return count / elapsed


def one_by_one(store: SqliteStore) -> float:
    """Return durable appends a second: each of propose, approve, start and execute on disk before the next."""
    log, started = store.actions, time.perf_counter()
    for _ in range(LIVES):
        name = uuid.uuid4().hex
        action = log.append(name, [proposal(uuid.uuid4().int >> 84)], actor="rule", at=NOON)
        for event in (Approved(action.digest), Started(), Executed({"history": "4711"})):
            log.append(name, [event], actor="owner", at=NOON)
    return 4 * LIVES / (time.perf_counter() - started)


def in_batches(store: SqliteStore) -> float:
    """Return events a second where whole lives are stored a hundred to a transaction, as intake proposes."""
    lives = [(uuid.uuid4().hex, life(uuid.uuid4().int >> 84 | 1)) for _ in range(1000)]
    lives = [(name, events) for name, events in lives if len(events) == 4]
    started = time.perf_counter()
    for first in range(0, len(lives), 100):
        store.actions.append_many(lives[first : first + 100], actor="rule", at=NOON)
    return 4 * len(lives) / (time.perf_counter() - started)


def in_threads(one_by_one: Callable[[], float]) -> float:
    """Return rows a second of eight threads at once, each of which waits for each of its own."""
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda _: one_by_one(), range(THREADS)))


class Library:
    """The same with the eventsourcing library on SQLite, set up as its documentation does."""

    def __init__(self, folder: Path) -> None:
        from eventsourcing.application import Application
        from eventsourcing.domain import Aggregate, event

        class Life(Aggregate):
            @event("Proposed")
            def __init__(self, target: str, title: str, reason: str) -> None:
                self.target, self.title, self.reason, self.status = target, title, reason, "proposed"

            @event("Approved")
            def approve(self, digest: str) -> None:
                self.digest, self.status = digest, "approved"

            @event("Executed")
            def execute(self, receipt: str) -> None:
                self.receipt, self.status = receipt, "executed"

        database = str(folder / "eventsourcing.db")
        self._application = Application({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": database})
        self._life = Life

    def _propose(self) -> Any:
        return self._life(f"home:{uuid.uuid4().hex}", "Archive “Your weekly digest of things”", "a newsletter")

    def one_by_one(self) -> float:
        application, started = self._application, time.perf_counter()
        for _ in range(LIVES):
            life = self._propose()
            application.save(life)
            life = application.repository.get(life.id)
            life.approve("9f86d081884c7d65")
            application.save(life)
            life = application.repository.get(life.id)
            life.execute("4711")
            application.save(life)
        return 3 * LIVES / (time.perf_counter() - started)

    def in_batches(self) -> float:
        started = time.perf_counter()
        for _ in range(10):
            lives = [self._propose() for _ in range(100)]
            for life in lives:
                life.approve("9f86d081884c7d65")
                life.execute("4711")
            self._application.save(*lives)
        return 3 * 1000 / (time.perf_counter() - started)


def compare_appends(folder: Path) -> None:
    store = open_store(folder / "appends.db")
    measures: dict[str, Callable[[], float]] = {
        "bare write + fdatasync": lambda: bare(folder),
        "action log, one by one": lambda: one_by_one(store),
        "action log, eight at once": lambda: in_threads(lambda: one_by_one(store)),
        "action log, in batches": lambda: in_batches(store),
    }
    try:
        library = Library(folder)
        measures |= {
            "eventsourcing, one by one": library.one_by_one,
            "eventsourcing, eight at once": lambda: in_threads(library.one_by_one),
            "eventsourcing, in batches": library.in_batches,
        }
    except ImportError:
        print("eventsourcing is not installed and is left out: pip install eventsourcing")
    rounds = [{name: measure() for name, measure in measures.items()} for _ in range(ROUNDS)]
    store.close()
    figures = {name: statistics.median(each[name] for each in rounds) for name in measures}
    for name, figure in figures.items():
        print(f"{name:28} {figure:8.0f} rows/s")
    share = figures["action log, one by one"] / figures["bare write + fdatasync"]
    print(f"one by one, of bare          {share:8.1%} (goal 40 %)")
    for way in ("one by one", "eight at once", "in batches"):
        if f"eventsourcing, {way}" in figures:
            times = figures[f"action log, {way}"] / figures[f"eventsourcing, {way}"]
            print(f"{way}, of eventsourcing {times:8.2f}x")


def lengthen(store: SqliteStore, events: int) -> None:
    """Fill the log: of a thousand actions five wait, a hundred are rejected, the rest executed."""
    for first in range(0, events // 4, 1000):
        lives = [(f"{number:032x}", life(number)) for number in range(first, first + 1000)]
        store.actions.append_many(lives, actor="rule", at=NOON)


def life(number: int) -> list[ActionEvent]:
    proposed = proposal(number)
    if number % 200 == 0:
        return [proposed]
    if number % 10 == 0:
        return [proposed, Rejected("no")]
    digest = apply(None, LogEntry(0, "", NOON, "", proposed)).digest
    return [proposed, Approved(digest), Started(), Executed({"history": "4711"})]


def milliseconds(what: Callable[[], object], count: int = 200) -> float:
    """Return the time that 95 % of calls stay under."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        what()
        times.append(time.perf_counter() - started)
    return sorted(times)[int(count * 0.95)] * 1000


def read_a_long_log(store: SqliteStore, events: int) -> None:
    started = time.perf_counter()
    lengthen(store, events)
    print(f"\nlog of about {events} events, filled in {time.perf_counter() - started:.0f} s; p95 of each")
    log, waiting = store.actions, ActionQuery(status=Status.PROPOSED)
    known = log.list(waiting).items[0]
    questions: dict[str, Callable[[], object]] = {
        "what waits, newest 50 (goal 1 ms)": lambda: log.list(waiting),
        "what waits of one rule": lambda: log.list(replace(waiting, rule=known.rule)),
        "newest 50 of all": lambda: log.list(ActionQuery()),
        "one action": lambda: log.get(known.id),
        "open for 50 targets": lambda: log.open_for([f"home:18f2c{number:011x}" for number in range(50)]),
        "automatic in the last hour": lambda: log.automatic_since(LATER),
        "one append": lambda: log.append(uuid.uuid4().hex, [proposal(uuid.uuid4().int >> 84)], actor="rule", at=NOON),
    }
    for name, question in questions.items():
        print(f"  {name:34} {milliseconds(question):8.3f} ms")
    started = time.perf_counter()
    report = log.verify()
    print(f"  verify {report.rows} rows in {time.perf_counter() - started:.1f} s: {report.problem or 'whole'}")


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        compare_appends(Path(folder))
        for length in (max(events // 100, 1000), events):
            store = open_store(Path(folder) / f"{length}.db")
            read_a_long_log(store, length)
            store.close()


if __name__ == "__main__":
    main()
