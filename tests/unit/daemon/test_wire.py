"""What does not come in time or in bounds is cut off; who has asked is served however long it takes."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from daemon.server import server_of
from daemon.settings import load
from daemon.wire import LARGEST_HEAD, Wire

ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Hasty(Wire):
    """Waits no longer than it takes to see that it waits."""

    patience = 0.05


class Impatient(Wire):
    """Goes on telling only who listens."""

    listening = 0.05


class Endless:
    """Talks until nobody is there any more."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.ended = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_gone(receive))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not gone.done() and not self.let.is_set():
            await send({"type": "http.response.body", "body": bytes(65536), "more_body": True})
        await gone
        self.ended.set()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Slow:
    """Answers nobody before it is let, and reads no body."""

    def __init__(self) -> None:
        self.let = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.to_thread(self.let.wait)
        await _nothing(send)


async def _nothing(send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Curt(Slow):
    """Answers at once, whatever else is to come."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _nothing(send)


@contextmanager
def serving(app: Slow | Endless, wire: type[Wire], home: Path, *said: bytes) -> Iterator[list[socket.socket]]:
    """Serve callers who had said that before anybody listened to them; give their connections."""
    server = server_of(app, load(home).web)
    server.config.http = wire
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as held:
        callers = [held.enter_context(socket.create_connection(listener.getsockname(), timeout=30)) for _ in said]
        for caller, words in zip(callers, said, strict=True):
            caller.sendall(words)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield callers
        finally:
            app.let.set()
            server.leave()
            thread.join()


def heard(caller: socket.socket) -> bytes:
    with suppress(ConnectionResetError):
        return caller.recv(1000)
    return b""


@pytest.mark.parametrize(
    "said",
    [b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nHost: loc", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"],
    ids=["nothing", "nothing that counts", "half a line", "half a head", "half a body"],
)
def test_who_does_not_say_all_in_time_is_cut_off_and_who_did_is_served(tmp_path: Path, said: bytes) -> None:
    app = Slow()
    with serving(app, Hasty, tmp_path, ASKED, said) as (asking, dawdling):
        assert heard(dawdling) == b""
        app.let.set()
        assert heard(asking).startswith(b"HTTP/1.1 204")


@pytest.mark.parametrize("rest", [b"{}", b"{", b"{}\r\n", b"{}GET / HT"])
def test_what_comes_after_the_answer_keeps_no_connection(tmp_path: Path, rest: bytes) -> None:
    with serving(Curt(), Hasty, tmp_path, b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n") as (caller,):
        assert heard(caller).startswith(b"HTTP/1.1 204")
        with suppress(ConnectionError):
            caller.sendall(rest)
        assert heard(caller) == b""


def test_who_does_not_listen_is_told_no_more(tmp_path: Path) -> None:
    app = Endless()
    with serving(app, Impatient, tmp_path, ASKED):
        assert app.ended.wait(30)


def test_a_head_without_end_is_cut_off(tmp_path: Path) -> None:
    app = Slow()
    with serving(app, Wire, tmp_path, b"GET / HTTP/1.1\r\nX: " + b"x" * LARGEST_HEAD) as (caller,):
        assert heard(caller) == b""
