"""The connections of the HTTP server: each brings its requests in time and in bounds, whoever it is, or is cut off."""

from __future__ import annotations

import asyncio
from ipaddress import IPv6Address
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

PATIENCE_SECONDS = 30.0
LEAST_BYTES = 256 * 1024
"""So much of a long request comes within each `PATIENCE_SECONDS`, on a bad line too."""
LARGEST_HEAD = 64 * 1024
LARGEST_REQUEST = 64 * 1024 * 1024
"""More than any operation reads; the parser would keep trailers of any length."""
LISTENING_SECONDS = 300.0
"""So long a caller may take nothing of what he is told; a device that sleeps takes up its stream again later."""
PIECE = 64 * 1024
"""So much is written at once: what is handed over whole counts as told, and uvicorn closes five seconds after that."""
MOST_AT_ONCE = 512
"""Far more than the devices of one owner hold open, and few enough to leave files for the store."""


class Wire(HttpToolsProtocol):
    """One connection. What uvicorn itself bounds is only how long it stands open between two requests."""

    patience = PATIENCE_SECONDS
    listening = LISTENING_SECONDS
    most_at_once = MOST_AT_ONCE
    _unheard: asyncio.TimerHandle | None = None
    _waiting: asyncio.TimerHandle | None = None
    _until = 0.0
    _left = 0
    _in_head = True
    _came = 0
    _seen = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client = self.client and (_plain(self.client[0]), self.client[1])
        self._wait()
        self._tell()
        if len(self.connections) > self.most_at_once:
            self._least_missed().transport.abort()

    def _least_missed(self) -> Wire:
        """Return the connection that has stood longest to no purpose, or else this one: however many hold a place for
        nothing, who has something to ask is let in."""
        spare = [each for each in self.connections if isinstance(each, Wire) and each._is_spare()]
        return min(spare, key=lambda each: each._until, default=self)

    def _is_spare(self) -> bool:
        """Whether it asks nothing, or does not listen; one that is gone already makes no room."""
        if self.transport.is_closing():
            return self.transport.get_write_buffer_size() > 0
        return self.flow.write_paused or not self._served()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._waiting)
        _cancel(self._unheard)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._came += len(data)
        super().data_received(data)
        if self._came > (LARGEST_HEAD if self._in_head else LARGEST_REQUEST):
            self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head, self._came = True, 0
        self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait()
        self._tell()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._tell()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._tell()

    def _tell(self) -> None:
        """Give him time to take something of what he is told, anew; also of what is left when the connection closes."""
        _cancel(self._unheard)
        self._left = self.transport.get_write_buffer_size()
        self._unheard = self.loop.call_later(self.listening, self._hear)

    def _hear(self) -> None:
        if 0 < self._left <= self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self._tell()

    def _wait(self) -> None:
        """Give what is to come its time, anew. From the first to the last moment a connection waits for something."""
        _cancel(self._waiting)
        self._seen = self._came
        self._until = self.loop.time() + self.patience
        self._waiting = self.loop.call_at(self._until, self._look)

    def _look(self) -> None:
        """Go on with a caller who is being told something; `_hear` sees to it that he listens."""
        if self._served() or self.transport.get_write_buffer_size():
            self._wait()
        else:
            self.transport.abort()

    def _served(self) -> bool:
        """Whether a request is being answered: all of it is there, or he brings it diligently, or the program itself
        keeps him from it. What still comes of one that has its answer is worth no further waiting."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is None or cycle.response_complete:
            return False
        return not cycle.more_body or self.flow.read_paused or self._came - self._seen >= LEAST_BYTES


def _plain(host: str) -> str:
    """Return the address as settings name it: who listens at `::` is told of callers by IPv4 as `::ffff:127.0.0.1`."""
    return str(IPv6Address(host).ipv4_mapped or host) if ":" in host else host


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def in_pieces(app: ASGIApp) -> ASGIApp:
    """Return the application as one that tells no more at once than a caller soon takes."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        async def parted(message: Message) -> None:
            body = message.get("body", b"")
            last = max(len(body) - 1, 0) // PIECE * PIECE
            for start in range(0, last, PIECE):
                await send({"type": "http.response.body", "body": body[start : start + PIECE], "more_body": True})
            await send({**message, "body": body[last:]} if last else message)

        await app(scope, receive, parted)

    return told
