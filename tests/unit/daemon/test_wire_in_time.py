"""How long a caller may take, told by a clock that runs as fast as the test wants: real sockets, no waiting."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from daemon.server import server_of
from daemon.settings import load
from daemon.wire import LEAST_BYTES, LISTENING_SECONDS, PATIENCE_SECONDS, Wire
from web.api.statements import LARGEST_UPLOAD

ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
KERNEL = 64 * 1024
"""So much the system keeps for a connection on either side; by itself it would keep megabytes."""
LONG = 2 * 1024 * 1024


class Leaping(asyncio.SelectorEventLoop):
    """A loop whose clock can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


class Narrow(Wire):
    """Has room for two."""

    most_at_once = 2


class House:
    """A server and one caller on one loop; others may join him."""

    def __init__(self, app: ASGIApp, home: Path, wire: type[Wire] = Wire) -> None:
        self.wire = wire
        self.loop = Leaping()
        self.state = ServerState()
        self.config = server_of(app, load(home).web).config
        self.caller = socket.socket()

    def run(self, story: Callable[["House"], Coroutine[None, None, None]]) -> None:
        async def told() -> None:
            async with self._open():
                await story(self)

        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(told())

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        door = socket.create_server(("127.0.0.1", 0))
        door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL)
        self.caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL)
        self.caller.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # or the system holds words back, by its own clock
        self.caller.setblocking(False)
        server = await self.loop.create_server(lambda: self.wire(self.config, self.state, {}), sock=door)
        with self.caller:
            await self.loop.sock_connect(self.caller, door.getsockname())
            try:
                yield
            finally:
                server.close()
        while self.state.connections:
            await asyncio.sleep(0)

    async def join(self) -> socket.socket:
        other = socket.socket()
        other.setblocking(False)
        await self.loop.sock_connect(other, self.caller.getpeername())
        await self.pass_by(1)
        return other

    async def say(self, words: bytes, caller: socket.socket | None = None) -> None:
        await self.loop.sock_sendall(caller or self.caller, words)

    async def hear(self, caller: socket.socket | None = None) -> bytes:
        try:
            return await self.loop.sock_recv(caller or self.caller, KERNEL)
        except ConnectionResetError:
            return b""

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, a little at a time, as it does."""
        for _ in range(round(seconds)):
            self.loop.ahead += 1
            await asyncio.sleep(0)


async def long_answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bytes(LONG)})


async def short_answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bytes(30_000)})


async def count(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with how much came."""
    came, more = 0, True
    while more:
        message = await receive()
        came, more = came + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{came} bytes".encode()})


def upload(length: int) -> bytes:
    return b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % length


def test_who_listens_slowly_hears_all(tmp_path: Path) -> None:
    async def at_a_kilobyte_a_second(house: House) -> None:
        await house.say(ASKED)
        heard = 0
        while news := await house.hear():
            heard += len(news)
            await house.pass_by(len(news) / 1000)
        assert heard > LONG > 3 * LISTENING_SECONDS * 1000

    House(long_answer, tmp_path).run(at_a_kilobyte_a_second)


def test_who_takes_nothing_of_a_long_answer_is_cut_off(tmp_path: Path) -> None:
    async def never(house: House) -> None:
        await house.say(ASKED)
        await house.pass_by(3 * LISTENING_SECONDS)
        assert not house.state.connections

    House(long_answer, tmp_path).run(never)


def test_who_leaves_the_end_of_an_answer_untaken_is_cut_off(tmp_path: Path) -> None:
    async def never(house: House) -> None:
        while not any(wire.transport.get_write_buffer_size() for wire in house.state.connections):
            await house.say(ASKED)
            await house.pass_by(1)
        await house.pass_by(3 * LISTENING_SECONDS)
        assert not house.state.connections

    House(short_answer, tmp_path).run(never)


def test_who_brings_a_long_request_diligently_is_served_and_a_dawdler_is_not(tmp_path: Path) -> None:
    async def brought(house: House, each: int) -> bytes:
        await house.say(upload(4 * LEAST_BYTES))
        for _ in range(4 * LEAST_BYTES // each):
            await house.say(bytes(each))
            await house.pass_by(PATIENCE_SECONDS - 2)
        return await house.hear()

    async def diligently(house: House) -> None:
        assert (await brought(house, LEAST_BYTES)).startswith(b"HTTP/1.1 200")

    async def dawdling(house: House) -> None:
        with suppress(ConnectionError):
            assert await brought(house, LEAST_BYTES // 2) == b""

    House(count, tmp_path).run(diligently)
    House(count, tmp_path).run(dawdling)


def test_whom_the_program_keeps_waiting_may_bring_the_rest_late(tmp_path: Path) -> None:
    let = asyncio.Event()

    async def busy(scope: Scope, receive: Receive, send: Send) -> None:
        await let.wait()
        await count(scope, receive, send)

    async def kept_waiting(house: House) -> None:
        bringing = asyncio.create_task(house.say(upload(LEAST_BYTES) + bytes(LEAST_BYTES)))
        await house.pass_by(10 * PATIENCE_SECONDS)
        let.set()
        await bringing
        assert b"%d bytes" % LEAST_BYTES in await house.hear()

    House(busy, tmp_path).run(kept_waiting)


def test_what_an_operation_reads_comes_through(tmp_path: Path) -> None:
    async def whole(house: House) -> None:
        await house.say(upload(LARGEST_UPLOAD) + bytes(LARGEST_UPLOAD))
        assert b"%d bytes" % LARGEST_UPLOAD in await house.hear()

    House(count, tmp_path).run(whole)


def test_who_has_asked_keeps_his_place_and_who_only_stands_there_makes_room(tmp_path: Path) -> None:
    let = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await let.wait()
        await short_answer(scope, receive, send)

    async def crowd(house: House) -> None:
        await house.say(ASKED)
        await house.pass_by(1)
        with await house.join() as standing, await house.join() as asking:
            await house.say(ASKED, asking)
            await house.pass_by(1)
            assert await house.hear(standing) == b""
            with await house.join() as refused:
                assert await house.hear(refused) == b""
            let.set()
            assert [(await house.hear(each))[:12] for each in (house.caller, asking)] == [b"HTTP/1.1 200"] * 2

    House(slow, tmp_path, Narrow).run(crowd)


def test_who_leaves_the_end_of_an_answer_untaken_makes_room_for_others(tmp_path: Path) -> None:
    async def crowd(house: House) -> None:
        while not any(wire.transport.get_write_buffer_size() for wire in house.state.connections):
            await house.say(ASKED)
            await house.pass_by(1)
        await house.pass_by(10)
        with await house.join() as one, await house.join() as another:
            for each in (one, another):
                await house.say(ASKED, each)
                assert (await house.hear(each)).startswith(b"HTTP/1.1 200")

    House(short_answer, tmp_path, Narrow).run(crowd)
