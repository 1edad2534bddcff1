"""One open stream of events: told at once while it keeps up, else it goes on by itself."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

from starlette.types import Send

from web.api.live_tail import Tail

HELLO = b": hello\n\n"
Rest = Awaitable[None]


class Listener:
    """Who has been told everything only waits; what then comes is told from the tail's own task, which spares each
    event the way down to the request of each listener."""

    def __init__(self, seq: int, tail: Tail, send: Send, pulse: bytes, may_hear: Callable[[], bool]) -> None:
        self._seq = seq
        self._tail = tail
        self._send = send
        self._pulse = pulse
        self._may_hear = may_hear
        self._called: asyncio.Future[Rest] | None = None

    async def follow(self) -> None:
        """Tell everything that comes after `seq`, until it may hear no more."""
        content = HELLO
        while self._may_hear():
            await (self._tell(content) if content else self._wait())
            self._seq, content = await self._tail.after(self._seq)
        await self._send({"type": "http.response.body", "body": b""})

    def hear(self, since: int, seq: int, content: bytes) -> None:
        """Be told what came between two numbers of the feed, nothing being a pulse, which shows that the stream stands.

        Whoever is not done with what came before looks for himself then.
        """
        called = self._called
        if called is None or called.done():
            return
        try:
            rest = begin(self._take(since, seq, content))
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends this stream alone
            called.set_exception(error)
            return
        if rest is not None:
            called.set_result(rest)

    async def _take(self, since: int, seq: int, content: bytes) -> None:
        if self._seq != since or not self._may_hear():
            await asyncio.sleep(0)  # the rest is the stream's own, which then looks for itself
            return
        self._seq = seq
        await self._tell(content or self._pulse)

    async def _tell(self, content: bytes) -> None:
        await self._send({"type": "http.response.body", "body": content, "more_body": True})

    async def _wait(self) -> None:
        """Wait for something that could only be begun, and end it."""
        self._called = asyncio.get_running_loop().create_future()
        rest = await self._called
        await rest


def begin(work: Coroutine[Any, None, None]) -> Rest | None:
    """Run `work` until it has to wait; return the rest of it, None where it is done. Tasks of Python 3.12 can do so."""
    try:
        waiting = work.send(None)
    except StopIteration:
        return None
    return _rest(work, waiting)


@types.coroutine
def _rest(work: Coroutine[Any, None, None], waiting: object) -> Generator[object, None, None]:
    yield waiting
    yield from work
