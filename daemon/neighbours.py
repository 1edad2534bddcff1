"""Several households on one machine: each has a port of its own, and cookies of its own names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from daemon.home import DEFAULT_HOME
from daemon.running import PORT, listening
from daemon.settings import load
from domain.errors import AlfredError

LAST_PORT = 65535


def household_mark(home: Path) -> str:
    """Return what tells a household's cookies from its neighbours': nothing for the usual folder, else its hash."""
    if home == DEFAULT_HOME.expanduser():
        return ""
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:8]


def ports_of(homes: Iterable[Path]) -> set[int]:
    """Return the ports that households are set to; settings that cannot be read claim none."""
    return {port for home in homes if (port := _port_of(home))}


def _port_of(home: Path) -> int:
    try:
        return load(home).web.port
    except AlfredError:
        return 0


def free_port(host: str, taken: Iterable[int]) -> int:
    """Return the first port after the usual one that no household claims and nobody listens on."""
    claimed = set(taken)
    return next(port for port in range(PORT, LAST_PORT) if port not in claimed and _is_free(host, port))


def _is_free(host: str, port: int) -> bool:
    try:
        listening(host, port).close()
    except OSError:
        return False
    return True
