"""Whether a daemon runs on a household, and where it answers. Light, so that commands start at once."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PORT = 8420
CLI_TOKEN = "alfred/cli-token"
RUN_FILE = "daemon.json"
ON_TRIAL = "ALFRED_ON_TRIAL"
"""Says in the environment of a daemon that an update merely tries it."""
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class RunningDaemon:
    """What a command needs to reach the daemon of a household."""

    pid: int
    url: str


def listening(host: str, port: int, backlog: int | None = None) -> socket.socket:
    """Listen at an address of this machine; at `::` to callers by IPv4 as well. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=family, backlog=backlog, dualstack_ipv6=both)


def find_running(home: Path) -> RunningDaemon | None:
    """Return the daemon that runs on `home`, or None.

    A daemon that was killed leaves its note behind, and its number may be another's by now: somebody has to listen.
    """
    try:
        known = json.loads((home / RUN_FILE).read_text())
        running = RunningDaemon(int(known["pid"]), str(known["url"]))
        os.kill(running.pid, 0)
        address = urlsplit(running.url)
        socket.create_connection((address.hostname or "localhost", address.port or 443), PATIENCE).close()
    except (OSError, ValueError, KeyError):
        return None
    return running


def note_running(home: Path, url: str) -> None:
    """Say where this process answers."""
    (home / RUN_FILE).write_text(json.dumps({"pid": os.getpid(), "url": url}))


def note_stopped(home: Path) -> None:
    (home / RUN_FILE).unlink(missing_ok=True)
