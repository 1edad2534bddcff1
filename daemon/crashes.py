"""Crash reports, kept on this machine alone: what was running when the process fell over."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from application.ports.clock import Clock
from daemon.clock import SYSTEM_CLOCK
from daemon.logging import masked

FOLDER = "crashes"
KEPT = 20
FATAL = "fatal.txt"


def start_crash_reports(logs: Path, clock: Clock = SYSTEM_CLOCK) -> None:
    """From now on write whatever ends this process, or a thread of it, into `logs/crashes`.

    Faults of the machine code, and the abort by which systemd's watchdog ends a process that hangs, are written by
    `faulthandler` into a file that is open already.
    """
    folder = logs / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_the_last(folder)
    descriptor = os.open(folder / FATAL, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    faulthandler.enable(descriptor)
    before = sys.excepthook

    def on_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        write_report(folder, "the process", error, clock)
        before(kind, error, trace)

    def on_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            where = arguments.thread.name if arguments.thread else "a thread"
            write_report(folder, where, arguments.exc_value, clock)
        threading.__excepthook__(arguments)

    sys.excepthook, threading.excepthook = on_crash, on_thread


def write_report(folder: Path, where: str, error: BaseException, clock: Clock = SYSTEM_CLOCK) -> None:
    """Write one report, secrets masked, and keep the newest; a disk that is full may not make things worse."""
    now = clock.now()
    told = "".join(traceback.format_exception(error))
    with suppress(OSError):
        file = folder / f"{now:%Y%m%d-%H%M%S-%f}.txt"
        file.write_text(masked(f"{now.isoformat()} {where}, process {os.getpid()}\n\n{told}"), encoding="utf-8")
        _remove_old(folder)


def crash_reports(logs: Path) -> tuple[Path, ...]:
    """Return the reports that there are, the newest first."""
    reports = [file for file in (logs / FOLDER).glob("*.txt") if file.stat().st_size]
    return tuple(sorted(reports, key=lambda file: file.stat().st_mtime, reverse=True))


def _keep_the_last(folder: Path) -> None:
    _remove_old(folder)
    fatal = folder / FATAL
    if fatal.exists() and fatal.stat().st_size:
        fatal.rename(folder / f"{datetime.fromtimestamp(fatal.stat().st_mtime, UTC):%Y%m%d-%H%M%S}-fatal.txt")


def _remove_old(folder: Path) -> None:
    for old in sorted(folder.glob("2*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
