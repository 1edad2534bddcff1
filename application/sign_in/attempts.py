"""Getting in takes attempts: each is finished once and in time, and wrong ones slow down those that follow."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from application.ports.clock import Clock
from domain.errors import AlfredError, TryLater
from domain.pauses import doubled, still_rests

ATTEMPT_LIVES = timedelta(minutes=5)
MOST_ATTEMPTS = 10_000
"""So many that no stranger who begins one after the other pushes out what the owner began a minute ago."""
FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
MOST_DOORS = 1000
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
            while self._held and (len(self._held) >= MOST_ATTEMPTS or self._oldest_ends() <= now):
                del self._held[next(iter(self._held))]
            self._held[key] = (what, now + ATTEMPT_LIVES)
        return key

    def _oldest_ends(self) -> datetime:
        return next(iter(self._held.values()))[1]

    def take(self, key: str) -> T:
        """Raise `NotSignedIn` where the attempt is unknown, over, or was taken before."""
        with self._lock:
            held = self._held.pop(key, None)
        if held is None or held[1] <= self._clock.now():
            raise NotSignedIn("this attempt is over; begin again", code="attempt_over")
        return held[0]


class Door:
    """Lets five wrong attempts pass, then closes the door after each: two seconds, four, up to a quarter of an hour.

    Each quarter of an hour since the last one makes good for one of them.
    """

    def __init__(self, clock: Clock, complaint: str) -> None:
        self._clock = clock
        self._complaint = complaint
        self._failures = 0
        self._failed_at = clock.now()
        self._closed_until: datetime | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `TryLater` while the door is closed."""
        closed_until, now = self._closed_until, self._clock.now()
        if closed_until is not None and still_rests(closed_until, now, LONGEST_WAIT):
            wait = (closed_until - now).total_seconds()
            raise TryLater(f"{self._complaint}; wait a little", retry_after=wait, code="slow_down")

    def failed(self) -> None:
        with self._lock:
            now = self._clock.now()
            self._failures = max(0, self._failures - max(0, (now - self._failed_at) // LONGEST_WAIT)) + 1
            self._failed_at = now
            if self._failures >= FREE_FAILURES:
                self._closed_until = now + doubled(FIRST_WAIT, self._failures - FREE_FAILURES, LONGEST_WAIT)

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0


class Doors:
    """A door for each caller: a stranger must not shut out the owner, who calls from elsewhere."""

    def __init__(self, clock: Clock, complaint: str) -> None:
        self._clock = clock
        self._complaint = complaint
        self._known: dict[str, Door] = {}
        self._lock = threading.Lock()

    def of(self, caller: str) -> Door:
        """Return the door of a caller; where there are too many, the oldest is forgotten."""
        with self._lock:
            if caller not in self._known and len(self._known) >= MOST_DOORS:
                del self._known[next(iter(self._known))]
            return self._known.setdefault(caller, Door(self._clock, self._complaint))
