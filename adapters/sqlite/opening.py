"""What must hold before the database is touched: nobody else has it, and it is whole and ours."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import IO

from adapters.sqlite.faults import explain, refused
from domain.errors import CorruptStore, StoreLocked

_MAGIC = b"SQLite format 3\x00"  # https://www.sqlite.org/fileformat.html, 1.3.1


class Lock:
    """The right to the database, held until it is released or the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file = _open_lock(path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise StoreLocked(f"{path.parent} is in use by process {holder}; only one Alfred may use it") from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Let go; the file stays, since removing it could take the lock from under the next holder."""
        self._file.truncate(0)
        self._file.close()


def _open_lock(path: Path) -> IO[str]:
    try:
        descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused(error, path) from error
    return os.fdopen(descriptor, "r+", encoding="ascii", errors="replace")


def refuse_damage(path: Path) -> None:
    """Raise `CorruptStore` where an existing file is no database or visibly damaged, without writing to it."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise CorruptStore(f"{path} is not a database; it was left as it is. Restore a backup, or move it away.")
    try:
        _look_at_every_table(path)
    except sqlite3.DatabaseError as error:
        raise explain(error, path) from error


def _look_at_every_table(path: Path) -> None:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE rootpage > 0 AND type = 'table'").fetchall()
        for (name,) in tables:
            connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchall()
            connection.execute(f'SELECT count(*) FROM (SELECT 1 FROM "{name}" LIMIT 1)').fetchall()
    finally:
        connection.close()
