"""Callers over https: each has his time to agree on TLS, and only so many have it at once."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext

log = logging.getLogger(__name__)

MOST_AT_ONCE = 128
"""Far more than the devices of one owner begin in the same moment; asyncio itself counts none of them."""
PAUSE_SECONDS = 1.0
"""So long it waits where no more files can be opened, as asyncio does."""


class Handshakes:
    """Listens at `listener`, and lets `wire` read each connection once its handshake is done.

    Beyond `most` at once the one that has taken longest is cut off: however many say nothing, who begins now has time.
    """

    most = MOST_AT_ONCE

    def __init__(
        self, listener: socket.socket, wire: Callable[[], asyncio.Protocol], context: SSLContext, patience: float
    ) -> None:
        self._listener = listener
        self._wire = wire
        self._context = context
        self._patience = patience
        self._going_on: dict[asyncio.Task[None], socket.socket] = {}
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    def close(self) -> None:
        """Let nobody in any more, and cut off who has not agreed yet."""
        self._accepting.cancel()
        for line in self._going_on.values():
            _cut(line)

    async def wait_closed(self) -> None:
        await asyncio.wait([self._accepting, *self._going_on])

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                line, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                log.warning("nobody can call for now", extra={"error": str(error)})
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                self._begin(line)

    def _begin(self, line: socket.socket) -> None:
        task = asyncio.get_running_loop().create_task(self._agree(line))
        self._going_on[task] = line
        task.add_done_callback(lambda ended: self._going_on.pop(ended, None))
        if len(self._going_on) > self.most:
            _cut(self._going_on.pop(next(iter(self._going_on))))

    async def _agree(self, line: socket.socket) -> None:
        with suppress(OSError):  # of which a time that is over and what TLS refuses are a part
            await asyncio.get_running_loop().connect_accepted_socket(
                self._wire, line, ssl=self._context, ssl_handshake_timeout=self._patience
            )


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it is gone already
        line.shutdown(socket.SHUT_RDWR)
