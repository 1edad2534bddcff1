"""From every released schema, with data: nothing is lost, and a kill at any step leaves the old or the new."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.sqlite import SqliteStore, open_store
from adapters.sqlite.migrations import STEPS
from adapters.sqlite.snapshot import copy_database, schema_of
from application.ports.action_log import ActionQuery
from application.ports.store import MessageQuery
from tests.integration.backup.house import furnish
from tests.integration.backup.past import database_of_the_past
from tests.integration.backup.test_kill import DEATHS, DEATHS_IN_SOAK, Victim, spread, victim

__all__ = ["victim"]

# What a release has handed out is never changed: the number of its steps, and what they made.
RELEASED = {"0.1.0": (5, "8f9d7cd903bb7ac5")}
FIRST_WHOLE = 5


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of today that holds something of everything."""
    folder = tmp_path_factory.mktemp("today")
    copy_database(furnish(folder / "home") / "alfred.db", folder / "today.db")
    return folder / "today.db"


def kept(store: SqliteStore) -> dict[str, object]:
    """What must come through every migration."""
    log = store.actions.verify()
    return {
        "messages": {each.message.id for each in store.messages.list(MessageQuery(), limit=100).items},
        "body": store.messages.get("home:full"),
        "found": [each.message.id for each in store.messages.list(MessageQuery(text="paragraphs")).items],
        "log": (log.rows, log.head, log.broken_at),
        "actions": {(each.id, each.status) for each in store.actions.list(ActionQuery()).items},
        "tasks": store.tasks.tasks(),
        "memory": store.memory.all(),
        "rules": store.rules.all(),
    }


def opened(file: Path) -> dict[str, object]:
    store = open_store(file)
    try:
        store.check()
        return kept(store)
    finally:
        store.close()


@pytest.mark.parametrize("steps", range(FIRST_WHOLE, len(STEPS) + 1))
def test_a_database_of_the_past_is_brought_up_to_date_whole(today: Path, tmp_path: Path, steps: int) -> None:
    database_of_the_past(tmp_path / "alfred.db", steps, today)
    assert len(schema_of(tmp_path / "alfred.db")) == steps
    shutil.copy(today, tmp_path / "today.db")
    assert opened(tmp_path / "alfred.db") == opened(tmp_path / "today.db")
    assert len(schema_of(tmp_path / "alfred.db")) == len(STEPS)


@pytest.mark.parametrize("steps", range(1, FIRST_WHOLE))
def test_a_database_from_before_the_first_release_opens_too(today: Path, tmp_path: Path, steps: int) -> None:
    database_of_the_past(tmp_path / "alfred.db", steps, today)
    assert len(opened_messages(tmp_path / "alfred.db")) == 31


def opened_messages(file: Path) -> set[str]:
    store = open_store(file)
    try:
        store.check()
        return {each.message.id for each in store.messages.list(MessageQuery(), limit=100).items}
    finally:
        store.close()


@pytest.mark.parametrize("release", RELEASED)
def test_what_a_release_handed_out_is_never_changed(tmp_path: Path, release: str) -> None:
    steps, expected = RELEASED[release]
    file = tmp_path / "alfred.db"
    empty = tmp_path / "empty.db"
    open_store(empty).close()
    database_of_the_past(file, steps, empty)
    with closing(sqlite3.connect(file)) as connection:
        made = connection.execute("SELECT sql FROM sqlite_schema WHERE name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name")
        schema = "\n".join(sql for (sql,) in made if sql)
    assert hashlib.sha256(schema.encode()).hexdigest()[:16] == expected


def die_in_migrations(victim: Victim, today: Path, folder: Path, deaths: int) -> int:
    folder.mkdir(exist_ok=True)
    database_of_the_past(folder / "old.db", FIRST_WHOLE, today)
    expected = opened_copy(folder / "old.db", folder / "expected")
    steps = victim.steps_of("modernise", a_copy(folder / "old.db", folder / "first"))
    died = 0
    for step in spread(steps, deaths):
        there = a_copy(folder / "old.db", folder / str(step))
        died += victim.attempt("modernise", step, there) == "died"
        assert opened(there / "alfred.db") == expected
    return died


@pytest.mark.timeout(300)
def test_a_kill_in_a_migration_leaves_the_old_or_the_new(victim: Victim, today: Path, tmp_path: Path) -> None:
    assert die_in_migrations(victim, today, tmp_path, DEATHS) >= DEATHS - 2


@pytest.mark.soak
def test_kills_at_every_step_of_a_migration(victim: Victim, today: Path, tmp_path: Path) -> None:
    died = rounds = 0
    while died < DEATHS_IN_SOAK:
        rounds += 1
        died += die_in_migrations(victim, today, tmp_path / str(rounds), DEATHS_IN_SOAK)


def a_copy(old: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(old, folder / "alfred.db")
    return folder


def opened_copy(old: Path, folder: Path) -> dict[str, object]:
    return opened(a_copy(old, folder) / "alfred.db")
