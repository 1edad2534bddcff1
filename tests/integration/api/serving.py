"""The API behind a real server on loopback, in a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from tests.integration.api.house import House
from web.api.app import create_app


@contextmanager
def serving(house: House) -> Iterator[str]:
    """Serve the household as the daemon does; give its address."""
    with serving_app(create_app(house.services)) as base_url:
        yield base_url


@contextmanager
def serving_app(app: ASGIApp, host: str = "127.0.0.1", pair: tuple[Path, Path] | None = None) -> Iterator[str]:
    """Serve an application, over https where there is a certificate with its key; give its address."""
    listener = socket.create_server((host, 0), backlog=512)
    certificate, key = pair or (None, None)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"{'https' if pair else 'http'}://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
