"""How long a copy of what a provider holds is taken to be good."""

from __future__ import annotations

from datetime import datetime, timedelta

from application.ports.clock import Clock
from domain.sources import account_of

LASTS = timedelta(minutes=3)


class Freshness:
    """Remembers when each source was looked at; a write of ours to an account ends the freshness of all it holds."""

    def __init__(self, clock: Clock, lasts: timedelta = LASTS) -> None:
        self._clock = clock
        self._lasts = lasts
        self._looked: dict[str, datetime] = {}

    def note(self, source: str) -> None:
        """`source` was read just now."""
        self._looked[source] = self._clock.now()

    def drop(self, account: str) -> None:
        """Something of `account` was written."""
        self._looked = {name: at for name, at in self._looked.items() if account_of(name) != account}

    def is_fresh(self, source: str) -> bool:
        looked = self._looked.get(source)
        return looked is not None and timedelta(0) <= self._clock.now() - looked < self._lasts
