"""Marks that end: notes of what was done already, each kept for as long as the same could come up again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from application.ports.clock import Clock
from application.ports.store import Preferences
from domain.codec import Json


class Marks:
    """Marks whose names begin with `prefix`; each ends on a day of its own, or after so long.

    One from before marks had an end is given one when the others are looked through.
    """

    def __init__(self, preferences: Preferences, prefix: str, lasts: timedelta, clock: Clock) -> None:
        self.prefix = prefix
        self._preferences = preferences
        self._lasts = lasts
        self._clock = clock

    def get(self, name: str) -> Json:
        """Return what is noted under a name without the prefix; None for nothing."""
        return value_of(self._preferences.get(self.prefix + name))

    def put(self, name: str, value: Json, until: datetime | None = None) -> None:
        self._preferences.put(self.prefix + name, self._kept(value, until))

    def announce(self, name: str, value: Json, until: datetime | None = None) -> None:
        """Put a mark, and tell of it through the feed, as one."""
        self._preferences.announce(self.prefix + name, self._kept(value, until), self._clock.now())

    def _kept(self, value: Json, until: datetime | None) -> Json:
        end = until or self._clock.now() + self._lasts
        return {"until": end.isoformat(), "value": value}

    def hold(self, name: str, until: datetime | None = None) -> None:
        """Let a mark last at least until then, or begin its time anew once half of it has gone: it still stands."""
        end = _end_of(self._preferences.get(self.prefix + name))
        if end is None or end < (until or self._clock.now() + self._lasts / 2):
            self.put(name, self.get(name), until)

    def names(self, beginning: str = "") -> tuple[str, ...]:
        """Return the names that begin so, without the prefix."""
        found = self._preferences.names(self.prefix + beginning)
        return tuple(name.removeprefix(self.prefix) for name in found)

    def standing(self) -> tuple[str, ...]:
        """Return the names of those whose end has not come."""
        return tuple(name for name in self.names() if not self._has_ended(name))

    def forget_ended(self) -> int:
        """Let go of the marks whose end has come; return how many."""
        return self.forget([name for name in self.names() if self._has_ended(name)])

    def forget(self, names: Collection[str]) -> int:
        """Let go of the marks of these names, which are there; return how many."""
        for name in names:
            self._preferences.delete(self.prefix + name)
        return len(names)

    def _has_ended(self, name: str) -> bool:
        kept = self._preferences.get(self.prefix + name)
        if _end_of(kept) is None:
            self.put(name, self.get(name))
        return has_ended(kept, self._clock.now())


def value_of(kept: Json) -> Json:
    """Return what a mark says, as it stands in the store."""
    return kept["value"] if isinstance(kept, dict) and _end_of(kept) is not None else kept


def has_ended(kept: Json, now: datetime) -> bool:
    """Whether the end of a mark, as it stands in the store, has come."""
    end = _end_of(kept)
    return end is not None and end < now


def _end_of(kept: Json) -> datetime | None:
    """Return when a mark ends; None for one from before they did."""
    if isinstance(kept, dict) and kept.keys() == {"until", "value"}:
        return datetime.fromisoformat(str(kept["until"]))
    return None
