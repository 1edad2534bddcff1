"""Whose the files of a household are: its folder's owner's, also those that root makes in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

ROOT = 0


def give_to_owner(path: Path, home: Path) -> None:
    """Give what root made within `home` to the owner of that folder; others own what they make."""
    if os.geteuid() == ROOT:
        owner = home.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def strangers(home: Path) -> list[Path]:
    """Return what in `home`, at any depth, belongs to another than the folder itself."""
    owner = home.stat().st_uid
    return sorted(path for path in home.rglob("*") if path.lstat().st_uid != owner)


def give_back(home: Path) -> None:
    """Give all that lies in `home` to the folder's owner.

    Run by root in a folder that another may write to: so nothing is followed, and a file of several names is left
    alone, since one of them may be the system's.
    """
    owner = home.stat()
    for _, folders, files, at in os.fwalk(home.resolve()):
        for name in (*folders, *files):
            known = os.stat(name, dir_fd=at, follow_symlinks=False)
            if known.st_uid != owner.st_uid and (stat.S_ISDIR(known.st_mode) or known.st_nlink == 1):
                os.chown(name, owner.st_uid, owner.st_gid, dir_fd=at, follow_symlinks=False)


def leave_to_owner(home: Path) -> None:
    """After a command run by root, leave nothing in another's household that Alfred may not write any more."""
    if os.geteuid() == ROOT and home.is_dir() and home.stat().st_uid != ROOT:
        give_back(home)
