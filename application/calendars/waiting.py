"""The mails whose invitations wait until every calendar was read."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from datetime import datetime

from application.ports.clock import Clock
from application.ports.store import Preferences
from domain.codec import Json

WAITING = "invitation/waiting"
MOST_WAITING = 200


class Waiting:
    """Keeps the ids of the mails, and since when each waits; of too many the newest."""

    def __init__(self, preferences: Preferences, clock: Clock) -> None:
        self._preferences = preferences
        self._clock = clock
        self._lock = threading.Lock()

    def all(self) -> dict[str, datetime | None]:
        """Return since when each waits; None for one from before that was noted."""
        return {id: datetime.fromisoformat(at) if isinstance(at, str) else None for id, at in self._kept().items()}

    def put(self, ids: Iterable[str]) -> None:
        """Let mails wait; one that does already has waited for longer."""
        with self._lock:
            kept = self._kept()
            new: dict[str, Json] = {id: self._clock.now().isoformat() for id in ids if id not in kept}
            if new:
                self._preferences.put(WAITING, dict([*kept.items(), *new.items()][-MOST_WAITING:]))

    def drop(self, ids: Collection[str]) -> None:
        with self._lock:
            kept = self._kept()
            still = {id: at for id, at in kept.items() if id not in ids}
            if still and still != kept:
                self._preferences.put(WAITING, still)
            elif not still:
                self._preferences.delete(WAITING)

    def _kept(self) -> dict[str, Json]:
        kept = self._preferences.get(WAITING)
        if isinstance(kept, list):
            return dict.fromkeys(map(str, kept))
        return kept if isinstance(kept, dict) else {}
