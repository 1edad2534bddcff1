"""Calls to an Ollama server over HTTP (https://docs.ollama.com/api), each with a deadline.

Plain httpx and not Ollama's package: that one knows a time limit per client only, reads addresses and keys from the
environment by itself, and fails on arguments of a tool call that are no object.
"""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.connecting.bounded import whole
from adapters.connecting.trust import trusted
from adapters.ollama.errors import Told, unreachable
from application.ports.deadline import Deadline
from domain.codec import Json
from domain.errors import Invalid, TryLater

if TYPE_CHECKING:
    import socket

    import httpx

_PORT = 11434
HOST = f"http://127.0.0.1:{_PORT}"
Reply = dict[str, Json]
_CONNECT = 5.0


class OllamaServer:
    """One server. Safe for threads; no proxy lies between, and no redirect is followed."""

    def __init__(self, host: str = HOST, ca_file: str = "") -> None:
        self.address = _address(host)
        self._ca_file = ca_file
        self._made: httpx.Client | None = None
        self._lock = threading.Lock()

    @property
    def on_this_machine(self) -> bool:
        name = urlsplit(self.address).hostname or ""
        try:
            return name == "localhost" or ip_address(name).is_loopback
        except ValueError:
            return False

    def get(self, path: str, deadline: Deadline) -> Reply:
        return self._whole("GET", path, None, deadline)

    def post(self, path: str, body: Reply, deadline: Deadline) -> Reply:
        return self._whole("POST", path, body, deadline)

    def lines(self, path: str, body: Reply, deadline: Deadline) -> Iterator[Reply]:
        """Yield the objects of a streamed answer; closing the iterator ends the call."""
        with self._answer("POST", path, body, deadline) as response, deadline.cutting(_socket(response)):
            for line in response.iter_lines():
                if line.strip():
                    yield _object(line)

    def _whole(self, method: str, path: str, body: Reply | None, deadline: Deadline) -> Reply:
        with self._answer(method, path, body, deadline) as response, deadline.cutting(_socket(response)):
            return _object(whole(response))

    @contextmanager
    def _answer(self, method: str, path: str, body: Reply | None, deadline: Deadline) -> Iterator[httpx.Response]:
        """Make one call and turn every failure of it into ours."""
        import httpx

        limits = httpx.Timeout(deadline.left, connect=min(_CONNECT, deadline.left))
        try:
            with self._client().stream(method, self.address + path, json=body, timeout=limits) as response:
                if response.status_code != 200:
                    raise Told(response.status_code, _said(whole(response)))
                yield response
        except httpx.ConnectError as error:
            raise unreachable(self.address, error) from None
        except httpx.HTTPError as error:
            if deadline.passed or isinstance(error, httpx.TimeoutException):
                raise TryLater("Ollama did not answer in time", code="timeout") from None
            raise TryLater("Ollama's answer did not arrive whole", code="cut_off") from None

    def _client(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._made is None:
                trust = trusted(self._ca_file) if self._ca_file else True
                self._made = httpx.Client(verify=trust, trust_env=False, follow_redirects=False)
                weakref.finalize(self, self._made.close)
            return self._made


def _address(host: str) -> str:
    """Return the address of a host as `OLLAMA_HOST` may name it: a URL, a host, a port after a colon, or both."""
    named = host.strip() or HOST
    named = f"127.0.0.1{named}" if named.startswith(":") else named
    parts = urlsplit(named if "://" in named else f"http://{named}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(f"{host!r} is no address of an Ollama server, such as {HOST}", where="ollama.host")
    name = "127.0.0.1" if parts.hostname in ("0.0.0.0", "::") else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80 if "://" in named else _PORT)
    bracketed = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{bracketed}:{port}{parts.path.rstrip('/')}"


def _object(text: str | bytes) -> Reply:
    try:
        found = json.loads(text)
    except ValueError:
        raise TryLater("Ollama's answer makes no sense", code="cut_off") from None
    if not isinstance(found, dict):
        raise TryLater("Ollama's answer makes no sense", code="cut_off")
    return found


def _said(body: bytes) -> str:
    try:
        return str(_object(body).get("error", ""))
    except TryLater:
        return body[:200].decode(errors="replace")


def _socket(response: httpx.Response) -> socket.socket | None:
    connection = response.extensions.get("network_stream")
    return connection.get_extra_info("socket") if connection is not None else None
