"""SQLite's errors in Alfred's words."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from domain.disk import MAKE_WRITABLE
from domain.errors import AlfredError, CorruptStore, TryLater

# https://www.sqlite.org/rescode.html: the low byte is the primary code.
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SAID = {
    sqlite3.SQLITE_FULL: ("disk_full", "the disk is full; nothing was changed"),
    sqlite3.SQLITE_IOERR: ("disk_error", "the disk could not be read or written; nothing was changed"),
    sqlite3.SQLITE_BUSY: ("store_busy", "the database is busy"),
    sqlite3.SQLITE_LOCKED: ("store_busy", "the database is busy"),
    sqlite3.SQLITE_NOMEM: ("no_memory", "there is not enough memory"),
}
_UNUSABLE = {
    sqlite3.SQLITE_READONLY: "the database may not be written: its disk is read-only, or the file is another "
    "user's; `alfred doctor` tells which",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened: the disk is full or read-only, or the file closed to you",
    sqlite3.SQLITE_PERM: "access to the database is denied",
}


def refused(error: OSError, path: Path) -> AlfredError:
    """Return what it means that the system did not open a file beside the database, or write it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TryLater(f"{path}: the disk is full; make room, then try again", code="disk_full")
    if error.errno == errno.EROFS:
        return AlfredError(f"{path}: its disk is read-only; {MAKE_WRITABLE}", code="store_failed")
    return AlfredError(f"{path} cannot be used: {error.strerror}", code="store_failed")


def explain(error: sqlite3.Error, path: Path) -> AlfredError:
    """Return what `error` means for the owner: busy or full for now, damaged, or unusable."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _DAMAGED:
        return CorruptStore(f"{path} is damaged ({error}); it was left as it is. Restore a backup, or move it away.")
    if code in _SAID:
        name, said = _SAID[code]
        return TryLater(f"{path}: {said} ({error})", code=name)
    return AlfredError(f"{path}: {_UNUSABLE.get(code, 'the database refused')} ({error})", code="store_failed")
