"""Looks at the disk, and says in the owner's words what it refused."""

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


def explained(error: OSError) -> AlfredError:
    """Return what the system refused, with what to do where the disk is the reason."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AlfredError("the disk is full; make room, then try again")
    where = error.filename or "the system"
    if error.errno == errno.EROFS:
        return AlfredError(f"{where} lies on a disk that is read-only; {MAKE_WRITABLE}")
    return AlfredError(f"{where}: {error.strerror or error}")
