"""Getting in takes attempts: each is finished once and in time, and wrong ones slow down those that follow."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from application.ports.clock import Clock
from domain.errors import AlfredError, TryLater

ATTEMPT_LIVES = timedelta(minutes=5)
MOST_ATTEMPTS = 100
FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)
T = TypeVar("T")


class NotSignedIn(AlfredError):
    """No session, an unknown code, or one that ended."""

    code = "not_signed_in"


class Attempts(Generic[T]):
    """Holds what was begun until it is taken, once, or five minutes have passed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, tuple[T, datetime]] = {}
        self._lock = threading.Lock()

    def begin(self, what: T) -> str:
        """Return the key of a new attempt; where there are too many, the oldest is forgotten."""
        key, now = secrets.token_urlsafe(32), self._clock.now()
        with self._lock:
            fresh = {name: held for name, held in self._held.items() if held[1] > now}
            self._held = dict(list(fresh.items())[1 - MOST_ATTEMPTS :])
            self._held[key] = (what, now + ATTEMPT_LIVES)
        return key

    def take(self, key: str) -> T:
        """Raise `NotSignedIn` where the attempt is unknown, over, or was taken before."""
        with self._lock:
            held = self._held.pop(key, None)
        if held is None or held[1] <= self._clock.now():
            raise NotSignedIn("this attempt is over; begin again", code="attempt_over")
        return held[0]


class Door:
    """Lets five wrong attempts pass, then closes the door after each: two seconds, four, up to a quarter of an hour."""

    def __init__(self, clock: Clock, complaint: str) -> None:
        self._clock = clock
        self._complaint = complaint
        self._failures = 0
        self._closed_until: datetime | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `TryLater` while the door is closed."""
        closed_until, now = self._closed_until, self._clock.now()
        if closed_until is not None and now < closed_until:
            wait = (closed_until - now).total_seconds()
            raise TryLater(f"{self._complaint}; wait a little", retry_after=wait, code="slow_down")

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FREE_FAILURES:
                wait: timedelta = timedelta(seconds=2) * 2 ** min(self._failures - FREE_FAILURES, 10)
                self._closed_until = self._clock.now() + min(wait, LONGEST_WAIT)

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0
