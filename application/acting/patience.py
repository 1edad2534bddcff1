"""When to try again what could not be done: ever later, and not while a provider asked to be left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from application.ports.clock import Clock
from domain.actions import Action
from domain.errors import AlfredError, TryLater
from domain.pauses import doubled

TRIED_AGAIN = frozenset({"try_later", "interrupted", "sign_in_again", "halted"})
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LOOKS_IN_DOUBT = 8


class Patience:
    """Remembers, in this process alone, whom to leave in peace and how often a doubt was looked at."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rests: dict[str, tuple[datetime, datetime]] = {}
        self._looks: dict[str, tuple[int, datetime]] = {}

    def note(self, account: str, error: AlfredError) -> None:
        """Leave an account alone for as long as its provider asked."""
        if isinstance(error, TryLater) and error.retry_after is not None:
            now = self._clock.now()
            self._rests[account] = (now, now + timedelta(seconds=error.retry_after))

    def is_due(self, action: Action) -> bool:
        """Whether an approved action may be attempted now, as far as time goes."""
        now = self._clock.now()
        begins, ends = self._rests.get(action.account, (now, now))
        if begins <= now < ends:
            return False
        if action.error_code is None:
            return True
        waited = now - action.changed_at
        # A clock that was set back may not make anything wait for longer.
        is_time = waited < timedelta(0) or waited >= pause_after(action.attempts)
        return action.error_code in TRIED_AGAIN and is_time

    def is_worth_a_look(self, action: Action) -> bool:
        """Whether to look at an uncertain action now: ever more seldom, and not for ever."""
        now = self._clock.now()
        looks, last = self._looks.get(action.id, (0, action.changed_at))
        # Where a clock was set back, what happened last lies ahead: then the last look counts.
        waited = now - (action.changed_at if action.changed_at <= now else last)
        if looks >= LOOKS_IN_DOUBT or timedelta(0) <= waited < pause_after(looks + 1):
            return False
        self._looks[action.id] = (looks + 1, now)
        return True


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, at most an hour."""
    return doubled(FIRST_PAUSE, max(attempts - 1, 0), LONGEST_PAUSE)
