"""Stands before the whole application while the household is being opened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from application.ports.store import Store
from application.sign_in.devices import Devices
from domain.errors import TryLater
from web.api.answers import answer
from web.api.cache import AnswerCache
from web.api.guard import Guard
from web.api.problems import of_error
from web.api.web_settings import WebSettings

HEALTH = "/api/health"


class Gate:
    """An application that says from the first moment on that Alfred is there; every other request waits until the
    household is open, and is then answered by the whole application."""

    def __init__(self, devices: Devices, store: Store, web: WebSettings) -> None:
        self._opened: Future[ASGIApp] = Future()
        self._health = Guard(_say_health, devices, web, frozenset({("GET", HEALTH)}), AnswerCache(store))

    def open(self, app: ASGIApp) -> None:
        """Let `app` answer from now on."""
        self._opened.set_result(app)

    @contextmanager
    def shut_after(self) -> Iterator[None]:
        """Turn away who still waits, where what was to open the gate ended without doing so."""
        try:
            yield
        finally:
            if not self._opened.done():
                self._opened.set_result(of_error(TryLater("Alfred could not open the household; see his log")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._opened.done() and (scope.get("method"), scope.get("path")) == ("GET", HEALTH):
            await self._health(scope, receive, send)
            return
        app = self._opened.result() if self._opened.done() else await self._wait()
        await app(scope, receive, send)

    async def _wait(self) -> ASGIApp:
        """Wait until the gate is open; who leaves meanwhile does not shut it for the others."""
        return await asyncio.shield(asyncio.wrap_future(self._opened))


async def _say_health(scope: Scope, receive: Receive, send: Send) -> None:
    await answer({"status": "ok"})(scope, receive, send)
