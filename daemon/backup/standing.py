"""How a household's backups stand, by what lies in their folder."""

from __future__ import annotations

from datetime import datetime

from daemon.backup.making import made_at, newest
from daemon.backup.reading import is_sealed
from daemon.settings import Settings
from domain.backups import Backups


def backups_of(settings: Settings, now: datetime) -> Backups:
    """Look into the folder; one that cannot be read holds none that could be used."""
    folder, wanted = settings.backups, settings.backup.every_hours
    try:
        last = newest(folder, now)
        if last is not None:
            return Backups(str(folder), wanted, made_at(last), is_sealed(last))
    except OSError:
        pass
    return Backups(str(folder), wanted)
