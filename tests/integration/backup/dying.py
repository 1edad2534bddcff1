"""Runs a step of the product again and again, and dies in it: at the first thing it does to a file or a database,
the second, ….

A process of its own, which forks for each death, so that the modules are loaded once. Reads `JOB NUMBER TARGET` from
standard input; answers how far it came: `died`, or `done` with the number of things that were done to files.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.sqlite import open_store
from daemon import backup
from daemon.clock import SYSTEM_CLOCK
from tests.integration.updating.tiny import renew, renew_beside, renew_beside_in_vain, renew_in_vain

WATCHED = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate", "sqlite3.connect")


def save(home: Path, target: Path) -> None:
    backup.create(home, target)
    backup.prune(target, SYSTEM_CLOCK.now(), 2)


def look_through(home: Path, target: Path) -> None:
    backup.verify(next(target.glob("*.backup")), home)


def bring_back(home: Path, target: Path) -> None:
    backup.restore(next(home.parent.glob("*.backup")), target)


def modernise(home: Path, target: Path) -> None:
    open_store(target / "alfred.db").close()


JOBS: dict[str, Callable[[Path, Path], None]] = {
    "save": save,
    "look-through": look_through,
    "bring-back": bring_back,
    "modernise": modernise,
    "renew": renew,
    "renew-in-vain": renew_in_vain,
    "renew-beside": renew_beside,
    "renew-beside-in-vain": renew_beside_in_vain,
}


class Doom:
    """Kills this process at its step number `last`; counts the steps before."""

    def __init__(self, last: int, within: tuple[str, ...]) -> None:
        self.last = last
        self.within = within
        self.steps = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in WATCHED and str(arguments[0]).startswith(self.within):
            self.step(event)

    def step(self, _: str) -> None:
        """Count one thing done to a file, or one statement of SQLite."""
        self.steps += 1
        if self.steps == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def counted(doom: Doom) -> Callable[..., sqlite3.Connection]:
    """Return how connections are made whose every statement counts."""
    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(doom.step)
        return connection

    return connected


def attempt(job: str, last: int, home: Path, target: Path, answer: int) -> None:
    doom = Doom(last, (str(home.parent), str(target.parent)))
    sys.addaudithook(doom)
    sqlite3.connect = counted(doom)  # type: ignore[assignment]
    JOBS[job](home, target)
    steps, doom.last = doom.steps, -1
    os.write(answer, str(steps).encode())
    os._exit(0)


def main() -> None:
    home = Path(sys.argv[1])
    for line in sys.stdin:
        job, number, target = line.rstrip("\n").split(" ", 2)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            attempt(job, int(number), home, Path(target), writing)
        os.close(writing)
        steps = os.read(reading, 100).decode()
        os.close(reading)
        _, status = os.waitpid(child, 0)
        ended = "died" if os.WIFSIGNALED(status) else f"done {steps}" if status == 0 else "broke"
        print(ended, flush=True)


if __name__ == "__main__":
    main()
