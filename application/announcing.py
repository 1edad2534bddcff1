"""Announces what was found, once for each thing; the devices hear of it through the feed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from application.marks import Marks, has_ended, value_of
from application.ports.clock import Clock
from application.ports.store import Store
from domain.codec import Json, decode, encode
from domain.notifications import Notice

ANNOUNCED = "announced/"
LASTS = timedelta(days=31)


class Announcing:
    """Keeps each notice by its tag, so that the same thing is not announced twice, whatever restarts between.

    What may come round again is told of once for each `turn` of it. A notice is remembered for a month after it was
    last looked at, or until what it is about is over, where that is known.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._marks = Marks(store.preferences, ANNOUNCED, LASTS, clock)

    def announce(self, notice: Notice, turn: str = "", until: datetime | None = None) -> bool:
        """Tell of `notice` unless its tag was told of already; return whether it is news."""
        name = _name(notice, turn)
        if self._is_known(name, until):
            return False
        self._marks.announce(name, self._kept(notice), until)
        return True

    def pass_over(self, notice: Notice, turn: str = "", until: datetime | None = None) -> bool:
        """Count `notice` as told without telling, as for what was there before; return whether it was not known."""
        name = _name(notice, turn)
        if self._is_known(name, until):
            return False
        self._marks.put(name, self._kept(notice), until)
        return True

    def knows(self, tag: str) -> bool:
        """Whether a notice of that tag was told of, or passed over."""
        return self._marks.get(tag) is not None

    def withdraw(self, tag: str) -> None:
        """Let go of the notice of that tag, if there is one: what it told of is over, and is news if it returns."""
        if self.knows(tag):
            self._marks.forget({tag})

    def keep_only(self, tags: Collection[str], beginning: str) -> None:
        """Withdraw the other notices whose tags begin so: what they tell of is no more, and is news if it returns."""
        self._marks.forget(set(self._marks.names(beginning)).difference(tags))

    def _is_known(self, name: str, until: datetime | None) -> bool:
        """Whether it was told of, or passed over; it is then remembered for longer."""
        if self._marks.get(name) is None:
            return False
        self._marks.hold(name, until)
        return True

    def _kept(self, notice: Notice) -> Json:
        return {"at": self._clock.now().isoformat(), "notice": encode(notice)}

    def forget_ended(self) -> int:
        """Forget the notices of what is over; return how many."""
        return self._marks.forget_ended()


def announced(store: Store, ref: str, now: datetime) -> Notice | None:
    """Return the notice that `ref`, of the feed, stands for; None for another ref, and for what is no more."""
    kept = store.preferences.get(ref) if ref.startswith(ANNOUNCED) else None
    value = None if has_ended(kept, now) else value_of(kept)
    return decode(Notice, value["notice"], ref) if isinstance(value, dict) else None


def _name(notice: Notice, turn: str) -> str:
    return notice.tag + (f"/{turn}" if turn else "")
