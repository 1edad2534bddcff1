"""The schema, as numbered steps; each runs in its own transaction, and is never changed once it was released."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.sqlite import audit, books, copies, word_index
from domain.errors import AlfredError

if TYPE_CHECKING:
    from sqlite_utils import Database

_SET = "alfred"
_MESSAGES = """
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    source TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sent_us INTEGER NOT NULL,
    received_us INTEGER NOT NULL,
    sender_name TEXT NOT NULL,
    sender_address TEXT NOT NULL,
    people TEXT NOT NULL,
    subject TEXT NOT NULL,
    snippet TEXT NOT NULL,
    labels TEXT NOT NULL,
    attachments TEXT NOT NULL,
    size INTEGER NOT NULL,
    removed_us INTEGER
) STRICT;;
CREATE INDEX messages_thread ON messages (thread_id);;
CREATE INDEX messages_source ON messages (source);;
CREATE INDEX messages_account ON messages (account);;
CREATE TABLE bodies (
    seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON UPDATE CASCADE,
    text TEXT NOT NULL,
    quoted TEXT NOT NULL,
    signature TEXT NOT NULL,
    html BLOB NOT NULL,
    headers TEXT NOT NULL
) STRICT;;
CREATE TABLE message_labels (
    label TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES messages (seq) ON UPDATE CASCADE,
    PRIMARY KEY (label, seq)
) STRICT, WITHOUT ROWID;;
CREATE TABLE unclassified (seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON UPDATE CASCADE) STRICT;;
CREATE TABLE set_aside (
    source TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    PRIMARY KEY (source, provider_id)
) STRICT, WITHOUT ROWID;;
CREATE VIRTUAL TABLE search USING fts5 (
    subject, people, text, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2"
);;
INSERT INTO search (search, rank) VALUES ('automerge', 0);;
INSERT INTO search (search, rank) VALUES ('crisismerge', 32)
"""

_AWAITING = """
CREATE TABLE awaiting (seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON UPDATE CASCADE) STRICT
"""

_CLASSIFICATIONS = """
CREATE TABLE classifications (
    seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON UPDATE CASCADE,
    category TEXT NOT NULL,
    priority INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    verdict TEXT NOT NULL
) STRICT;;
CREATE INDEX classifications_category ON classifications (category);;
CREATE INDEX classifications_priority ON classifications (priority);;
CREATE TABLE corrections (
    seq INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    taken_back INTEGER NOT NULL,
    category TEXT,
    priority INTEGER
) STRICT;;
CREATE INDEX corrections_message ON corrections (message_id);;
CREATE TRIGGER corrections_stay BEFORE DELETE ON corrections
    BEGIN SELECT RAISE(ABORT, 'corrections are never removed'); END;;
CREATE TRIGGER corrections_hold BEFORE UPDATE ON corrections
    BEGIN SELECT RAISE(ABORT, 'corrections are never changed'); END
"""

_ACTIONS = """
CREATE TABLE action_events (
    seq INTEGER PRIMARY KEY,
    action_id TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    type TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;;
CREATE INDEX action_events_action ON action_events (action_id);;
CREATE INDEX action_events_started ON action_events (at) WHERE type = 'started';;
CREATE TRIGGER action_events_stay BEFORE DELETE ON action_events
    BEGIN SELECT RAISE(ABORT, 'the action log is never shortened'); END;;
CREATE TRIGGER action_events_hold BEFORE UPDATE ON action_events
    BEGIN SELECT RAISE(ABORT, 'the action log is never changed'); END;;
CREATE TRIGGER action_events_append BEFORE INSERT ON action_events
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM action_events)
    BEGIN SELECT RAISE(ABORT, 'the action log is only appended to'); END;;
CREATE TABLE actions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    origin TEXT NOT NULL,
    rule TEXT,
    actor TEXT NOT NULL,
    proposed_us INTEGER NOT NULL,
    automatic INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;;
CREATE INDEX actions_status ON actions (status);;
CREATE INDEX actions_target ON actions (target);;
CREATE INDEX actions_rule ON actions (rule) WHERE rule IS NOT NULL;;
CREATE UNIQUE INDEX actions_once ON actions (kind, target) WHERE origin = 'rule';;
CREATE TABLE outbox (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT;;
CREATE TRIGGER outbox_holds BEFORE UPDATE ON outbox
    BEGIN SELECT RAISE(ABORT, 'the bytes of outgoing mail are never changed'); END
"""

_HOUSEHOLD = """
CREATE TABLE rules (name TEXT PRIMARY KEY, place INTEGER NOT NULL, form TEXT NOT NULL) STRICT;;
CREATE TABLE cursors (source TEXT PRIMARY KEY, cursor TEXT NOT NULL) STRICT;;
CREATE TABLE coverage (
    source TEXT NOT NULL,
    start_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    PRIMARY KEY (source, start_us)
) STRICT, WITHOUT ROWID;;
CREATE TABLE source_states (source TEXT PRIMARY KEY, form TEXT NOT NULL) STRICT;;
CREATE TABLE tasks (id TEXT PRIMARY KEY, is_open INTEGER NOT NULL, due TEXT, form TEXT NOT NULL) STRICT;;
CREATE TABLE follow_ups (id TEXT PRIMARY KEY, is_open INTEGER NOT NULL, due TEXT, form TEXT NOT NULL) STRICT;;
CREATE TABLE snoozes (message_id TEXT PRIMARY KEY, until_us INTEGER NOT NULL) STRICT;;
CREATE TABLE facts (id TEXT PRIMARY KEY, form TEXT NOT NULL, vector BLOB NOT NULL) STRICT;;
CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;;
CREATE TABLE feed (
    seq INTEGER PRIMARY KEY, topic TEXT NOT NULL, ref TEXT NOT NULL, at_us INTEGER NOT NULL
) STRICT
"""

_CONVERSATIONS = """
CREATE TABLE conversations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    begun_us INTEGER NOT NULL,
    last_us INTEGER NOT NULL
) STRICT;;
CREATE INDEX conversations_last ON conversations (last_us);;
CREATE TABLE conversation_entries (
    number INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations (id),
    form TEXT NOT NULL
) STRICT;;
CREATE INDEX conversation_entries_conversation ON conversation_entries (conversation);;
CREATE TRIGGER conversation_entries_stay BEFORE DELETE ON conversation_entries
    BEGIN SELECT RAISE(ABORT, 'what was said is never removed'); END;;
CREATE TRIGGER conversation_entries_hold BEFORE UPDATE ON conversation_entries
    BEGIN SELECT RAISE(ABORT, 'what was said is never changed'); END;;
CREATE TABLE usage (
    number INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    model TEXT NOT NULL,
    dollars REAL NOT NULL,
    form TEXT NOT NULL
) STRICT;;
CREATE INDEX usage_at ON usage (at_us)
"""


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date; raise `AlfredError` for a database of a newer Alfred, or of somebody else."""
    applied = _applied(connection, path)
    known = [step.__name__ for step in STEPS]
    if applied == known:
        return
    if applied != known[: len(applied)]:
        unknown = next((name for name in applied if name not in known), applied[-1])
        raise AlfredError(f"{path} was made by a newer Alfred (step {unknown}); update Alfred", code="newer_schema")
    _apply(connection)


def _applied(connection: sqlite3.Connection, path: Path) -> list[str]:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if "_sqlite_migrations" in tables:
        query = "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id"
        return [name for (name,) in connection.execute(query, (_SET,))]
    if tables:
        raise AlfredError(f"{path} is a database, but not one of Alfred's", code="foreign_schema")
    return []


def _apply(connection: sqlite3.Connection) -> None:
    # Imported here: it takes 0.4 s and 20 MB, and a start without a due step needs nothing of it.
    from sqlite_utils import Database, Migrations

    steps = Migrations(_SET)
    for step in STEPS:
        steps(name=step.__name__)(step)
    steps.apply(Database(connection))


def _run(db: Database, script: str) -> None:
    for statement in script.split(";;"):
        db.conn.execute(statement)


def m001_messages(db: Database) -> None:
    """Messages: a narrow row for lists, the body apart, and the full-text index, all under one number.

    The number is the time received in milliseconds with 16 bits to tell apart what came at once, so that newest
    first needs no sort. The index is merged in small pieces when little arrives, and by need in bulk.
    """
    _run(db, _MESSAGES)


def m002_classifications(db: Database) -> None:
    """Classifications apart from the messages, and the corrections, which are only ever appended."""
    _run(db, _CLASSIFICATIONS)


def m003_actions(db: Database) -> None:
    """The action log, which only grows, and its projection, which can be made anew from it."""
    _run(db, _ACTIONS)


def m004_household(db: Database) -> None:
    """Rules, sources, tasks, memory, preferences, and the feed of all that changed."""
    _run(db, _HOUSEHOLD)


def m005_conversations(db: Database) -> None:
    """What was said with the butler, and what each call of a model cost."""
    _run(db, _CONVERSATIONS)


def m006_copies(db: Database) -> None:
    """Copies of what providers hold: events, and what else is asked for without a network."""
    _run(db, copies.SCHEMA)


def m007_short_prefixes(db: Database) -> None:
    """An index that also knows the first two letters of each word: `be*` would else be looked up word for word."""
    word_index.make_anew(db.conn)


def m008_books(db: Database) -> None:
    """Statements, and the transactions of those that add up."""
    _run(db, books.SCHEMA)


def m009_awaiting(db: Database) -> None:
    """News that was stored and not seen yet by all whom it concerns."""
    _run(db, _AWAITING)


def m010_sorted_receipts(db: Database) -> None:
    """What was done with its receipt as the log gives it back: older versions left the names as they came."""
    audit.sort_receipts(db.conn)


STEPS: tuple[Callable[[Database], None], ...] = (
    m001_messages,
    m002_classifications,
    m003_actions,
    m004_household,
    m005_conversations,
    m006_copies,
    m007_short_prefixes,
    m008_books,
    m009_awaiting,
    m010_sorted_receipts,
)
