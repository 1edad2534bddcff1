"""Gmail's quota units, spent no faster than Google allows.

Source: https://developers.google.com/workspace/gmail/api/reference/quota (6,000 units a minute and user for projects
made since May 2026; the cost of each method).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

UNITS_PER_MINUTE = 6_000
CALENDAR_REQUESTS_PER_MINUTE = 600
# A second more than Google's minute: Google counts a call when it arrives, which is later than it left.
_WINDOW = 61.0
_DEAREST = 100
_UNITS: Mapping[str, int] = {
    "getProfile": 1,
    "history.list": 2,
    "labels.create": 5,
    "labels.list": 1,
    "messages.attachments.get": 20,
    "messages.get": 20,
    "messages.list": 5,
    "messages.modify": 5,
    "messages.trash": 20,
    "messages.untrash": 5,
    "drafts.create": 10,
    "drafts.delete": 10,
    "drafts.get": 20,
    "drafts.list": 5,
    "drafts.send": 100,
}


def units(method: str) -> int:
    """Return what a call costs; one of Gmail's that is not in the table counts as the dearest.

    Google Calendar counts requests (https://developers.google.com/workspace/calendar/api/guides/quota: 600 a minute
    and user).
    """
    if method.startswith("calendar."):
        return 1
    return _UNITS.get(method.removeprefix("gmail.users."), _DEAREST)


class Pace:
    """A rolling minute of spent units, shared by everything that one account does. Safe for threads."""

    def __init__(
        self,
        limit: int = UNITS_PER_MINUTE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._spent: deque[tuple[float, int]] = deque()
        self._sum = 0

    def spend(self, cost: int, keep: int = 0) -> None:
        """Wait until `cost` fits into the minute, with `keep` units left over for what cannot wait; then charge it."""
        while (wait := self._take(cost, keep)) > 0:
            self._sleep(wait)

    def _take(self, cost: int, keep: int) -> float:
        """Charge `cost` and return 0, or return the seconds until it may fit."""
        with self._lock:
            now = self._clock()
            self._forget(now - _WINDOW)
            room = max(self._limit - keep, cost)
            if self._sum + cost > room:
                return max(self._spent[0][0] + _WINDOW - now, 0.01)
            self._spent.append((now, cost))
            self._sum += cost
            return 0.0

    def _forget(self, before: float) -> None:
        while self._spent and self._spent[0][0] <= before:
            self._sum -= self._spent.popleft()[1]
