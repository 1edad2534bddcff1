"""Whether all is well, so that a heartbeat may say so, and what is told where that does not arrive."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from application.ports.store import Store
from daemon.heartbeat import TROUBLE
from daemon.upkeep.alarm import Alarm
from domain.errors import AlfredError

log = logging.getLogger(__name__)

HANGS_AFTER = timedelta(hours=2)
NO_BACKUP_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class WellBeing:
    """`no_backup_for` says for how long none could be made; `overdue` names the sources not read for so long;
    `found_damage` tells whether the last check of the database did."""

    store: Store
    no_backup_for: Callable[[], timedelta]
    overdue: Callable[[timedelta], tuple[str, ...]]
    found_damage: Callable[[], bool]
    poll_seconds: int
    alarm: Alarm

    def is_well(self) -> bool:
        """Whether the database answers and is whole, no reading hangs and backups are made.

        That it is asked shows that jobs run.
        """
        hangs_after = max(HANGS_AFTER, timedelta(seconds=3 * self.poll_seconds))
        try:
            since, overdue, damaged = self.no_backup_for(), self.overdue(hangs_after), self.found_damage()
        except AlfredError:
            return False
        well = not overdue and not damaged and since <= NO_BACKUP_FOR
        if not well:
            log.warning("not well", extra={"not_read": overdue, "no_backup_for": str(since), "damaged": damaged})
        return well

    def note_heartbeat(self, trouble: str) -> None:
        """Keep what keeps the heartbeat from arriving, for the doctor; tell the owner where its address refuses it."""
        self.store.preferences.put(TROUBLE, trouble)
        if "status" in trouble:
            self.alarm.ring("heartbeat", "The heartbeat does not arrive", f"At heartbeat.url {trouble}. Correct it.")
