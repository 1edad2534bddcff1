"""A look at a database file from outside, without disturbing whoever writes to it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.sqlite import audit, migrations
from adapters.sqlite.faults import explain
from adapters.sqlite.opening import refuse_damage
from adapters.sqlite.snapshot import schema_of
from application.ports.action_log import ChainReport
from domain.errors import CorruptStore


@dataclass(frozen=True, slots=True)
class FileReport:
    """What SQLite says of the file (`ok` where it is whole), and the state of the action log's chain."""

    integrity: str
    chain: ChainReport


def check_file(file: Path) -> FileReport:
    """Check the file read-only; damage is reported, and raised is only what keeps it from being read."""
    if _is_empty(file):
        return FileReport("it is empty", ChainReport(0, ""))
    try:
        # SQLite overlooks a header that was written over while the log beside the file has a page in its place.
        refuse_damage(file)
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            integrity = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
            return FileReport(integrity, audit.check(connection))
    except CorruptStore as error:
        return FileReport(str(error.__cause__ or "it is no database"), ChainReport(0, ""))
    except sqlite3.DatabaseError as error:
        fault = explain(error, file)
        if not isinstance(fault, CorruptStore):
            raise fault from error
        return FileReport(str(error), ChainReport(0, ""))


def count_set_aside(file: Path) -> tuple[tuple[str, str, int], ...]:
    """Return (source, reason, how many) of the messages that could not be read, read-only."""
    query = "SELECT source, reason, count(*) FROM set_aside GROUP BY source, reason ORDER BY source, reason"
    return tuple((source, reason, count) for source, reason, count in _asked(file, query))


def hash_of_entry(file: Path, seq: int) -> str | None:
    """Return the hash of one entry of the action log, read-only; None where there is none."""
    found = _asked(file, "SELECT hash FROM action_events WHERE seq = ?", str(seq))
    return str(found[0][0]) if found else None


def is_behind(file: Path) -> bool:
    """Whether this version would bring the schema forward before it worked with the file; looked at read-only."""
    _refuse_empty(file)
    known = tuple(step.__name__ for step in migrations.STEPS)
    try:
        applied = schema_of(file)
    except sqlite3.Error as error:
        raise explain(error, file) from error
    return applied != known and applied == known[: len(applied)]


def preference(file: Path, name: str) -> Any:
    """Return what is kept under a name among the preferences, read-only; None where nothing is."""
    found = _asked(file, "SELECT value FROM preferences WHERE name = ?", name)
    return json.loads(found[0][0]) if found else None


def count_preferences(file: Path, prefix: str) -> int:
    """Return how many preferences have names that begin so, read-only."""
    query = "SELECT count(*) FROM preferences WHERE substr(name, 1, length(?1)) = ?1"
    return int(_asked(file, query, prefix)[0][0])


def _refuse_empty(file: Path) -> None:
    if _is_empty(file):
        raise CorruptStore(f"{file} is empty. Restore a backup, or move it away.")


def _is_empty(file: Path) -> bool:
    return file.exists() and file.stat().st_size == 0


def _asked(file: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    _refuse_empty(file)
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()
    except sqlite3.Error as error:
        raise explain(error, file) from error
