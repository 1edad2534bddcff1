"""The wire between Alfred and the make-believe Google: a request, or an answer, may be held up on it at will."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from sandbox.google import GoogleServer
from sandbox.server import Answer, Sending

LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Hold:
    """Holds what matches, on its way to Google or back; `fate` is what becomes of a held request in the end."""

    path: re.Pattern[str]
    on_the_way_back: bool
    opened: threading.Event
    carried_out: bool = True
    held: int = 0


class HeldUpGoogle(GoogleServer):
    """A Google whose wire can be held. What is held arrives in the end, or never, as the test says."""

    def __init__(self, account: str) -> None:
        super().__init__([account], quota=None)
        self._hold: Hold | None = None
        self._inside = 0
        self._changed = threading.Condition()

    def hold(self, path: str, *, on_the_way_back: bool = False) -> None:
        """From now on hold the requests whose path matches, or the answers to them."""
        self._hold = Hold(re.compile(path), on_the_way_back, threading.Event())

    def wait_until_held(self, number: int) -> None:
        hold = self._hold
        assert hold is not None
        self._wait_for(lambda: hold.held >= number)

    def release(self, *, carried_out: bool) -> None:
        """Let go what is held, carried out or never to arrive; return when all of it has come to its end."""
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.carried_out = carried_out
            hold.opened.set()
        self._wait_for(lambda: self._inside == 0)

    async def _call(self, request: Request) -> Sending:
        await request.body()
        self._count(1)
        try:
            return await self._through(request)
        finally:
            self._count(-1)

    async def _through(self, request: Request) -> Sending:
        hold = self._hold
        if hold is None or not hold.path.search(f"{request.method} {request.url.path}"):
            return await super()._call(request)
        if hold.on_the_way_back:
            sending = await super()._call(request)
            await self._held(hold)
            return sending
        await self._held(hold)
        return await super()._call(request) if hold.carried_out else Sending(Answer(503))

    async def _held(self, hold: Hold) -> None:
        with self._changed:
            hold.held += 1
            self._changed.notify_all()
        await asyncio.to_thread(hold.opened.wait, LONGEST_WAIT)

    def _count(self, step: int) -> None:
        with self._changed:
            self._inside += step
            self._changed.notify_all()

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, LONGEST_WAIT):
                raise TimeoutError("nothing came along the wire")
