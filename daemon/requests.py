"""Gives each request an id, which its log lines and its answer carry."""

from __future__ import annotations

import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daemon.logging import REQUEST

HEADER = "X-Request-Id"


class RequestIds:
    """An application around another: marks what is logged meanwhile, and the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = uuid.uuid4().hex[:12]

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        mark = REQUEST.set(number)
        try:
            await self._app(scope, receive, marked)
        finally:
            REQUEST.reset(mark)
