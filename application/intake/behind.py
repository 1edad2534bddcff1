"""Work that is done beside what comes next: one batch is stored while the next is fetched and read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

_TURN = 0.0005


def take_short_turns() -> None:
    """Let no thread keep Python's lock for long while others wait for it: what is stored behind, and who asks the API.

    By default it may for 5 ms, which is longer than most of what the others have to do.
    """
    sys.setswitchinterval(_TURN)


class Behind:
    """Does pieces of work in order, each in a thread of its own beside the caller, who is never more than one ahead.

    What a piece of work raises is raised to the caller when he brings the next, or at the end; then no more is done.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "behind")
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.join()
        finally:
            self._pool.shutdown()

    def begin(self, work: Callable[[], None]) -> None:
        """Let `work` begin once what was begun before has ended."""
        self.join()
        self._under_way = self._pool.submit(work)

    def join(self) -> None:
        """Wait for what is under way; raise what it raises."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()
