"""Makes the backups, removes those that are too many, and remembers since when none could be made."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.ports.clock import Clock
from application.ports.secrets import Vault
from application.ports.store import Store
from daemon.backup_watch import BackupWatch
from daemon.home import name_household
from daemon.settings import Settings
from daemon.upkeep.alarm import Alarm
from daemon.upkeep.checking import Checking
from domain.errors import AlfredError, TryLater

log = logging.getLogger(__name__)

FAILING = "upkeep/backups-failing"


@dataclass(frozen=True, slots=True)
class BackingUp:
    """Holds the log against the last backup before it makes the next, which would hide what was cut off."""

    settings: Settings
    store: Store
    vault: Vault
    checking: Checking
    watch: BackupWatch
    alarm: Alarm
    clock: Clock

    def back_up_or_tell(self) -> None:
        """Make a backup where it is time; where that fails, tell the owner, once a day."""
        try:
            self.back_up()
        except (AlfredError, OSError) as error:
            if not isinstance(error, TryLater) or error.code != "backup_running":
                self.alarm.ring("backup", "No backup could be made", f"{error}. alfred doctor says what to do.")
                self._note_failing(str(error))
            raise
        self.store.preferences.delete(FAILING)

    def back_up(self) -> None:
        """Make a backup where the newest is older than the owner wants, then remove those that are too many."""
        wanted = self.settings.backup
        if not wanted.every_hours:
            return
        from daemon import backup

        name_household(self.settings.home)
        folder, now = self.settings.backups, self.clock.now()
        last = backup.newest(folder, now)
        if last is not None and now - backup.made_at(last) < timedelta(hours=wanted.every_hours):
            return
        self.checking.compare_log(most=1)
        passphrase = backup.passphrase_of(self.settings, self.vault)
        if passphrase:
            self.store.preferences.put(backup.ENCRYPTED, True)
        file = backup.create(self.settings.home, folder, passphrase, self.clock)
        gone = backup.prune(folder, self.clock.now(), wanted.keep, wanted.keep_weeks, wanted.keep_months)
        self.watch.look()
        log.info("backed up", extra={"file": file.name, "bytes": file.stat().st_size, "removed": len(gone)})

    def failing_for(self) -> timedelta:
        """Return for how long no backup could be made; nothing while they are."""
        known = self.store.preferences.get(FAILING)
        if not isinstance(known, dict):
            return timedelta(0)
        return self.clock.now() - datetime.fromisoformat(str(known["since"]))

    def _note_failing(self, said: str) -> None:
        """Keep since when no backup can be made, and why; a disk that is full may not make things worse."""
        preferences, now = self.store.preferences, self.clock.now()
        with suppress(AlfredError):
            known = preferences.get(FAILING)
            since = known["since"] if isinstance(known, dict) else now.isoformat()
            preferences.put(FAILING, {"since": since, "said": said})
