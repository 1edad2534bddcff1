"""Trouble with a provider that may pass: a read is tried a few times over, a write never."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from domain.errors import TryLater

T = TypeVar("T")
_PAUSES = (0.5, 1.0, 2.0, 4.0)
_PATIENCE = 10.0


class Unsettled(TryLater):
    """No whole answer came: a read may be tried again, of a write nobody knows whether it happened."""


def patiently(attempt: Callable[[], T], sleep: Callable[[float], object]) -> T:
    """Make a call that changes nothing, a few times over; give up at once where the provider asks for a long wait."""
    for pause in _PAUSES:
        try:
            return attempt()
        except TryLater as error:
            wait = max(error.retry_after or 0.0, pause * random.uniform(0.5, 1.5))
            if wait > _PATIENCE:
                raise
        sleep(wait)
    return attempt()
