"""Reads the whole database once a week, and holds the action log against what the backups say of it."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from adapters.sqlite import SqliteStore
from application.ports.clock import Clock
from application.ports.secrets import Vault
from daemon.settings import Settings
from daemon.upkeep.alarm import Alarm
from domain.errors import AlfredError

log = logging.getLogger(__name__)

CHECKED = "upkeep/checked"
DAMAGED = "upkeep/damaged"
CHECK_EVERY = timedelta(days=7)
RESTORE = "Keep a copy of it, then: alfred backup restore FILE FOLDER."


@dataclass(frozen=True, slots=True)
class Checking:
    """Tells the owner of damage at once."""

    settings: Settings
    store: SqliteStore
    vault: Vault
    alarm: Alarm
    clock: Clock

    def check(self) -> None:
        """Once a week read the whole database, walk the log's chain, and compare the log with every backup.

        Where that found damage, the next look is the next time, so that it is known as soon as it is mended.
        """
        now, last = self.clock.now(), self.store.preferences.get(CHECKED)
        was_lately = isinstance(last, str) and timedelta(0) <= now - datetime.fromisoformat(last) < CHECK_EVERY
        if was_lately and not self.found_damage():
            return
        self.store.preferences.put(CHECKED, now.isoformat())
        title, said = self._damage()
        with suppress(AlfredError):
            self.store.preferences.put(DAMAGED, said)
        if said:
            log.error("damaged", extra={"what": title, "reason": said})
            self.alarm.ring("damage", title, f"{said} {RESTORE}")
        else:
            self.compare_log()
            log.info("checked the database")

    def found_damage(self) -> bool:
        """Whether the last check found the database or the log's chain damaged."""
        return bool(self.store.preferences.get(DAMAGED))

    def _damage(self) -> tuple[str, str]:
        """Return what is damaged, and how; two empty words where nothing is."""
        try:
            self.store.check()
            report = self.store.actions.verify()
        except AlfredError as error:
            return "The database is damaged", str(error)
        if report.broken_at is not None:
            return "The action log is broken", f"Its chain breaks at entry {report.broken_at}: {report.problem}."
        return "", ""

    def compare_log(self, most: int | None = None) -> None:
        """Hold the log against the newest backups, or all: what was cut off before is in none that is made from now."""
        from daemon import backup

        manifests = backup.manifests_of(self.settings, self.clock.now(), self.vault)
        said = backup.other_than_saved(self.settings, islice(manifests, most))
        if said:
            log.error("the action log is not the one that was saved", extra={"reason": said})
            self.alarm.ring("damage", "The action log is not the one that was saved", f"In the log, {said}. {RESTORE}")
