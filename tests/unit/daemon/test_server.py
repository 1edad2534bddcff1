"""The server sleeps while nobody asks, and wakes at once to stop."""

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import SSLContext, create_default_context

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from daemon.handshakes import Handshakes
from daemon.running import listening
from daemon.sections import Web
from daemon.server import MOST_FILES, Server, raise_file_limit, server_of
from daemon.settings import load
from tests.integration.cli.test_bad_days import a_certificate


class Counting(Server):
    """Counts how often it looked up."""

    looks = 0

    async def on_tick(self, counter: int) -> bool:
        self.looks += 1
        return await super().on_tick(counter)


def counting(home: Path) -> Counting:
    return Counting(server_of(PlainTextResponse("here"), load(home).web).config)


def test_it_answers_with_the_date_and_wakes_to_stop(tmp_path: Path) -> None:
    server = counting(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        answer = httpx.get(f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False)
        server.leave()
        thread.join()
    assert (answer.text, "date" in answer.headers) == ("here", True)


def test_it_looks_up_once_a_second(tmp_path: Path) -> None:
    server = counting(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        telling = threading.Timer(1.5, server.leave)
        telling.start()
        server.run(sockets=[listener])
    assert 1 < server.looks < 5


class Hasty(Server):
    handshake = 0.05


@pytest.fixture(params=["uvloop", "asyncio"])
def loop(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def certified(tmp_path: Path) -> tuple[Web, SSLContext]:
    """Settings with a certificate, and what trusts it."""
    certificate, key = a_certificate(tmp_path, "app", datetime.now(UTC) + timedelta(days=1))
    web = load(tmp_path, {"web": {"tls_cert": str(certificate), "tls_key": str(key)}}).web
    trusting = create_default_context(cafile=str(certificate))
    trusting.check_hostname = False
    return web, trusting


@contextmanager
def serving(server: Server) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.leave()
            thread.join()


def asked(address: tuple[str, int], trusting: SSLContext) -> str:
    with httpx.Client(verify=trusting, trust_env=False) as caller:
        return caller.get(f"https://{address[0]}:{address[1]}").text


def test_who_does_not_agree_on_tls_in_time_is_cut_off(certified: tuple[Web, SSLContext]) -> None:
    server = Hasty(server_of(PlainTextResponse("here"), certified[0]).config)
    with serving(server) as address, socket.create_connection(address, timeout=30) as silent:
        assert silent.recv(1) == b""


def test_who_says_nothing_before_tls_keeps_nobody_out_and_makes_room(
    certified: tuple[Web, SSLContext], monkeypatch: pytest.MonkeyPatch, loop: str
) -> None:
    web, trusting = certified
    monkeypatch.setattr(Handshakes, "most", 3)
    server = server_of(PlainTextResponse("here"), web)
    server.config.loop = loop
    with serving(server) as address, ExitStack() as silent:
        *early, last = (silent.enter_context(socket.create_connection(address, timeout=5)) for _ in range(9))
        assert [each.recv(1) for each in early[:6]] == [b""] * 6
        assert asked(address, trusting) == "here"
        last.settimeout(0)
        with pytest.raises(BlockingIOError):
            last.recv(1)


def test_what_is_no_tls_is_turned_away_and_others_are_served(certified: tuple[Web, SSLContext]) -> None:
    web, trusting = certified
    with serving(server_of(PlainTextResponse("here"), web)) as address:
        with socket.create_connection(address, timeout=5) as plain, suppress(ConnectionError):
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert b"HTTP" not in plain.recv(100)
        assert asked(address, trusting) == "here"


async def say_who_calls(scope: Scope, receive: Receive, send: Send) -> None:
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "")(scope, receive, send)


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this system listens by one kind of address at once")
def test_who_calls_by_ipv4_where_both_are_listened_at_is_known_by_that(tmp_path: Path) -> None:
    server = server_of(say_who_calls, load(tmp_path, {"web": {"trusted_proxies": "127.0.0.1"}}).web)
    with listening("::", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False) as caller:
            direct, forwarded = caller.get("/"), caller.get("/", headers={"X-Forwarded-For": "203.0.113.9"})
        server.leave()
        thread.join()
    assert (direct.text, forwarded.text) == ("127.0.0.1", "203.0.113.9")


def test_as_many_files_may_be_open_as_are_useful() -> None:
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, MOST_FILES) - 1, hard))
        raise_file_limit()
        raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert raised >= min(soft, MOST_FILES)
