"""Where a copy of the whole household lies in plain while it is packed or read: among its own files, and not long."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMED = ".workshop-"


@contextmanager
def workshop(home: Path) -> Iterator[Path]:
    """Yield a new folder within the household, closed to others, and remove it at the end.

    It is locked while it is in use; so what a killed process left behind can be told from it, and is removed first.
    Where there is no household yet, it lies where the machine keeps what is passing.
    """
    place = home if home.is_dir() else Path(tempfile.gettempdir())
    clear(place)
    folder = Path(tempfile.mkdtemp(prefix=NAMED, dir=place))
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder)


def left_behind(place: Path) -> list[Path]:
    """Return the workshops in a folder that nobody works in any more; those that are another user's do not count."""
    return [folder for folder in sorted(place.glob(f"{NAMED}*")) if _is_free(folder)]


def clear(place: Path) -> None:
    """Remove what was left behind."""
    for folder in left_behind(place):
        shutil.rmtree(folder, ignore_errors=True)


def _is_free(folder: Path) -> bool:
    try:
        with _held(folder):
            return True
    except OSError:
        return False


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, which ends with the process, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
