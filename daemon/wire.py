"""The connections of the HTTP server: each brings its requests in time and in bounds, whoever it is, or is cut off."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

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
        if self._waiting is None:
            self._wait()
        self._came += len(data)
        super().data_received(data)
        if self._came > (LARGEST_HEAD if self._in_head else LARGEST_REQUEST):
            self.transport.abort()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._rest()
        super().on_message_complete()

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
        """Give what is to come its time."""
        self._seen = self._came
        self._waiting = self.loop.call_later(self.patience, self._look)

    def _rest(self) -> None:
        """Wait for nothing until the next request begins."""
        self._in_head, self._came = True, 0
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _look(self) -> None:
        """Go on with a caller who is diligent, or whom the program itself keeps waiting."""
        if self.flow.read_paused or self._came - self._seen >= LEAST_BYTES:
            self._wait()
        else:
            self.transport.abort()
