"""Trouble with a provider that may pass: a read is tried a few times over, a write never."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.errors import TryLater

T = TypeVar("T")
_PAUSES = (0.5, 1.0, 2.0, 4.0)
_PATIENCE = 10.0
_JITTER = (0.5, 1.5)  # times a pause, so that not all who were refused together come back together


class Unsettled(TryLater):
    """No whole answer came: a read may be tried again, of a write nobody knows whether it happened."""


def patiently(
    attempt: Callable[[], T],
    sleep: Callable[[float], object],
    pauses: Sequence[float] = _PAUSES,
    patience: Callable[[], float] = lambda: _PATIENCE,
) -> T:
    """Make a call that changes nothing, once more after each of the `pauses`, in seconds.

    Give up at once where the provider asks for a longer wait than there is `patience` for.
    """
    for pause in pauses:
        try:
            return attempt()
        except TryLater as error:
            wait = max(error.retry_after or 0.0, pause * random.uniform(*_JITTER))
            if wait > patience():
                raise
        sleep(wait)
    return attempt()
