"""The address for phones: only Alfred himself counts as an answer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from daemon.public_address import ask_for_alfred, checked_address
from domain.errors import Invalid


@contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    """Answer every request at `/api/health` alike; any other is not found."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/api/health" else 404)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "is_alfred"),
    [
        (200, json.dumps({"status": "ok"}), True),
        (403, json.dumps({"code": "foreign_host"}), True),
        (403, json.dumps({"code": "other"}), False),
        (502, "Bad Gateway", False),
        (200, "<h1>It works!</h1>", False),
        (200, json.dumps(["ok"]), False),
        (200, json.dumps({"status": "down"}), False),
        (302, "", False),
    ],
)
def test_only_alfred_counts_as_an_answer(status: int, body: str, is_alfred: bool) -> None:
    with answering(status, body) as address:
        assert ask_for_alfred(address).is_alfred is is_alfred


def test_nobody_there_is_said() -> None:
    reached = ask_for_alfred("http://127.0.0.1:9")
    assert (reached.is_alfred, "does not answer yet" in reached.said) == (False, True)


@pytest.mark.parametrize("text", ["http://alfred.example", "https://a.example/path", "https://", "alfred.example", ""])
def test_what_is_no_https_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no https address"):
        checked_address(text)


def test_an_address_is_kept_without_what_surrounds_it() -> None:
    assert checked_address(" https://alfred.invalid/ ") == "https://alfred.invalid"
    assert checked_address("https://a.example:8443") == "https://a.example:8443"
