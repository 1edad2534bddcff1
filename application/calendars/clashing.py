"""Watches for clashes ahead: new ones are announced, and the briefing shows each with advice."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta, tzinfo

from application.announcing import Announcing
from application.ports.clock import Clock
from application.ports.store import Store
from domain.calendar import Span
from domain.clashes import Advice, Clash, advice_on, clashes_among
from domain.free_time import WorkingHours
from domain.notifications import MOST_BODY, Notice, NoticeKind
from domain.subjects import when

WATCHED = timedelta(days=14)
SHOWN = timedelta(days=3)
TAG = "clash-"


class Clashing:
    """Looks only at the copies; asks nobody."""

    def __init__(self, store: Store, announcing: Announcing, clock: Clock, hours: WorkingHours) -> None:
        self._store = store
        self._announcing = announcing
        self._clock = clock
        self._hours = hours
        self._lock = threading.Lock()

    def tell(self, *, news: bool) -> None:
        """Announce clashes that were not there before; without `news` they count as known from now on.

        Of all the meetings on days away one is announced. What clashes no more is withdrawn.
        """
        with self._lock:
            clashes = self.ahead(WATCHED)
            self._announce(clashes, news=news)
            self._announcing.keep_only({TAG + clash.id for clash in clashes}, TAG)

    def _announce(self, clashes: Iterable[Clash], *, news: bool) -> None:
        told: set[str] = set()
        for clash in clashes:
            notice = _notice(clash, self._hours.zone)
            occasion = clash.away.id if clash.away is not None else clash.id
            over = clash.shared.end
            if not news or occasion in told or self._announcing.knows(TAG + clash.former_id):
                self._announcing.pass_over(notice, until=over)
            elif self._announcing.announce(notice, until=over):
                told.add(occasion)

    def ahead(self, within: timedelta) -> tuple[Clash, ...]:
        """Return the clashes that are not over yet and begin within that time."""
        now = self._clock.now()
        found = clashes_among(self._store.events.touching(Span(now, now + within)))
        return tuple(clash for clash in found if clash.shared.end > now)

    def advice(self, within: timedelta = SHOWN) -> tuple[Advice, ...]:
        """Return what to do about each clash ahead."""
        now = self._clock.now()
        events = self._store.events.touching(Span(now, now + within + timedelta(days=4)))
        return tuple(advice_on(clash, events, self._hours, now) for clash in self.ahead(within))


def _notice(clash: Clash, zone: tzinfo) -> Notice:
    both = f"“{clash.first.title}” and “{clash.second.title}”"
    return Notice(
        kind=NoticeKind.CLASH,
        title="You cannot be in two places",
        body=f"{both} clash {when(clash.shared.start, zone)}. {clash.said}".rstrip()[:MOST_BODY],
        url=f"/calendar?at={clash.shared.start:%Y-%m-%d}",
        tag=TAG + clash.id,
        priority=2,
    )
