"""Whether a daemon runs on a household, and where it answers. Light, so that commands start at once."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

CLI_TOKEN = "alfred/cli-token"
RUN_FILE = "daemon.json"


@dataclass(frozen=True, slots=True)
class RunningDaemon:
    """What a command needs to reach the daemon of a household."""

    pid: int
    url: str


def find_running(home: Path) -> RunningDaemon | None:
    """Return the daemon that runs on `home`, or None."""
    try:
        known = json.loads((home / RUN_FILE).read_text())
        os.kill(int(known["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    return RunningDaemon(int(known["pid"]), str(known["url"]))


def note_running(home: Path, url: str) -> None:
    """Say where this process answers."""
    (home / RUN_FILE).write_text(json.dumps({"pid": os.getpid(), "url": url}))


def note_stopped(home: Path) -> None:
    (home / RUN_FILE).unlink(missing_ok=True)
