"""Pieces of work side by side, each in a thread of its own, so that one that hangs holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import copy_context
from threading import Lock, Thread
from time import monotonic

PATIENCE = 30.0  # seconds


class Abreast:
    """Does each of several named pieces of work once at a time."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._under_way: dict[str, Thread] = {}
        self._lock = Lock()

    def do(self, pieces: Mapping[str, Callable[[], object]]) -> None:
        """Begin every piece that is not under way still; wait for what was begun, but only while patience lasts."""
        begun = [thread for name, work in pieces.items() for thread in self._begun(name, work)]
        ends = monotonic() + self._patience
        for thread in begun:
            thread.join(max(0.0, ends - monotonic()))

    def join(self) -> None:
        """Wait for all that is under way, however long it takes."""
        for thread in tuple(self._under_way.values()):
            thread.join()

    def _begun(self, name: str, work: Callable[[], object]) -> tuple[Thread, ...]:
        with self._lock:
            before = self._under_way.get(name)
            if before is not None and before.is_alive():
                return ()
            thread = Thread(target=copy_context().run, args=(work,), name=name)
            thread.start()
            self._under_way[name] = thread
            return (thread,)
