"""How much one mailbox may be asked (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits)."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

PER_WINDOW = 10_000
WINDOW_SECONDS = 600.0


@dataclass(slots=True)
class Throttle:
    """A rolling window of calls for each mailbox; `limit` None lets everything through."""

    limit: int | None = PER_WINDOW
    window: float = WINDOW_SECONDS
    clock: Callable[[], float] = time.monotonic
    _calls: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, account: str) -> int:
        """Count a call and return 0, or return after how many whole seconds to come again."""
        if self.limit is None:
            return 0
        calls, now = self._calls.setdefault(account, deque()), self.clock()
        while calls and calls[0] <= now - self.window:
            calls.popleft()
        if len(calls) >= self.limit:
            return max(1, math.ceil(calls[0] + self.window - now)) if calls else 1
        calls.append(now)
        return 0
