"""Whose master key root opens a vault with: that of the household which a command is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.home import SYSTEM_DATA, SYSTEM_SETTINGS, home_of

CREDENTIALS = "CREDENTIALS_DIRECTORY"


def lend_key(named: Path | None) -> None:
    """Let root open the vault of a household of the machine's with the key that systemd hands to its service.

    What was lent for another household is taken back, be it by the command that started this one.
    """
    home = home_of(named)
    folder = SYSTEM_SETTINGS / home.name
    if home.parent == SYSTEM_DATA and os.access(folder, os.R_OK):
        os.environ[CREDENTIALS] = str(folder)
    elif Path(os.environ.get(CREDENTIALS, "")).parent == SYSTEM_SETTINGS:
        del os.environ[CREDENTIALS]


@contextmanager
def lent_key(home: Path) -> Iterator[None]:
    """Lend it for as long as this household is seen to among others."""
    before = os.environ.get(CREDENTIALS)
    lend_key(home)
    try:
        yield
    finally:
        os.environ.pop(CREDENTIALS, None)
        if before is not None:
            os.environ[CREDENTIALS] = before
