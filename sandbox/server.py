"""What every make-believe vendor shares: a uvicorn in a thread, and answers that can be late, cut off or lost."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Literal, Self, cast

import orjson
import uvicorn
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.misbehaviour import Fault, Faults, Kind, Standing
from sandbox.record import Record

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

WebSockets = Literal["none", "websockets-sansio"]
"""What uvicorn speaks web sockets with; only a test's installation has it."""

_TRANSPORT = "sandbox.transport"
_TICK_SECONDS = 0.1


class Delivery(Enum):
    """What becomes of an answer on its way to the client."""

    WHOLE = "whole"
    CUT = "cut"
    LOST = "lost"
    RESET = "reset"


_WORST_FIRST = {Kind.RESET: Delivery.RESET, Kind.LOST: Delivery.LOST, Kind.CUT: Delivery.CUT}
# SO_LINGER on, for zero seconds: closing then sends RST and not FIN (socket(7)).
_RESETTING = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, ready to be sent; `delay` is in seconds."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE
    delay: float = 0.0

    def struck_by(self, faults: tuple[Fault, ...]) -> Answer:
        """The same answer with what the faults do to its delivery."""
        kinds = {fault.kind for fault in faults}
        delay = self.delay + sum(fault.seconds for fault in faults if fault.kind is Kind.LATENCY)
        worst = next((delivery for kind, delivery in _WORST_FIRST.items() if kind in kinds), self.delivery)
        return replace(self, delay=delay, delivery=worst)


def json_answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON body in the content type that the vendors send."""
    return Answer(status, orjson.dumps(content), {"content-type": "application/json; charset=UTF-8", **(headers or {})})


@dataclass(frozen=True, slots=True)
class Sending:
    """A Starlette response that delivers an answer, as far as its delivery lets it arrive."""

    answer: Answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.answer.delay:
            await asyncio.sleep(self.answer.delay)
        if self.answer.delivery is Delivery.WHOLE:
            await Response(self.answer.body, self.answer.status, dict(self.answer.headers))(scope, receive, send)
            return
        transport = cast(asyncio.Transport, scope[_TRANSPORT])
        if self.answer.delivery is Delivery.CUT:
            await _send_half(self.answer, send)
        if self.answer.delivery is Delivery.RESET:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETTING)
        await _hang_up(transport, receive)


async def _send_half(answer: Answer, send: Send) -> None:
    length = str(len(answer.body) + 1)
    headers = [(name.encode(), value.encode()) for name, value in {**answer.headers, "content-length": length}.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})


async def _hang_up(transport: asyncio.Transport, receive: Receive) -> None:
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


class SeverableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which lets the application hang up on the client."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast(dict[str, object], self.scope)[_TRANSPORT] = self.transport


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()
        self._left = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """Ask from any thread to stop serving, at once."""
        self.should_exit = True
        if self._loop and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._left.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self.should_exit:
            await self.on_tick(0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._left.wait(), _TICK_SECONDS)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.settled.set()


class VendorServer:
    """A make-believe vendor: an application on a loopback port, with its record and its faults.

    Used as a context manager it runs in a thread of its own; `app()` is what a vendor provides.
    """

    web_sockets: ClassVar[WebSockets] = "none"

    def __init__(self, port: int = 0, record: Record | None = None) -> None:
        self.record = Record() if record is None else record
        self.faults = Faults()
        self._port = port
        self._socket: socket.socket | None = None
        self._uvicorn: _Uvicorn | None = None
        self._thread: threading.Thread | None = None

    def app(self) -> ASGIApp:
        raise NotImplementedError

    @property
    def base_url(self) -> str:
        if self._socket is None:
            raise RuntimeError("The server is not bound: use it as a context manager or call bind() first.")
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def misbehave(self, kind: str | Kind, **order: object) -> Standing:
        """Order a fault (the fields of `Fault`), from now until it is spent or cancelled."""
        return self.faults.add(Fault(Kind(kind), **order))  # type: ignore[arg-type]

    def behave(self) -> None:
        """Cancel every fault."""
        self.faults.clear()

    def bind(self) -> str:
        """Take the port, so that the address is known before anything is served."""
        self._socket = socket.create_server(("127.0.0.1", self._port), backlog=512)
        return self.base_url

    def serve(self) -> None:
        """Serve in this thread until interrupted."""
        with suppress(KeyboardInterrupt):
            self._run(self._prepare())
        self.stop()

    def start(self) -> Self:
        server = self._prepare()
        self._thread = threading.Thread(target=self._run, args=(server,), name="sandbox", daemon=True)
        self._thread.start()
        server.settled.wait()
        return self

    def stop(self) -> None:
        if self._uvicorn:
            self._uvicorn.leave()
        if self._thread:
            self._thread.join()
        if self._socket:
            self._socket.close()
        self.record.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _prepare(self) -> _Uvicorn:
        if self._socket is None:
            self.bind()
        config = uvicorn.Config(
            self.app(),
            http=SeverableProtocol,
            ws=self.web_sockets,
            log_level="error",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._uvicorn = _Uvicorn(config)
        return self._uvicorn

    def _run(self, server: _Uvicorn) -> None:
        assert self._socket is not None
        server.run(sockets=[self._socket])
