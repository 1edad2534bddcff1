"""Looks at the disk, writes through to it, and says in the owner's words what it, or the rights to it, refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from domain.disk import MAKE_WRITABLE, Disk
from domain.errors import AlfredError


def disk_of(folder: Path) -> Disk:
    """Return how the disk stands that `folder` lies on, or will."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    told = os.statvfs(existing)
    return Disk(told.f_bavail * told.f_frsize, bool(told.f_flag & os.ST_RDONLY))


def flush(path: Path) -> None:
    """Have a file on disk, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def explained(error: OSError) -> AlfredError:
    """Return what the system refused, with what to do where the disk or the rights to a file are the reason."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        which = f"the disk that {error.filename} lies on" if error.filename else "the disk"
        return AlfredError(f"{which} is full; make room, then try again")
    where = error.filename or "the system"
    if error.errno == errno.EROFS:
        return AlfredError(f"{where} lies on a disk that is read-only; {MAKE_WRITABLE}")
    if error.errno in (errno.EACCES, errno.EPERM):
        return AlfredError(f"{where}: permission denied; {make_yours(Path(where))}")
    return AlfredError(f"{where}: {error.strerror or error}")


def make_yours(path: Path) -> str:
    """Say how the owner gets back what is another user's, or closed to himself: the nearest that he can see."""
    seen = next((each for each in (path, *path.parents) if os.path.lexists(each)), path)
    return f"ls -ld {seen} shows whose it is; chmod u+rwX {seen} if it is yours, else sudo chown -R $USER {seen}"
