"""What the files of a household's folder are called, and what tells one household from another."""

from __future__ import annotations

import os
from pathlib import Path

DATABASE = "alfred.db"
HALT = "HALT"
ID = "household.id"
# Where households of the machine's have their data and, readable by root alone, their settings and keys.
SYSTEM_DATA = Path("/var/lib/alfred")
SYSTEM_SETTINGS = Path("/etc/alfred")
DEFAULT_HOME = Path("~/.alfred")


def home_of(named: Path | None) -> Path:
    """Return the data folder: the one that was named, else the environment's, else the usual one."""
    return (named or Path(os.environ.get("ALFRED_HOME") or DEFAULT_HOME)).expanduser().absolute()


def household_id(home: Path) -> str:
    """Return what no other household is called, not even one restored from this one's backup; empty before it is."""
    file = home / ID
    return file.read_text(encoding="ascii").strip() if file.exists() else ""


def name_household(home: Path) -> None:
    """Give the household its id, where it has none yet; no backup holds it."""
    if not household_id(home):
        import secrets

        from daemon.units.templates import write_whole

        write_whole(home / ID, secrets.token_hex(4).encode(), 0o600)
