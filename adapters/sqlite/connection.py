"""The connections to one database: one that writes, behind a lock, and a few that read."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from adapters.sqlite.faults import explain
from adapters.sqlite.matching import VOCABULARY, is_from
from adapters.sqlite.sharing import Share
from adapters.sqlite.times import micros
from application.ports.store import FeedTopic
from domain.finance.merchants import holds_words

Row = tuple[Any, ...]
Values = Sequence[object]
T = TypeVar("T")

_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS: fsync alone does not reach the disk; nothing elsewhere
    "PRAGMA temp_store = MEMORY",
)
_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",  # pages: a hot page is then folded in once for some hundred appends
)
AT_ONCE = 50
_READER = (VOCABULARY, "PRAGMA query_only = ON", "PRAGMA cache_size = -8000")


def connect(path: Path, pragmas: Iterable[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    connection.create_function("holds_words", 2, holds_words, deterministic=True)
    connection.create_function("is_from", 2, is_from, deterministic=True)
    for pragma in (*_PRAGMAS, *pragmas):
        connection.execute(pragma)
    return connection


class Transaction:
    """One transaction on the writing connection; `note` appends to the feed within it."""

    __slots__ = ("connection", "execute", "executemany", "noted")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.execute: Callable[..., sqlite3.Cursor] = connection.execute
        self.executemany: Callable[[str, Iterable[Values]], sqlite3.Cursor] = connection.executemany
        self.noted = False

    def insert(self, into: str, rows: Sequence[Values]) -> None:
        """Insert `rows`, many by one statement: Python's lock is then free for other threads all the while.

        `into` ends before VALUES, as in "INSERT INTO feed (topic, ref)".
        """
        whole = len(rows) - len(rows) % AT_ONCE
        for first in range(0, whole, AT_ONCE):
            part = rows[first : first + AT_ONCE]
            self.execute(_inserting(into, len(part[0]), AT_ONCE), tuple(chain.from_iterable(part)))
        if whole < len(rows):
            self.executemany(_inserting(into, len(rows[whole]), 1), rows[whole:])

    def note(self, topic: FeedTopic, refs: Iterable[str], at: datetime) -> None:
        moment = micros(at)
        self.insert("INSERT INTO feed (topic, ref, at_us)", [(topic, ref, moment) for ref in refs])
        self.noted = True


@lru_cache(maxsize=64)
def _inserting(into: str, width: int, rows: int) -> str:
    row = f"({', '.join('?' * width)})"
    return f"{into} VALUES {', '.join([row] * rows)}"


class Database:
    """One writer and up to `readers` readers over the file at `path`; `now` dates what carries no time of its own."""

    def __init__(self, path: Path, readers: int, now: Callable[[], datetime]) -> None:
        self.path = path
        self.now = now
        self.version = 0
        self.writer = connect(path, _WRITER)
        self._writing = threading.Lock()
        self._shares: dict[Share[Any], None] = {}
        self._listeners: list[Callable[[], None]] = []
        self._idle: SimpleQueue[sqlite3.Connection | None] = SimpleQueue()
        self._readers = readers
        for _ in range(readers):
            self._idle.put(None)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Run one transaction: committed and on disk when the block ends, undone when it raises."""
        with self._writing, self._transaction() as transaction:
            yield transaction
        if transaction.noted:
            self._tell()

    def together(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction; those who wait at the same moment share one, and with it the wait for the disk.

        It is on disk when this returns. `work` may be run by another's thread, and again where one of them failed, so
        it changes nothing but the database.
        """
        share = Share(work)
        self._shares[share] = None
        noted = False
        try:
            with self._writing:
                if not share.done:
                    noted = self._settle([each for each in list(self._shares) if not each.done])
        finally:
            del self._shares[share]
        if noted:
            self._tell()
        return share.outcome()

    @property
    def waiting(self) -> int:
        """How many have something to write `together`."""
        return len(self._shares)

    def _settle(self, shares: Sequence[Share[Any]]) -> bool:
        """Run `shares` in one transaction or, where one of them fails, each in its own; say whether the feed grew."""
        try:
            with self._transaction() as transaction:
                made = [share.work(transaction) for share in shares]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the work was asked for
            if len(shares) > 1:
                return True in [self._settle([share]) for share in shares]
            shares[0].fail(error)
            return False
        for share, result in zip(shares, made, strict=True):
            share.succeed(result)
        return transaction.noted

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        """Run one transaction; to be called with the lock held."""
        transaction = Transaction(self.writer)
        before = self.writer.total_changes
        try:
            self.writer.execute("BEGIN IMMEDIATE")
            yield transaction
            self.writer.execute("COMMIT")
        except BaseException as error:
            self._roll_back()
            if isinstance(error, sqlite3.Error):
                raise explain(error, self.path) from error
            raise
        if self.writer.total_changes != before:
            self.version += 1

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Lend the writing connection outside any transaction, for what SQLite does in none, such as VACUUM."""
        with self._writing:
            try:
                yield self.writer
            except sqlite3.Error as error:
                raise explain(error, self.path) from error

    def _roll_back(self) -> None:
        if self.writer.in_transaction:
            self.writer.execute("ROLLBACK")

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a reading connection; it sees every commit made before. Not to be nested: the pool is small."""
        connection = self._idle.get()
        try:
            if connection is None:
                connection = connect(self.path, _READER)
            yield connection
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        finally:
            self._idle.put(connection)

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        with self.read() as connection:
            return connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Values = ()) -> Row | None:
        with self.read() as connection:
            found = connection.execute(statement, values).fetchall()
        return found[0] if found else None

    def number(self, statement: str, values: Values = ()) -> int:
        """Return the one number that `statement` asks for, 0 for none."""
        found = self.row(statement, values)
        return int(found[0]) if found and found[0] is not None else 0

    def close(self) -> None:
        """Close every connection, after the readers that are at work; the log file is folded into the database."""
        for _ in range(self._readers):
            connection = self._idle.get()
            if connection is not None:
                connection.close()
        with self._writing:
            self.writer.close()
