"""A streamed answer: piece by piece, slowly where it is wanted, cut off where it is wanted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sandbox.misbehaviour import Fault, Kind

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


@dataclass(slots=True)
class Hangups:
    """Counts the clients that left before a streamed answer was at its end."""

    count: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait_for(self, count: int, timeout: float = 5.0) -> bool:
        """Wait until so many clients have left."""
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, timeout)


@dataclass(frozen=True, slots=True)
class Trickle:
    """A Starlette response that sends pieces; `cut` hangs up after the half of them, without closing the body."""

    pieces: Sequence[bytes]
    media_type: str
    hangups: Hangups
    delay: float = 0.0
    pause: float = 0.0
    cut: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        listening = asyncio.create_task(_gone(receive))
        sending = asyncio.create_task(self._send(send))
        await asyncio.wait({listening, sending}, return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            self.hangups.note()
            sending.cancel()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        if self.cut:
            cast(asyncio.Transport, scope["sandbox.transport"]).close()
            await _gone(receive)

    async def _send(self, send: Send) -> None:
        await asyncio.sleep(self.delay)
        headers = [(b"content-type", self.media_type.encode()), *((n.encode(), v.encode()) for n, v in self.headers)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece in self.pieces[: len(self.pieces) // 2] if self.cut else self.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(self.pause)
        if not self.cut:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def seconds(faults: tuple[Fault, ...], kind: Kind) -> float:
    """How long the faults of this kind make everyone wait."""
    return sum(fault.seconds for fault in faults if fault.kind is kind)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
