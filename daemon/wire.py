"""The connections of the HTTP server: each brings its requests in time and in bounds, whoever it is, or is cut off."""

from __future__ import annotations

import asyncio
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

PATIENCE_SECONDS = 30.0
LEAST_BYTES = 256 * 1024
"""So much of a long request comes within each `PATIENCE_SECONDS`, on a bad line too."""
LARGEST_HEAD = 64 * 1024
LARGEST_REQUEST = 64 * 1024 * 1024
"""More than any operation reads; the parser would keep trailers of any length."""
LISTENING_SECONDS = 300.0
"""So long a caller may take nothing of what he is told; a device that sleeps takes up its stream again later."""
MOST_AT_ONCE = 512
"""Far more than the devices of one owner hold open, and few enough to leave files for the store."""


class Wire(HttpToolsProtocol):
    """One connection. What uvicorn itself bounds is only how long it stands open between two requests."""

    patience = PATIENCE_SECONDS
    listening = LISTENING_SECONDS
    most_at_once = MOST_AT_ONCE
    _unheard: asyncio.TimerHandle | None = None
    _waiting: asyncio.TimerHandle | None = None
    _in_head = True
    _came = 0
    _seen = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_at_once:
            transport.abort()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        self._heard()
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

    def pause_writing(self) -> None:
        self._unheard = self.loop.call_later(self.listening, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        self._heard()
        super().resume_writing()

    def _heard(self) -> None:
        if self._unheard is not None:
            self._unheard.cancel()

    def _wait(self) -> None:
        """Give what is to come its time, anew. From the first to the last moment a connection waits for something."""
        self._rest()
        self._seen = self._came
        self._waiting = self.loop.call_later(self.patience, self._look)

    def _rest(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()

    def _look(self) -> None:
        """Go on with a caller who is being told something; how well he listens is looked after elsewhere."""
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
