"""A moment by which a call has to be over, whatever the other side does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Deadline:
    """Counts down from `seconds`; a read that would outlast it can be cut off from outside."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left; never so little that a timeout of it means none at all."""
        return max(0.001, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end

    @contextmanager
    def cutting(self, connection: socket.socket | None) -> Iterator[None]:
        """Shut `connection` down when the time is up, which ends a read that blocks on it.

        A timeout of the HTTP client counts from byte to byte, and a server that trickles never meets it.
        """
        timer = threading.Timer(self.left, _shut, (connection,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _shut(connection: socket.socket | None) -> None:
    # The socket's own method, since a TLS socket's would throw its keys away under the reader's feet.
    if connection is not None:
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
