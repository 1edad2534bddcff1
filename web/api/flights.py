"""Many who ask for the same at once are answered by one reading."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class _Flight(Generic[T]):
    """One reading; who asks after it has begun takes the next, for it may have missed what just changed."""

    def __init__(self, make: Callable[[], Awaitable[T]], before: asyncio.Task[T] | None) -> None:
        self._make = make
        self._before = before
        self.has_begun = False

    async def fly(self) -> T:
        if self._before is not None:
            await asyncio.wait([self._before])
            self._before = None
        self.has_begun = True
        return await self._make()


class Flights(Generic[T]):
    """At most one reading per key is under way, and one waits for it to end."""

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[_Flight[T], asyncio.Task[T]]] = {}

    async def join(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what a reading gives that began after this call."""
        last = self._last.get(key)
        if last is None or last[0].has_begun:
            flight = _Flight(make, last[1] if last else None)
            last = self._last[key] = (flight, asyncio.create_task(flight.fly()))
            last[1].add_done_callback(lambda task: self._forget(key, task))
        return await asyncio.shield(last[1])

    def _forget(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if self._last[key][1] is task:
            del self._last[key]
        if not task.cancelled():
            task.exception()
