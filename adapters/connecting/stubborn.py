"""Single messages that a provider fails to hand over again and again, while it answers otherwise."""

from __future__ import annotations

from collections import Counter

MOST_FAILURES = 3


class Stubborn:
    """Counts readings of a source that one message brought to an end, in this process alone."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()

    def is_given_up(self, id: str) -> bool:
        """Note that a reading would end over this one; return whether that happened often enough to go on without."""
        self._failures[id] += 1
        return self._failures[id] >= MOST_FAILURES

    def came(self, id: str) -> None:
        """Note that it was handed over after all."""
        self._failures.pop(id, None)
