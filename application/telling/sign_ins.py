"""Remembers which accounts the owner was asked to sign in to again, so that he is asked once each time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from application.ports.clock import Clock
from application.ports.store import Store
from application.telling.wording import sign_in_notice
from domain.actions import Action
from domain.codec import Json
from domain.errors import SignInAgain
from domain.notifications import Notice
from domain.sources import account_of

SIGNED_OUT = "notices/signed-out/"
SAID = "notices/sign-in-said/"
ONE_EXPIRY = timedelta(hours=1)


class SignIns:
    """Looks at the states of sources that changed."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def note_signed_in(self, sources: Iterable[str]) -> None:
        """Let go of what none of these waits for any more, so that the next time is told of again.

        One that was asked meanwhile, and could not be reached, waits as before.
        """
        for source in sources:
            if self.is_told(source) and not self._store.sources.state(source).error:
                self._store.preferences.delete(SIGNED_OUT + source)
                self._store.preferences.delete(SIGNED_OUT + account_of(source))

    def is_told(self, name: str) -> bool:
        """Whether the owner was asked to sign in for that source or account, and has not done so yet."""
        return self._store.preferences.get(SIGNED_OUT + name) is not None

    def note_said(self, stuck: Collection[Action]) -> None:
        """Note what the owner was told that one waits for, so that a source need not say the same after it.

        What was told of several names no sign-in.
        """
        for action in stuck if len(stuck) == 1 else ():
            if action.error_code == SignInAgain.code:
                said: Json = {"at": self._clock.now().isoformat(), "error": action.error}
                self._store.preferences.put(SAID + action.account, said)

    def notice(self, source: str) -> Notice | None:
        """Return the notice of an account that waits for a sign-in, once each time it begins to wait.

        Its sources find out one after the other; one that begins to wait much later has a reason of its own.
        """
        state, account = self._store.sources.state(source), account_of(source)
        if self.is_told(source) or not state.paused:
            return None
        self._store.preferences.put(SIGNED_OUT + source, True)
        if self._is_recent(self._store.preferences.get(SIGNED_OUT + account)):
            return None
        self._store.preferences.put(SIGNED_OUT + account, self._clock.now().isoformat())
        return None if self._was_said(account, state.error) else sign_in_notice(account)

    def _was_said(self, account: str, error: str | None) -> bool:
        said = self._store.preferences.get(SAID + account)
        return isinstance(said, dict) and said["error"] == error and self._is_recent(said["at"])

    def _is_recent(self, at: Json) -> bool:
        return isinstance(at, str) and self._clock.now() - datetime.fromisoformat(at) < ONE_EXPIRY
