"""A whole copy of a database that somebody may be writing to (https://www.sqlite.org/backup.html)."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from adapters.sqlite.faults import explain


def copy_database(source: Path, target: Path) -> None:
    """Copy the database as it stands at one moment into the new file `target`, on disk when this returns."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(target, isolation_level=None)) as writing,
        ):
            reading.execute("PRAGMA busy_timeout = 5000")
            reading.backup(writing)  # in one step: a writer then neither waits nor makes it begin anew
            writing.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise explain(error, source) from error


def read_rules(file: Path) -> list[dict[str, Any]]:
    """Return the rules that a database holds, in order, as they are stored."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return [json.loads(form) for (form,) in connection.execute("SELECT form FROM rules ORDER BY place")]


def schema_of(file: Path) -> tuple[str, ...]:
    """Return the names of the steps that the schema of a database came about by, the first first."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'alfred' ORDER BY id")
        return tuple(name for (name,) in rows)
