"""The HTTP server: uvicorn, which sleeps while nobody asks for anything."""

from __future__ import annotations

import asyncio
import resource
import socket
from contextlib import suppress
from types import FrameType
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from daemon.handshakes import Handshakes
from daemon.requests import RequestIds
from daemon.sections import Web
from daemon.wire import Wire, in_pieces

SECOND = 10
"""Ticks, as uvicorn counts them: what it does once a second it does at each tenth."""
HANDSHAKE_SECONDS = 10.0
"""So long a caller may take to agree on TLS; asyncio gives him a minute, and until then no connection counts."""
MOST_FILES = 4096
"""Enough for whoever calls and for the store; macOS refuses as many as its hard limit names."""


class Server(uvicorn.Server):
    """Looks once a second whether it is to stop, or when it is told; uvicorn looks ten times a second, which is most of
    what an idle daemon costs."""

    handshake = HANDSHAKE_SECONDS
    _loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """Stop in good order; may be called from any thread."""
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.leave()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen as uvicorn does, which leaves no say in how long a handshake may take, or how many there may be."""
        self.servers = [await self._listening(each) for each in sockets or ()]
        self.started = True

    async def _listening(self, at: socket.socket) -> asyncio.Server:
        if self.config.ssl is None:
            return await asyncio.get_running_loop().create_server(self._wire, sock=at, backlog=self.config.backlog)
        at.setblocking(False)
        at.listen(self.config.backlog)
        return cast("asyncio.Server", Handshakes(at, self._wire, self.config.ssl, self.handshake))

    def _wire(self) -> asyncio.Protocol:
        wire = cast("type[Wire]", self.config.http_protocol_class)
        return wire(self.config, self.server_state, self.lifespan.state)

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
            in_pieces(RequestIds(app)),
            http=Wire,
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


def raise_file_limit() -> None:
    """Let this process hold as many files and connections open as it may; macOS gives it 256 to begin with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
