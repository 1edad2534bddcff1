"""Sources that a hint was about: they are read soon and out of turn, by another thread than the one that heard it."""

from __future__ import annotations

import threading
from collections.abc import Iterable


class Woken:
    """Keeps their names until somebody takes them; what a restart loses, the usual polls make good."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._lock = threading.Lock()

    def add(self, sources: Iterable[str]) -> None:
        with self._lock:
            self._names.update(sources)

    def take(self) -> list[str]:
        """Return them, in order; from now on they are none any more."""
        with self._lock:
            names, self._names = sorted(self._names), set()
        return names
