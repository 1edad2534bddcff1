"""The daemon's log as it is shown in a terminal."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from daemon.cli.mail import local_time

LOOK_EVERY = 0.25
HIDDEN = frozenset({"at", "level", "logger", "event", "error"})


def last_lines(file: Path, count: int) -> list[str]:
    """Return the last lines of a log; none where there is no log."""
    if not file.exists() or not count:
        return []
    return file.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]


def followed(file: Path) -> Iterator[str]:
    """Yield whole lines as they are written, without end; a new file of the same name is read from its start."""
    start = file.stat().st_size if file.exists() else 0
    while True:
        try:
            with file.open(encoding="utf-8", errors="replace") as handle:
                handle.seek(start)
                yield from _until_replaced(handle, file)
        except FileNotFoundError:
            time.sleep(LOOK_EVERY)
        start = 0


def _until_replaced(handle: TextIO, file: Path) -> Iterator[str]:
    rest = ""
    while True:
        rest += handle.readline()
        if rest.endswith("\n"):
            yield rest.rstrip("\n")
            rest = ""
        elif _is_another(handle, file):
            return
        else:
            time.sleep(LOOK_EVERY)


def _is_another(handle: TextIO, file: Path) -> bool:
    """Whether the log was rotated, or shortened, under the reader."""
    try:
        there = file.stat()
    except FileNotFoundError:
        return False
    return there.st_ino != os.fstat(handle.fileno()).st_ino or there.st_size < handle.tell()


def brief(line: str) -> str:
    """Show a line of the log in brief: when, how grave, and what happened."""
    try:
        form = json.loads(line)
        told = {name: form[name] for name in form if name not in HIDDEN}
        facts = " ".join(f"{name}={value}" for name, value in told.items())
        return f"{local_time(form['at'], '%d %b %H:%M:%S')} {form['level']} {form['event']} {facts}".rstrip()
    except (ValueError, KeyError, TypeError):
        return line
