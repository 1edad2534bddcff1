"""Announces what was found, once for each thing; the devices hear of it through the feed."""

from __future__ import annotations

from application.ports.clock import Clock
from application.ports.store import Store
from domain.codec import decode, encode
from domain.notifications import Notice

ANNOUNCED = "announced/"


class Announcing:
    """Keeps each notice by its tag, so that the same thing is not announced twice, whatever restarts between.

    What may come round again is told of once for each `turn` of it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def announce(self, notice: Notice, turn: str = "") -> bool:
        """Tell of `notice` unless its tag was told of already; return whether it is news."""
        if not self.pass_over(notice, turn):
            return False
        self._store.feed.note("notification", _ref(notice, turn), self._clock.now())
        return True

    def pass_over(self, notice: Notice, turn: str = "") -> bool:
        """Count `notice` as told without telling, as for what was there before; return whether it was not known."""
        ref = _ref(notice, turn)
        if self._store.preferences.get(ref) is not None:
            return False
        kept = {"at": self._clock.now().isoformat(), "notice": encode(notice)}
        self._store.preferences.put(ref, kept)
        return True


def announced(store: Store, ref: str) -> Notice | None:
    """Return the notice that `ref`, of the feed, stands for; None for a ref of another kind."""
    kept = store.preferences.get(ref) if ref.startswith(ANNOUNCED) else None
    return decode(Notice, kept["notice"], ref) if isinstance(kept, dict) else None


def _ref(notice: Notice, turn: str) -> str:
    return ANNOUNCED + notice.tag + (f"/{turn}" if turn else "")
