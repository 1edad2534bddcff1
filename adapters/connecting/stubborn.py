"""Single messages that a provider fails to hand over again and again, while it answers otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

MOST_FAILURES = 3
PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class _Trouble:
    since: float
    readings: int = 0


class Stubborn:
    """Counts readings of a source that one message brought to an end, in this process alone.

    One is given up when enough readings ended over it, and an hour passed since the first: a provider's bad minutes
    end as many. `clock` counts seconds, whatever is done to the time of day.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._troubles: dict[str, _Trouble] = {}

    def is_given_up(self, id: str) -> bool:
        """Note that a reading would end over this one; return whether to go on without it."""
        now = self._clock()
        before = self._troubles.get(id, _Trouble(now))
        trouble = self._troubles[id] = _Trouble(before.since, before.readings + 1)
        return trouble.readings >= MOST_FAILURES and now - trouble.since >= PATIENCE

    def came(self, id: str) -> None:
        """Note that it was handed over after all."""
        self._troubles.pop(id, None)
