"""Where a copy of the whole household lies in plain while it is packed or read: among its own files, and not long."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

NAMED = ".workshop-"


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """Yield a new folder within the household, closed to others, and remove it at the end.

    It is locked while it is there; so what a killed process left behind can be told from it, and is removed first.
    Where there is no household yet, it lies where the machine keeps what is passing.
    """
    place = home if home.is_dir() else passing()
    clear(place)
    folder, lock = _opened(place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def passing() -> Path:
    """Return where the machine keeps what is passing."""
    return Path(tempfile.gettempdir())


def left_behind(place: Path) -> list[Path]:
    """Return those that nobody works in any more; another user's do not count."""
    return [folder for folder in sorted(place.glob(f"{NAMED}*")) if _when_free(folder, lambda _: None)]


def clear(place: Path) -> None:
    """Remove what was left behind."""
    for folder in sorted(place.glob(f"{NAMED}*")):
        _when_free(folder, partial(shutil.rmtree, ignore_errors=True))


def _opened(place: Path) -> tuple[Path, int]:
    """Make a folder and lock it; one that somebody took for left behind before it was locked is made anew."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=NAMED, dir=place))
        with suppress(FileNotFoundError):
            lock = _locked(folder, fcntl.LOCK_EX)
            if folder.is_dir():
                return folder, lock
            os.close(lock)


def _when_free(folder: Path, act: Callable[[Path], None]) -> bool:
    """Do something to one, itself locked meanwhile, where nobody works in it; return whether that was so."""
    try:
        lock = _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    try:
        act(folder)
    finally:
        os.close(lock)
    return True


def _locked(folder: Path, how: int) -> int:
    """Return what holds a folder's lock, which ends with the process, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
