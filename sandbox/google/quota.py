"""Quota units per user and minute, as Google counts them for projects made since May 2026.

Source: https://developers.google.com/workspace/gmail/api/reference/quota (per-method costs, 6,000 a minute and user).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

PER_MINUTE = 6_000
_WINDOW_SECONDS = 60.0

_GMAIL_UNITS = {
    "getProfile": 1,
    "stop": 50,
    "watch": 100,
    "drafts.create": 10,
    "drafts.delete": 10,
    "drafts.get": 20,
    "drafts.list": 5,
    "drafts.send": 100,
    "drafts.update": 15,
    "history.list": 2,
    "labels.create": 5,
    "labels.delete": 5,
    "labels.get": 1,
    "labels.list": 1,
    "labels.patch": 5,
    "labels.update": 5,
    "messages.attachments.get": 20,
    "messages.batchDelete": 50,
    "messages.batchModify": 50,
    "messages.delete": 10,
    "messages.get": 20,
    "messages.import": 25,
    "messages.insert": 25,
    "messages.list": 5,
    "messages.modify": 5,
    "messages.send": 100,
    "messages.trash": 20,
    "messages.untrash": 5,
    "threads.delete": 20,
    "threads.get": 40,
    "threads.list": 10,
    "threads.modify": 10,
    "threads.trash": 20,
    "threads.untrash": 10,
}


def units(method: str) -> int:
    """What a call costs; an API that does not weigh its methods counts each as one."""
    return _GMAIL_UNITS.get(method.removeprefix("gmail.users."), 1)


@dataclass(slots=True)
class Quota:
    """A rolling minute of spent units for each account; `limit` None lets everything through."""

    limit: int | None = PER_MINUTE
    clock: Callable[[], float] = time.monotonic
    _spent: dict[str, deque[tuple[float, int]]] = field(default_factory=dict)
    _sums: dict[str, int] = field(default_factory=dict)

    def spend(self, account: str, method: str) -> bool:
        """Charge a call, or say False when the account has too little left; a refused call costs nothing."""
        if self.limit is None:
            return True
        cost = units(method)
        if self.spent(account) + cost > self.limit:
            return False
        self._spent[account].append((self.clock(), cost))
        self._sums[account] += cost
        return True

    def spent(self, account: str) -> int:
        """The units of the last minute."""
        calls = self._spent.setdefault(account, deque())
        self._sums.setdefault(account, 0)
        horizon = self.clock() - _WINDOW_SECONDS
        while calls and calls[0][0] <= horizon:
            self._sums[account] -= calls.popleft()[1]
        return self._sums[account]
