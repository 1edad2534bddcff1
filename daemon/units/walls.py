"""What a unit of systemd keeps a household from, where the machine can build such walls, and the gaps left in them."""

from __future__ import annotations

import re
from pathlib import Path

from daemon.settings import load
from daemon.units.commands import Runner
from daemon.units.templates import filled

FOLDER_LINE = re.compile(r"^ALFRED_BACKUP__FOLDER=\"?([^\"\n]+)\"?$", re.MULTILINE)
BACKUPS = "ReadWritePaths=-@BACKUPS@"
# What needs a user namespace in a manager that is not root's (systemd.exec(5), "Sandboxing").
WALLS = frozenset(
    {
        "PrivateUsers",
        "ProtectSystem",
        "ProtectHome",
        "ReadWritePaths",
        "InaccessiblePaths",
        "PrivateTmp",
        "PrivateDevices",
        "ProtectProc",
        "ProtectClock",
        "ProtectControlGroups",
        "ProtectHostname",
        "ProtectKernelLogs",
        "ProtectKernelModules",
        "ProtectKernelTunables",
        "CapabilityBoundingSet",
        "AmbientCapabilities",
    }
)
OPEN = 99
SYSTEMDS_OWN = 200  # from here on codes say what systemd could not set up (systemd.exec(5), "Process Exit Codes")
# Where no namespace can be made, systemd refuses to start a unit or starts it without: so it is the effect that counts.
# `ProtectSystem=strict` alone leaves homes as they are.
TRY_WALLS = (
    *("systemd-run", "--user", "--wait", "--quiet", "--collect"),
    *("-p", "PrivateUsers=yes", "-p", "ProtectSystem=strict", "-p", "ProtectHome=read-only"),
    *("/bin/sh", "-c", f'test ! -w "$HOME" || exit {OPEN}'),
)
NO_WALLS = (
    "This machine does not let a service of yours be shut in (so does Ubuntu since 23.10, where AppArmor keeps user "
    "namespaces from programs): Alfred may write wherever you may"
)
WITH_WALLS = (
    "To have him shut in, put Alfred into /opt/alfred: sudo /opt/alfred/.venv/bin/alfred install --system --name NAME; "
    "or see docs/troubleshooting.md"
)


def walls_hold(run: Runner) -> bool:
    """Whether the owner's own systemd can shut a service in, tried with one that looks whether it is.

    Where that cannot be tried, as without a bus of the user's, it is believed.
    """
    code = run(*TRY_WALLS).code
    return code != OPEN and code < SYSTEMDS_OWN


def has_walls(file: Path) -> bool:
    """Whether a unit was written with them."""
    return "ProtectSystem=strict" in _lines(file)


def is_opened(folder: Path, file: Path) -> bool:
    """Whether a unit, or a part of one, lets backups into a folder; further parts are the owner's own affair."""
    return filled(BACKUPS, {"BACKUPS": str(folder)}) in _lines(file)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def set_backups(home: Path, environment: Path | None = None) -> Path | None:
    """Return the folder that a household's backups are set to go to, outside its own; None where they stay at home."""
    given = environment.read_text(encoding="utf-8") if environment is not None and environment.exists() else ""
    line = FOLDER_LINE.search(given)
    folder = home / line[1] if line else load(home).backup.folder
    return folder if folder is not None and not folder.is_relative_to(home) else None
