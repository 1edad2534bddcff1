"""Alfred as a process of the update's own, for a household that no service keeps running."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, Popen

from daemon.home import DATABASE

STOPPED_WITHIN = 60.0


@dataclass
class Trial:
    """Runs on a household, at a port that is free, for as long as the version in `environment` is tried there."""

    home: Path
    environment: Path
    _process: Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def is_possible(self) -> bool:
        """Whether there is something to try it on, which whoever updates could open by `alfred run`."""
        return (self.home / DATABASE).exists() and self.home.stat().st_uid == os.geteuid()

    def start(self) -> None:
        words = (str(self.environment / "bin" / "alfred"), "--home", str(self.home), "run", "--port", "0")
        self._process = Popen(words, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
