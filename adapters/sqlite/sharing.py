"""One of several pieces of work that are written by one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from adapters.sqlite.connection import Transaction

T = TypeVar("T")


class Share(Generic[T]):
    """What one caller wants written, and what became of it."""

    __slots__ = ("_error", "_made", "work")

    def __init__(self, work: Callable[[Transaction], T]) -> None:
        self.work = work
        self._made: tuple[T] | None = None
        self._error: Exception | None = None

    @property
    def done(self) -> bool:
        return self._made is not None or self._error is not None

    def succeed(self, result: T) -> None:
        self._made = (result,)

    def fail(self, error: Exception) -> None:
        self._error = error

    def outcome(self) -> T:
        """Return what the work returned; raise what it raised."""
        if self._made is None:
            raise self._error or RuntimeError("this share was not settled")
        return self._made[0]
