"""Speaks with systemd: ready, alive, stopping (sd_notify(3)). Elsewhere nobody listens, and nothing is done."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from ssl import SSLContext

log = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
STARTING_PAUSE = 0.05


def notify(state: str) -> bool:
    """Tell systemd `state`, such as `READY=1`; return whether anybody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    name = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.sendto(state.encode(), name)
    return True


def watchdog_seconds() -> float | None:
    """Return within how many seconds systemd wants to hear of this process; None where it does not watch it."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = int(os.environ.get("WATCHDOG_USEC") or 0)
    return microseconds / 1e6 if microseconds > 0 else None


def near(listener: socket.socket, *, is_tls: bool) -> str:
    """Return where this process reaches its own listener, by number: no name has to be looked up for that."""
    host, port = listener.getsockname()[:2]
    numbers = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    host = numbers.get(host, host)
    return f"{'https' if is_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def answers(url: str) -> bool:
    """Whether the server at `url` answers a request that waits for the open household, whatever it says."""
    import http.client

    address = urlsplit(url)
    host, port = address.hostname or "localhost", address.port or 443
    connection = (
        # It speaks to itself, whose certificate is made out to the name that phones use.
        http.client.HTTPSConnection(host, port, timeout=ANSWER_SECONDS, context=_unverified())
        if address.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    )
    try:
        connection.request("GET", "/api/session")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _unverified() -> SSLContext:
    import ssl

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def attended(url: str, works: Callable[[], bool]) -> Iterator[None]:
    """Report to systemd meanwhile: ready once `url` answers, then alive for as long as it does and `works`."""
    if "NOTIFY_SOCKET" not in os.environ:
        yield
        return
    done = Event()
    reporter = Thread(target=_report, args=(url, works, done), name="attendance", daemon=True)
    reporter.start()
    try:
        yield
    finally:
        done.set()
        notify("STOPPING=1")
        reporter.join()


def _report(url: str, works: Callable[[], bool], done: Event) -> None:
    while not answers(url):
        if done.wait(STARTING_PAUSE):
            return
    notify(f"READY=1\nSTATUS=Answers at {url}")
    limit = watchdog_seconds()
    if limit is None:
        return
    while not done.is_set():
        if works() and answers(url):
            notify("WATCHDOG=1")
        else:
            log.error("not well; the watchdog is not told")
            notify("STATUS=Not well")
        done.wait(limit / 3)
