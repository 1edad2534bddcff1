"""Remembers how the backups stand, so that no request waits for their folder, which may lie on a share that hangs."""

from __future__ import annotations

from application.ports.clock import Clock
from daemon.settings import Settings
from domain.backups import Backups


class BackupWatch:
    """Looks into the folder when a job lets it; `known` is what it saw last."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.known = Backups(str(settings.backups), settings.backup.every_hours)

    def look(self) -> None:
        from daemon.backup import backups_of

        self.known = backups_of(self._settings, self._clock.now())
