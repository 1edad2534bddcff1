"""The log on disk cannot lie: what is refused, and what is noticed all the same."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.sqlite import SqliteStore, open_store
from domain.action_events import Approved, Started
from domain.triage import Correction
from tests.contract.store.samples import NOON, classified, mail, proposed

ACTIONS = 4


def fill(store: SqliteStore) -> None:
    for number in range(ACTIONS):
        action = store.actions.append(str(number), [proposed(f"home:{number}")], actor="owner", at=NOON)
        store.actions.append(str(number), [Approved(action.digest), Started()], actor="owner", at=NOON)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "alfred.db")
    fill(store)
    yield store
    store.close()


def other_hand(store: SqliteStore) -> sqlite3.Connection:
    """A connection of somebody else, with SQLite's defaults."""
    return sqlite3.connect(store.database.path, isolation_level=None)


COLUMNS = "seq, action_id, at, actor, type, detail, hash"
FORGERIES = [
    "UPDATE action_events SET actor = 'owner' WHERE seq = 2",
    "DELETE FROM action_events WHERE seq = 2",
    "DELETE FROM action_events",
    f"INSERT OR REPLACE INTO action_events ({COLUMNS}) SELECT {COLUMNS} FROM action_events WHERE seq = 2",
    f"REPLACE INTO action_events ({COLUMNS}) VALUES (1, 'x', 'x', 'x', 'x', 'x', 'x')",
    f"INSERT INTO action_events ({COLUMNS}) VALUES (99, 'x', 'x', 'x', 'x', 'x', 'x')",
    "INSERT INTO action_events (action_id, at, actor, type, detail, hash) VALUES ('x', 'x', 'x', 'x', 'x', 'x')",
    "UPDATE OR REPLACE action_events SET seq = 1 WHERE seq = 2",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_rows_cannot_be_changed_removed_or_replaced_by_any_connection(filled: SqliteStore, forgery: str) -> None:
    before = filled.actions.after(0)
    with filled.database.write() as transaction, pytest.raises(sqlite3.IntegrityError, match="the action log is"):
        transaction.execute(forgery)
    other = other_hand(filled)
    with pytest.raises(sqlite3.IntegrityError, match="the action log is"):
        other.execute(forgery)
    other.close()
    assert filled.actions.after(0) == before


@pytest.mark.parametrize("forgery", ["UPDATE corrections SET priority = 1", "DELETE FROM corrections"])
def test_corrections_cannot_be_changed_or_removed(filled: SqliteStore, forgery: str) -> None:
    filled.messages.take([mail("1")])
    filled.classifications.correct(Correction("home:1", NOON, priority=4), classified("1"))
    with filled.database.write() as transaction, pytest.raises(sqlite3.IntegrityError, match="corrections are never"):
        transaction.execute(forgery)


def test_outgoing_bytes_cannot_be_changed(filled: SqliteStore) -> None:
    filled.outbox.keep(b"as shown")
    with filled.database.write() as transaction, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        transaction.execute("UPDATE outbox SET content = x'00'")


def _drop_triggers(connection: sqlite3.Connection) -> None:
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")


@settings(max_examples=40)
@given(
    seq=st.integers(1, 3 * ACTIONS), column=st.sampled_from(COLUMNS.split(", ")), change=st.text("abc\x001", min_size=1)
)
def test_any_tampered_row_is_found(
    tmp_path_factory: pytest.TempPathFactory, seq: int, column: str, change: str
) -> None:
    store = open_store(tmp_path_factory.mktemp("forged") / "alfred.db")
    try:
        fill(store)
        other = other_hand(store)
        _drop_triggers(other)
        value = "seq + 100" if column == "seq" else f"{column} || ?"
        other.execute(f"UPDATE action_events SET {column} = {value} WHERE seq = ?", (change, seq)[column == "seq" :])
        other.close()
        assert store.actions.verify().broken_at == seq
    finally:
        store.close()


@pytest.mark.parametrize("seq", [1, 5, 3 * ACTIONS])
def test_a_missing_row_is_found(filled: SqliteStore, seq: int) -> None:
    other = other_hand(filled)
    _drop_triggers(other)
    other.execute("DELETE FROM action_events WHERE seq = ?", (seq,))
    other.close()
    assert filled.actions.verify().broken_at is not None


FALSE_PROJECTIONS = [
    "UPDATE actions SET status = 'executed' WHERE number = 4",
    "UPDATE actions SET state = replace(state, 'Archive it', 'Send it') WHERE number = 4",
    "DELETE FROM actions WHERE number = 4",
]


@pytest.mark.parametrize("lie", FALSE_PROJECTIONS)
def test_a_projection_that_says_something_else_is_found_and_made_anew(filled: SqliteStore, lie: str) -> None:
    honest = filled.actions.verify()
    with filled.database.write() as transaction:
        transaction.execute(lie)
    assert filled.actions.verify().broken_at == 4
    filled.actions.rebuild()
    assert filled.actions.verify() == honest


def test_an_action_without_a_history_is_found(filled: SqliteStore) -> None:
    with filled.database.write() as transaction:
        transaction.execute(
            "INSERT INTO actions SELECT 99, 'z', status, kind, 'home:z', origin, rule, actor, proposed_us, automatic,"
            " state FROM actions WHERE number = 1"
        )
    assert filled.actions.verify().problem == "1 actions are not in the log"
