"""How fast the action log is appended to and read, beside a bare write + fdatasync and the eventsourcing library.

Run it: `python tests/benchmarks/bench_log.py [EVENTS]`; EVENTS is the length of the long log, a million by default.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.sqlite import SqliteStore, open_store
from application.ports.store import ActionQuery
from domain.actions import Approved, Event, Executed, Origin, Proposed, Rejected, Started, Status, apply, LogEntry
from domain.kinds import Kind, Risk

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=1)
ROUNDS, LIVES = 5, 200


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


def ours(store: SqliteStore) -> float:
    """Return durable appends a second: each of propose, approve, start and execute on disk before the next."""
    log, appends = store.actions, 0
    started = time.perf_counter()
    for _ in range(LIVES):
        name = uuid.uuid4().hex
        action = log.append(name, [proposal(uuid.uuid4().int >> 84)], actor="rule", at=NOON)
        for event in (Approved(action.digest), Started(), Executed({"history": "4711"})):
            log.append(name, [event], actor="owner", at=NOON)
        appends += 4
    return appends / (time.perf_counter() - started)


def theirs(folder: Path) -> Callable[[], float] | None:
    """Return the same for the eventsourcing library on SQLite, as its documentation sets it up; None without it."""
    try:
        from eventsourcing.application import Application
        from eventsourcing.domain import Aggregate, event
    except ImportError:
        return None

    class Life(Aggregate):  # type: ignore[misc]
        @event("Proposed")
        def __init__(self, target: str, title: str, reason: str) -> None:
            self.target, self.title, self.reason, self.status = target, title, reason, "proposed"

        @event("Approved")
        def approve(self, digest: str) -> None:
            self.digest, self.status = digest, "approved"

        @event("Executed")
        def execute(self, receipt: str) -> None:
            self.receipt, self.status = receipt, "executed"

    variables = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "eventsourcing.db")}
    application = Application(variables)

    def measure() -> float:
        started = time.perf_counter()
        for number in range(LIVES):
            life = Life(f"home:18f2c{number:011x}", "Archive “Your weekly digest of things”", "a newsletter")
            application.save(life)
            for step in (lambda known: known.approve("9f86d081884c7d65"), lambda known: known.execute("4711")):
                known = application.repository.get(life.id)
                step(known)
                application.save(known)
        return 3 * LIVES / (time.perf_counter() - started)

    return measure


def compare_appends(folder: Path) -> None:
    store, library = open_store(folder / "appends.db"), theirs(folder)
    figures: dict[str, list[float]] = {"bare": [], "ours": [], "eventsourcing": []}
    for _ in range(ROUNDS):
        figures["bare"].append(bare(folder))
        figures["ours"].append(ours(store))
        if library:
            figures["eventsourcing"].append(library())
    store.close()
    floor, mine = statistics.median(figures["bare"]), statistics.median(figures["ours"])
    print(f"bare write + fdatasync    {floor:8.0f} rows/s")
    print(f"action log, durable       {mine:8.0f} events/s   {mine / floor:6.1%} of bare (goal 40 %)")
    if library is None:
        print("eventsourcing             not installed, skipped")
        return
    other = statistics.median(figures["eventsourcing"])
    print(f"eventsourcing             {other:8.0f} events/s   ours is {mine / other:.1f}x (goal 3x)")


def lengthen(store: SqliteStore, events: int) -> None:
    """Fill the log: most actions are executed or rejected, and one in two hundred waits."""
    number, batch = 0, 1000
    while number * 4 < events:
        many: list[tuple[str, list[Event]]] = []
        for number in range(number, number + batch):
            proposed = proposal(number)
            digest = apply(None, LogEntry(0, "", NOON, "", proposed)).digest
            rest: list[Event] = [Approved(digest), Started(), Executed({"history": "4711"})]
            if number % 200 == 0:
                rest = []
            elif number % 10 == 0:
                rest = [Rejected("no")]
            many.append((f"{number:032x}", [proposed, *rest]))
        store.actions.append_many(many, actor="rule", at=NOON)
        number += 1


def milliseconds(what: Callable[[], object], count: int = 200) -> float:
    """Return the time that 95 % of calls stay under."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        what()
        times.append(time.perf_counter() - started)
    return sorted(times)[int(count * 0.95)] * 1000


def read_a_long_log(folder: Path, events: int) -> None:
    for length in (max(events // 100, 1000), events):
        store = open_store(folder / f"long-{length}.db")
        started = time.perf_counter()
        lengthen(store, length)
        filling = time.perf_counter() - started
        waiting = ActionQuery(status=Status.PROPOSED)
        known = store.actions.list(waiting).items[0]
        print(f"\nlog of {store.actions.after(0, 1) and length} events, filled in {filling:.0f} s; p95 of each")
        print(f"  what waits, newest 50   {milliseconds(lambda: store.actions.list(waiting)):8.3f} ms (goal 1 ms)")
        by_rule = ActionQuery(status=Status.PROPOSED, rule=known.rule)
        print(f"  … of one rule           {milliseconds(lambda: store.actions.list(by_rule)):8.3f} ms")
        print(f"  newest 50 of all        {milliseconds(lambda: store.actions.list(ActionQuery())):8.3f} ms")
        print(f"  one action              {milliseconds(lambda: store.actions.get(known.id)):8.3f} ms")
        print(f"  open for 50 targets     {milliseconds(lambda: store.actions.open_for([known.target] * 50)):8.3f} ms")
        print(f"  automatic since         {milliseconds(lambda: store.actions.automatic_since(LATER)):8.3f} ms")
        print(f"  one append              {milliseconds(lambda: _propose(store)):8.3f} ms")
        started = time.perf_counter()
        report = store.actions.verify()
        print(f"  verify {report.rows} rows in {time.perf_counter() - started:.1f} s: {report.problem or 'whole'}")
        store.close()
        gc.collect()


def _propose(store: SqliteStore) -> None:
    name = uuid.uuid4().hex
    store.actions.append(name, [proposal(uuid.uuid4().int >> 84)], actor="rule", at=NOON)


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        compare_appends(Path(folder))
        read_a_long_log(Path(folder), events)


if __name__ == "__main__":
    main()
