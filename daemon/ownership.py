"""Whose the files of a household are: its folder's owner's, also those that root makes in it."""

from __future__ import annotations

import os
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
    """After a command run by root, leave nothing in another's household that Alfred may not write any more."""
    if os.geteuid() == ROOT and home.is_dir():
        for path in strangers(home):
            give_to_owner(path, home)
