"""Watches that the process is well, and tells systemd: ready, alive, stopping (sd_notify(3))."""

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
UNWELL_SECONDS = 300.0  # how long a process that nobody else watches may be unwell
LOOKS = 3  # in that time; they are counted, for a process that was made to sleep is not unwell


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
def attended(url: str, works: Callable[[], bool], give_up: Callable[[], None] = os.abort) -> Iterator[None]:
    """See to it meanwhile that this process answers at `url` and `works`; who does not for long is ended.

    systemd is told that it is ready, then that it is alive for as long as that holds, and ends what falls silent. Where
    systemd does not watch, under launchd and in a terminal alike, `give_up` is called: by an abort, as systemd's
    watchdog ends a process, so that the report says where every thread stood. Whoever keeps Alfred starts him anew.
    """
    done = Event()
    observer = Thread(target=_observe, args=(url, works, give_up, done), name="attendance", daemon=True)
    observer.start()
    try:
        yield
    finally:
        done.set()
        notify("STOPPING=1")
        observer.join()


def _observe(url: str, works: Callable[[], bool], give_up: Callable[[], None], done: Event) -> None:
    if "NOTIFY_SOCKET" in os.environ and not _say_ready(url, done):
        return
    watched = watchdog_seconds()
    limit, unwell = watched or UNWELL_SECONDS, 0
    while not done.wait(limit / LOOKS):
        if works() and answers(url):
            unwell = 0
            notify("WATCHDOG=1")
            continue
        unwell += 1
        log.error("not well", extra={"times": unwell})
        notify("STATUS=Not well")
        if watched is None and unwell > LOOKS:
            give_up()
            return


def _say_ready(url: str, done: Event) -> bool:
    """Tell systemd as soon as `url` answers; return whether it came to that."""
    while not answers(url):
        if done.wait(STARTING_PAUSE):
            return False
    return notify(f"READY=1\nSTATUS=Answers at {url}")
