"""The heartbeat: while all is well, and its trouble said once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from daemon.heartbeat import Heartbeat
from daemon.sections import Heartbeat as Section
from daemon.settings import load
from domain.errors import Invalid


@contextmanager
def listener(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/beat", heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (200, ""),
        (204, ""),
        (302, "it answers with status 302"),
        (404, "it answers with status 404"),
        (500, "it answers with status 500"),
    ],
)
def test_a_beat_arrives_where_it_is_taken_and_leads_nowhere_else(status: int, trouble: str) -> None:
    noted: list[str] = []
    with listener(status) as (url, heard):
        beat = Heartbeat(url, lambda: True, note=noted.append)
        beat.beat()
        beat.beat()
    assert (heard, noted) == (["/beat"] * 2, [trouble])


def test_what_keeps_a_beat_from_being_sent_at_all_is_noted_as_well(tmp_path: Path) -> None:
    authority, noted = tmp_path / "ca.pem", list[str]()
    authority.write_text("no certificate")
    Heartbeat("https://127.0.0.1:9/beat", lambda: True, noted.append, authority).beat()
    Heartbeat("https://xn--/beat", lambda: True, noted.append).beat()
    assert noted == ["SSLError", "IDNAError"]


def test_there_is_silence_while_something_is_wrong() -> None:
    with listener() as (url, heard):
        Heartbeat(url, lambda: False).beat()
    assert heard == []


def test_trouble_is_said_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    with listener() as (url, _):
        beat = Heartbeat("http://127.0.0.1:9/", lambda: True)
        with caplog.at_level(logging.INFO, "daemon.heartbeat"):
            beat.beat()
            beat.beat()
            beat._url = url
            beat.beat()
    assert [record.getMessage() for record in caplog.records] == [
        "heartbeat does not arrive",
        "heartbeat arrives again",
    ]


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://x", "javascript:1", "https://"])
def test_an_address_that_is_not_https_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_HEARTBEAT__URL", url)
    with pytest.raises(Invalid, match=r"heartbeat\.url"):
        load()
    assert Section("").url == ""
