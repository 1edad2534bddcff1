"""Lets go of what is kept for a time only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.sqlite import SqliteStore
from application.ports.clock import Clock

log = logging.getLogger(__name__)

FEED_KEPT = timedelta(days=7)
EACH_CALL_KEPT = timedelta(days=400)
LOOKED = "upkeep/texts-looked-at"
MOST_BETWEEN_LOOKS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """`bodies_days` is for how long the text of a mail is kept, 0 for good.

    `marks` are, by what they are of, those who let go of marks of what is past, and say how many those were.
    """

    store: SqliteStore
    bodies_days: int
    marks: Mapping[str, Callable[[], int]]
    clock: Clock

    def forget(self) -> None:
        """Let go of what is kept for so many days only, and of marks of what is past."""
        from adapters.sqlite.retention import fold_usage, forget_bodies, forget_feed, give_back_room

        database, now = self.store.database, self.clock.now()
        forget_feed(database, now - FEED_KEPT)
        fold_usage(database, now - EACH_CALL_KEPT)
        self._forget_marks()
        if self.bodies_days and self._is_clock_believed():
            count = forget_bodies(database, now - timedelta(days=self.bodies_days))
            if count:
                log.info("let go of the text of old messages", extra={"messages": count})
        freed = give_back_room(database)
        if freed:
            log.info("gave room back to the disk", extra={"bytes": freed})

    def _is_clock_believed(self) -> bool:
        """Whether no more time went by than usually does between two looks: what is let go of never comes back, and a
        clock that was set wrong is soon set right. Whoever stood still for longer lets go the next time, however
        long that takes."""
        now, last = self.clock.now(), self.store.preferences.get(LOOKED)
        believed = not isinstance(last, str) or now - datetime.fromisoformat(last) <= MOST_BETWEEN_LOOKS
        self.store.preferences.put(LOOKED, now.isoformat() if believed else None)
        return believed

    def _forget_marks(self) -> None:
        forgotten = {what: forget() for what, forget in self.marks.items()}
        if any(forgotten.values()):
            log.info("let go of marks of what is past", extra=forgotten)
