"""A look at a database file from outside, without disturbing whoever writes to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.sqlite import audit
from adapters.sqlite.faults import explain
from application.ports.action_log import ChainReport
from domain.errors import CorruptStore


@dataclass(frozen=True, slots=True)
class FileReport:
    """What SQLite says of the file (`ok` where it is whole), and the state of the action log's chain."""

    integrity: str
    chain: ChainReport


def check_file(file: Path) -> FileReport:
    """Check the file read-only; damage is reported, and raised is only what keeps it from being read."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            integrity = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
            return FileReport(integrity, audit.check(connection))
    except sqlite3.DatabaseError as error:
        fault = explain(error, file)
        if not isinstance(fault, CorruptStore):
            raise fault from error
        return FileReport(str(error), ChainReport(0, ""))
