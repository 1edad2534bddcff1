"""The HTTP server: uvicorn, which sleeps while nobody asks for anything."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from daemon.requests import RequestIds
from daemon.sections import Web

SECOND = 10
"""Ticks, as uvicorn counts them: what it does once a second it does at each tenth."""


class Server(uvicorn.Server):
    """Looks once a second whether it is to stop, or when it is told; uvicorn looks ten times a second, which is most of
    what an idle daemon costs."""

    _loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """Stop in good order; may be called from any thread."""
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.leave()

    async def main_loop(self) -> None:
        self._told = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(SECOND):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)


def server_of(app: ASGIApp, web: Web) -> Server:
    """Return a server of `app`, which is not yet started."""
    return Server(
        uvicorn.Config(
            RequestIds(app),
            log_config=None,
            lifespan="off",
            ws="none",
            access_log=False,
            server_header=False,
            proxy_headers=bool(web.trusted_proxies),
            forwarded_allow_ips=list(web.trusted_proxies),
            ssl_certfile=web.tls_cert,
            ssl_keyfile=web.tls_key,
            timeout_graceful_shutdown=3,
        )
    )
