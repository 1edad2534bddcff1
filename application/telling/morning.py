"""Brings the briefing to the owner in the morning, at the hour that he set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo

from application.announcing import Announcing
from application.ports.clock import Clock
from application.ports.store import Store
from domain.briefing import Briefing, in_one_line
from domain.notifications import Notice, NoticeKind, NoticePreferences, after_quiet, is_quiet

TOLD = "briefing/told"
LATE = timedelta(minutes=15)
TOO_LATE = timedelta(hours=6)
KEPT = timedelta(days=2)


class Mornings:
    """Announces the briefing once on each of the owner's days, from the hour `at` of his own clock.

    Where that lies in his quiet hours it is drawn up when they end, so that it says how things stand then. One that
    was missed is told once, and said to be late; by the afternoon it is none any more.
    """

    def __init__(
        self,
        store: Store,
        announcing: Announcing,
        page: Callable[[], Briefing],
        at: time | None,
        wishes: Callable[[], NoticePreferences],
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._store = store
        self._announcing = announcing
        self._page = page
        self._at = at
        self._wishes = wishes
        self._clock = clock
        self._zone = zone

    def tell(self) -> bool:
        """Announce today's briefing where it is time; return whether that was done."""
        local = self._clock.now().astimezone(self._zone)
        wishes = self._wishes()
        if self._at is None:
            return False
        at = after_quiet(wishes, self._at)
        if self._told(local, at) == local.date() or local.time() < at or is_quiet(wishes, local.time()):
            return False
        behind = local.replace(tzinfo=None) - datetime.combine(local.date(), at)
        told = behind < TOO_LATE and self._announce(local.date(), late=behind >= LATE)
        self._store.preferences.put(TOLD, local.date().isoformat())
        return told

    def _told(self, local: datetime, at: time) -> date:
        """Return the day of the last one. A household that is new has missed none."""
        known = self._store.preferences.get(TOLD)
        if isinstance(known, str):
            return date.fromisoformat(known)
        last = local.date() - timedelta(days=local.time() < at)
        self._store.preferences.put(TOLD, last.isoformat())
        return last

    def _announce(self, day: date, *, late: bool) -> bool:
        title = "Your morning, late" if late else "Your morning"
        notice = Notice(NoticeKind.BRIEFING, title, in_one_line(self._page()), "/", "briefing")
        return self._announcing.announce(notice, turn=day.isoformat(), until=self._clock.now() + KEPT)
