"""What was read of texts in the database: the text says all, so that an equal one need not be read again."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Things that cannot change, by their text; all are forgotten once the texts hold `most` characters."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._things: dict[str, T] = {}

    def get(self, text: str) -> T | None:
        return self._things.get(text)

    def keep(self, text: str, thing: T) -> T:
        """Remember and return `thing`."""
        if self._held + len(text) > self._most:
            self._held = 0
            self._things.clear()
        self._held += len(text)
        self._things[text] = thing
        return thing
