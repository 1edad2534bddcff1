"""Two environments side by side: a copy that is changed and tried, and the exchange of both in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from daemon.disk import flush
from domain.errors import CannotBe

AT_FDCWD = -100
EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2), RENAME_SWAP of renamex_np(2)
STAMP = ".installed"


def beside(environment: Path) -> Path:
    """Return where the other environment lies: the next one before an update, the former one after it."""
    return environment.with_name(f"{environment.name}.other")


def copy_environment(environment: Path) -> Path:
    """Copy an environment by links, which costs little room; what pip replaces, it replaces in the copy alone."""
    copy = beside(environment)
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(environment, copy, symlinks=True, copy_function=_linked)
    # ./setup.sh is to look anew at what is installed here.
    (copy / STAMP).unlink(missing_ok=True)
    return copy


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
    return target


def settle_scripts(environment: Path, named: Path, path: Path) -> None:
    """Have the scripts of an environment, which name the path it had, name the path that it is about to get."""
    before, after = f"{named}/".encode(), f"{path}/".encode()
    for script in list((environment / "bin").iterdir()):
        if script.is_symlink() or not script.is_file():
            continue
        content = script.read_bytes()
        if before in content:
            fresh = script.with_name(f".{script.name}.new")
            fresh.write_bytes(content.replace(before, after))
            fresh.chmod(script.stat().st_mode & 0o777)
            fresh.replace(script)


def exchange(one: Path, other: Path) -> None:
    """Exchange two folders in one step, on disk when this returns, so that no moment is without either.

    Raises `CannotBe` where the file system cannot: in three steps, a crash would leave neither.
    """
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = library.renamex_np(*names, EXCHANGE)
    else:
        failed = library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE)
    if failed:
        _refuse(ctypes.get_errno(), one)
    flush(one.parent)


def _refuse(code: int, folder: Path) -> NoReturn:
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        said = f"the file system of {folder.parent} cannot exchange two folders in one step; update by ./setup.sh"
        raise CannotBe(said, code="cannot_exchange")
    raise OSError(code, os.strerror(code), str(folder))


def check_exchange(environment: Path) -> None:
    """Exchange two empty folders beside the environment; raise what its own exchange would."""
    with TemporaryDirectory(prefix=".exchange-", dir=environment.parent) as folder:
        one, other = Path(folder, "one"), Path(folder, "other")
        one.mkdir()
        other.mkdir()
        exchange(one, other)
