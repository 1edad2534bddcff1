"""Where the browser comes back to after a sign-in page: a port on loopback (RFC 8252, 7.3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

_PAGE = "<!doctype html><meta charset=utf-8><title>Alfred</title><p>"
_DONE = f"{_PAGE}Thank you. You may close this page and go back to Alfred.</p>"
_STRANGE = f"{_PAGE}This page belongs to no sign-in that is under way.</p>"

LIFETIME = 900.0


class Landing:
    """Listens on a free loopback port until closed, a quarter of an hour at most.

    Only an address that `belongs` counts, the first one. `name` is what the provider lets this machine be called.
    """

    def __init__(self, belongs: Callable[[str], bool], name: str = "127.0.0.1") -> None:
        self._name = name
        self._arrived: SimpleQueue[str] = SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.belongs = belongs
        self._server.arrived = self._arrived
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sign-in", daemon=True)
        self._limit = threading.Timer(LIFETIME, self.close)
        self._limit.daemon = True
        self._thread.start()
        self._limit.start()

    @property
    def address(self) -> str:
        return f"http://{self._name}:{self._server.server_port}/"

    def wait(self, timeout: float) -> str | None:
        """Return the address that the browser came to, or None where it did not come in time."""
        try:
            return self._arrived.get(timeout=timeout)
        except Empty:
            return None

    def close(self) -> None:
        """Stop listening; closing twice changes nothing."""
        self._limit.cancel()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """A browser may open connections and say nothing, so each has a thread of its own."""

    daemon_threads = True
    block_on_close = False
    belongs: Callable[[str], bool]
    arrived: SimpleQueue[str]


class _Handler(BaseHTTPRequestHandler):
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        if not urlsplit(self.path).query:
            self.send_error(404)
        elif not self.server.belongs(self.path):
            self._answer(400, _STRANGE)
        else:
            self._answer(200, _DONE)
            self.server.arrived.put(self.path)

    def _answer(self, status: int, page: str) -> None:
        content = page.encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the address holds the code."""
