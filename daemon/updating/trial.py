"""Alfred as a process of the update's own, for a household that no service keeps running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from threading import Thread
from typing import IO

from daemon.home import DATABASE
from daemon.running import ON_TRIAL

STOPPED_WITHIN = 60.0


@dataclass
class Trial:
    """Runs on a household, at a port that is free, for as long as the version in `environment` is tried there.

    It ends with the update, however that ends: nothing is ever written into its standard input, whose end it awaits.
    """

    home: Path
    environment: Path
    _process: Popen[bytes] | None = field(default=None, init=False, repr=False)
    _said: IO[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def is_possible(self) -> bool:
        """Whether there is something to try it on, which whoever updates could open by `alfred run`."""
        return (self.home / DATABASE).exists() and self.home.stat().st_uid == os.geteuid()

    @property
    def last_words(self) -> str | None:
        """What it said last where it ended by itself; None while it runs, or is not meant to."""
        if self._process is None or self._said is None or self._process.poll() is None:
            return None
        self._said.seek(0)
        lines = [line.strip() for line in self._said.read().decode(errors="replace").splitlines()]
        return next(filter(None, reversed(lines)), "none")

    def start(self) -> None:
        words = (str(self.environment / "bin" / "alfred"), "--home", str(self.home), "run", "--port", "0")
        self._said = TemporaryFile()  # noqa: SIM115 (open for as long as the trial lasts)
        self._process = Popen(words, stdin=PIPE, stdout=DEVNULL, stderr=self._said, env=os.environ | {ON_TRIAL: "1"})

    def stop(self) -> None:
        if self._process is None or self._said is None:
            return
        with self._said, self._process as process:
            process.terminate()
            try:
                process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
        self._process = None


def end_with_the_update() -> None:
    """Have this process, which an update tries, end in good order as soon as nobody holds its standard input."""
    Thread(target=_await_the_end, name="update", daemon=True).start()


def _await_the_end() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
