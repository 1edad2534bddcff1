"""Those who append at the same moment share one transaction, and none has anything of another's failure."""

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.sqlite import SqliteStore, open_store
from adapters.sqlite.connection import Transaction
from domain.action_events import Approved, Executed, Started
from domain.actions import Action, Status
from domain.errors import AlfredError, Conflict
from tests.contract.store.samples import NOON, proposed

THREADS = 8


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "alfred.db")
    yield store
    store.close()


def propose(store: SqliteStore, name: str) -> Action:
    return store.actions.append(name, [proposed(f"home:{name}")], actor="owner", at=NOON)


def at_once(store: SqliteStore, *calls: Callable[[], Action]) -> list[Future[Action]]:
    """Make `calls`, each in a thread, while somebody else writes, so that all of them wait when he is done."""
    with ThreadPoolExecutor(len(calls)) as pool, store.database.write():
        made = [pool.submit(call) for call in calls]
        while store.database.waiting < len(calls):
            os.sched_yield()
    return made


def test_those_who_wait_share_one_transaction(store: SqliteStore) -> None:
    before = store.database.version
    made = at_once(store, *(lambda name=str(number): propose(store, name) for number in range(THREADS)))
    assert store.database.version == before + 1
    assert {each.result().id for each in made} == {str(number) for number in range(THREADS)}
    assert store.actions.verify().rows == THREADS
    assert store.actions.verify().problem == ""


def test_what_fails_takes_nobody_along(store: SqliteStore) -> None:
    def start_the_unknown() -> Action:
        return store.actions.append("unknown", [Started()], actor="owner", at=NOON)

    first, failed, last = at_once(store, lambda: propose(store, "a"), start_the_unknown, lambda: propose(store, "b"))
    assert isinstance(failed.exception(), Conflict)
    assert (first.result(), last.result()) == (store.actions.get("a"), store.actions.get("b"))
    assert store.actions.verify().rows == 2


def test_where_nothing_can_be_written_each_is_told(store: SqliteStore) -> None:
    def refuse(transaction: Transaction) -> Action:
        transaction.execute("INSERT INTO action_events (seq) VALUES (99)")
        raise AssertionError

    calls = [lambda: store.database.together(refuse) for _ in range(3)]
    errors = [each.exception() for each in at_once(store, *calls)]
    assert [type(error) for error in errors] == [AlfredError] * 3
    assert all(isinstance(error and error.__cause__, sqlite3.IntegrityError) for error in errors)
    propose(store, "after")
    assert store.actions.verify().rows == 1


def test_each_is_told_of_once(store: SqliteStore) -> None:
    told: list[int] = []
    store.database.on_change(lambda: told.append(store.actions.verify().rows))
    at_once(store, lambda: propose(store, "a"), lambda: propose(store, "b"))
    assert told == [2]


WRITER = """
import os, sys
from pathlib import Path
from threading import Thread
from adapters.sqlite import open_store
from domain.action_events import Approved, Executed, Started
from tests.contract.store.samples import NOON, proposed

store = open_store(Path(sys.argv[1]))

def live(thread):
    for number in range(10_000):
        name = f"{sys.argv[2]}-{thread}-{number}"
        action = store.actions.append(name, [proposed(f"home:{name}")], actor="owner", at=NOON)
        for event in (Approved(action.digest), Started(), Executed({"n": name})):
            store.actions.append(name, [event], actor="owner", at=NOON)
        os.write(1, f"{name}\\n".encode())

for thread in range(4):
    Thread(target=live, args=(thread,)).start()
"""


def _write_and_kill(path: Path, round: int, after: int) -> list[str]:
    """Let four threads of a process write, kill it after `after` lives; return the names of those it acknowledged."""
    command = [sys.executable, "-c", WRITER, str(path), str(round)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(after)]
        writer.kill()
        return said + writer.stdout.read().split("\n")[:-1]


@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_where_several_share(tmp_path: Path) -> None:
    chance = random.Random(7)
    path = tmp_path / "alfred.db"
    acknowledged: list[str] = []
    for round in range(5):
        acknowledged += _write_and_kill(path, round, chance.randrange(1, 60))
        store = open_store(path)
        try:
            assert all(store.actions.get(name).status is Status.EXECUTED for name in acknowledged)
            assert store.actions.verify().problem == ""
        finally:
            store.close()


def test_histories_of_several_threads_are_whole(store: SqliteStore) -> None:
    def live(name: str) -> Action:
        action = propose(store, name)
        for event in (Approved(action.digest), Started(), Executed({"n": name})):
            action = store.actions.append(name, [event], actor="owner", at=NOON)
        return action

    with ThreadPoolExecutor(THREADS) as pool:
        lived = list(pool.map(live, map(str, range(40))))
    assert all(action.status is Status.EXECUTED for action in lived)
    assert store.actions.verify().rows == 4 * len(lived)
    assert store.actions.verify().problem == ""
