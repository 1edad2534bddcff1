"""The API served within a command, called without the HTTP client, which would take longer to load than to use."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    status: int
    media_type: str
    content: bytes


class InProcess:
    """Calls an ASGI application (https://asgi.readthedocs.io/en/latest/specs/www.html) as its owner's terminal.

    `base` is where the daemon would answer; addresses that are made for other devices begin with it.
    """

    def __init__(self, app: ASGIApp, token: str, base: str) -> None:
        self._app = app
        self._base = urlsplit(base)
        self._headers = [(b"host", self._base.netloc.encode()), (b"authorization", f"Bearer {token}".encode())]

    def send(self, method: str, path: str, body: Any, query: Mapping[str, Any]) -> Answer:
        return asyncio.run(self._send(method, path, body, query))

    async def _send(self, method: str, path: str, body: Any, query: Mapping[str, Any]) -> Answer:
        content = b"" if body is None else json.dumps(body).encode()
        asked = [{"type": "http.request", "body": content, "more_body": False}]
        said: list[Message] = []

        async def receive() -> Message:
            return asked.pop() if asked else await asyncio.Future()

        async def send(message: Message) -> None:
            said.append(message)

        try:
            await self._app(self._scope(method, path, content, query), receive, send)
        except Exception:
            if not said:
                raise  # else the API has answered that something broke, and logged what
        headers = dict(said[0]["headers"])
        return Answer(
            said[0]["status"],
            headers.get(b"content-type", b"").decode(),
            b"".join(each.get("body", b"") for each in said[1:]),
        )

    def _scope(self, method: str, path: str, content: bytes, query: Mapping[str, Any]) -> dict[str, Any]:
        given = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))] if content else []
        asked = urlsplit(path)
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self._base.scheme,
            "path": unquote(asked.path),
            "raw_path": quote(asked.path, safe="/%:@!$&'()*+,;=~").encode(),
            "query_string": "&".join(filter(None, (asked.query, urlencode(_written(query), doseq=True)))).encode(),
            "root_path": "",
            "headers": self._headers + given,
            "client": ("127.0.0.1", 0),
            "server": (self._base.hostname, self._base.port),
        }


def _written(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
