"""When a source is reconciled with its provider: once a day, and not soon again where that failed."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from application.intake.intake import Intake, OnBatch
from application.ports.clock import Clock
from application.ports.mail import MessageSource
from application.ports.store import Store
from domain.errors import AlfredError, TryLater
from domain.pauses import still_rests

log = logging.getLogger(__name__)

SWEPT, SWEPT_DAYS, SWEPT_AGAIN = "swept/", 7, timedelta(days=1)
RESTS, PAUSE = "sweep-rests/", timedelta(hours=4)


class Sweeping:
    """Keeps when each source was swept, and until when it rests."""

    def __init__(self, store: Store, intake: Intake, clock: Clock) -> None:
        self._store = store
        self._intake = intake
        self._clock = clock

    def is_due(self, source: str) -> bool:
        """Whether `source` was read before, was not swept for a day, and does not rest."""
        rests = self._store.preferences.get(RESTS + source)
        if isinstance(rests, str) and still_rests(datetime.fromisoformat(rests), self._clock.now(), SWEPT_AGAIN):
            return False
        at = self._store.preferences.get(SWEPT + source)
        since = self._clock.now() - datetime.fromisoformat(at) if isinstance(at, str) else SWEPT_AGAIN
        return self._store.sources.cursor(source) is not None and not timedelta() <= since < SWEPT_AGAIN

    def sweep(self, source: MessageSource, handle: OnBatch, turn: AbstractContextManager[object]) -> None:
        """Sweep the last days of `source`, storing within `turn`; raises what hindered it, after that was noted."""
        began = self._clock.now()
        try:
            taken = self._intake.sweep(source, SWEPT_DAYS, handle, turn)
        except Exception as error:  # a slip of ours will be there in an hour as well
            self._rest(source.name, error)
            raise
        self._store.preferences.put(SWEPT + source.name, began.isoformat())
        if taken.new:
            log.warning("the sweep found what was missed", extra={"source": source.name, "count": len(taken.new)})

    def _rest(self, source: str, error: Exception) -> None:
        """Begin no new sweep for some hours, or as long as the provider asked; without a network nothing was begun."""
        if isinstance(error, AlfredError) and error.code == "unreachable":
            return
        asked = error.retry_after if isinstance(error, TryLater) else None
        until = self._clock.now() + min(max(PAUSE, timedelta(seconds=asked or 0)), SWEPT_AGAIN)
        self._store.preferences.put(RESTS + source, until.isoformat())
