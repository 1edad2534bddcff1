"""Everything that is kept, over one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from adapters.sqlite.action_log import SqliteActionLog
from adapters.sqlite.books import SqliteBooks
from adapters.sqlite.classifications import SqliteClassifications
from adapters.sqlite.connection import Database
from adapters.sqlite.conversations import SqliteConversations, SqliteUsage
from adapters.sqlite.copies import SqliteCopies
from adapters.sqlite.faults import explain
from adapters.sqlite.feed import SqliteFeed
from adapters.sqlite.memory_facts import SqliteMemory
from adapters.sqlite.messages import SqliteMessages
from adapters.sqlite.migrations import migrate
from adapters.sqlite.opening import Lock, refuse_damage
from adapters.sqlite.outbox import SqliteOutbox
from adapters.sqlite.preferences import SqlitePreferences
from adapters.sqlite.rules import SqliteRules
from adapters.sqlite.sources import SqliteSources
from adapters.sqlite.tasks import SqliteTasks
from adapters.sqlite.times import machine_time
from application.ports.store import Store
from domain.calendar import Event
from domain.errors import AlfredError, CorruptStore
from domain.work import PullRequest, Run, WorkItem


def open_store(path: Path, *, readers: int = 4, now: Callable[[], datetime] = machine_time) -> SqliteStore:
    """Open the database at `path`, made where there is none, for this process alone.

    Raises `StoreLocked` naming who holds it, `CorruptStore` for a damaged file, which is left as it is, and
    `AlfredError` for one that a newer Alfred made.
    """
    lock = Lock(path)
    try:
        refuse_damage(path)
        return SqliteStore(_migrated(path, readers, now), lock)
    except BaseException:
        lock.release()
        raise


def _migrated(path: Path, readers: int, now: Callable[[], datetime]) -> Database:
    try:
        path.touch(mode=0o600)
        database = Database(path, readers, now)
    except OSError as error:
        raise AlfredError(f"{path} cannot be written: {error.strerror}", code="store_failed") from error
    except sqlite3.Error as error:
        raise explain(error, path) from error
    try:
        migrate(database.writer, path)
    except sqlite3.Error as error:
        database.close()
        raise explain(error, path) from error
    except BaseException:
        database.close()
        raise
    return database


class SqliteStore(Store):
    def __init__(self, database: Database, lock: Lock) -> None:
        self.database = database
        self._lock = lock
        self.messages = SqliteMessages(database)
        self.classifications = SqliteClassifications(database)
        self.actions = SqliteActionLog(database)
        self.outbox = SqliteOutbox(database)
        self.rules = SqliteRules(database)
        self.sources = SqliteSources(database)
        self.tasks = SqliteTasks(database)
        self.memory = SqliteMemory(database)
        self.preferences = SqlitePreferences(database)
        self.feed = SqliteFeed(database)
        self.conversations = SqliteConversations(database)
        self.usage = SqliteUsage(database)
        self.books = SqliteBooks(database)
        self.events = SqliteCopies(database, "events", Event)
        self.pull_requests = SqliteCopies(database, "pull_requests", PullRequest)
        self.work_items = SqliteCopies(database, "work_items", WorkItem)
        self.runs = SqliteCopies(database, "runs", Run)

    @property
    def version(self) -> int:
        return self.database.version

    def on_change(self, listener: Callable[[], None]) -> None:
        self.database.on_change(listener)

    def check(self) -> None:
        """Read the whole file; raise `CorruptStore` naming what is damaged."""
        problems = [row[0] for row in self.database.rows("PRAGMA integrity_check(3)")]
        if problems != ["ok"]:
            raise CorruptStore(f"{self.database.path} is damaged: {'; '.join(problems)}")

    def close(self) -> None:
        self.database.close()
        self._lock.release()
