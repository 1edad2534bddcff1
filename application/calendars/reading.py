"""Keeps a copy of what stands in the calendars, from a month back to half a year ahead."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from application.acting.actions import Actions
from application.acting.batches import every_action
from application.calendars.clashing import Clashing
from application.calendars.invitations import Invitations
from application.freshness import Freshness
from application.intake.taken_in import TakenIn
from application.intake.visits import Visits
from application.ports.action_log import ActionQuery
from application.ports.calendar import Calendar, EventChanges
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Store
from domain.actions import Status
from domain.calendar import Span, event_id
from domain.codec import Json
from domain.errors import CursorExpired, NotFound
from domain.sources import account_of

log = logging.getLogger(__name__)

BACK = timedelta(days=31)
AHEAD = timedelta(days=183)
LISTED_AGAIN = timedelta(days=7)
LISTED_AT = "calendar/listed/"
FOLLOWED_AT = "calendar/followed/"
FIRST, OWED = "first", "owed"
DAILY = timedelta(days=1)


class CalendarReading:
    """Reads calendars by their cursors; the span that is followed moves on with a whole listing once a week."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        actions: Actions,
        clashing: Clashing,
        invitations: Invitations,
        freshness: Freshness,
        visits: Visits,
        clock: Clock,
    ) -> None:
        self._store = store
        self._connections = connections
        self._actions = actions
        self._clashing = clashing
        self._invitations = invitations
        self._freshness = freshness
        self._visits = visits
        self._clock = clock
        self._locks: dict[str, threading.Lock] = {}

    def sources(self) -> tuple[str, ...]:
        return tuple(calendar.name for calendar in self._calendars())

    def poll(self, source: str) -> TakenIn:
        """Take in what changed, look again at what is proposed on it, and tell of new clashes.

        The latter once a day in any case, for what was far away draws near.
        """
        with self._locks.setdefault(source, threading.Lock()):
            return self._poll(self._calendar(source))

    def _poll(self, calendar: Calendar) -> TakenIn:
        source = calendar.name
        taken = TakenIn(source)
        was_cut_off = self._store.preferences.get(FOLLOWED_AT + source) in (FIRST, OWED)
        try:
            with self._visits.visit(source, lambda began: began - BACK):
                for changes in self._changes(calendar):
                    self._keep(calendar, changes, taken)
            self._freshness.note(source)
        finally:
            targets = self._open_targets() if was_cut_off else [*taken.new, *taken.changed]
            self._follow(source, targets)
        return taken

    def _follow(self, source: str, targets: Sequence[str]) -> None:
        """See to what was kept, also where the rest could not be read; nothing of a first listing is news."""
        at = self._store.preferences.get(FOLLOWED_AT + source)
        if at is None or (at not in (FIRST, OWED) and self._is_within(DAILY, at)):
            return
        self._actions.recheck(targets)
        self._clashing.tell(news=at != FIRST)
        self._invitations.propose_answers()
        self._store.preferences.put(FOLLOWED_AT + source, self._clock.now().isoformat())

    def _owe(self, source: str) -> None:
        """Note before anything is kept that it is to be followed up, for Alfred may be cut off in between."""
        if self._store.preferences.get(FOLLOWED_AT + source) != FIRST:
            is_first = self._store.sources.cursor(source) is None
            self._store.preferences.put(FOLLOWED_AT + source, FIRST if is_first else OWED)

    def _open_targets(self) -> list[str]:
        return [each.target for each in every_action(self._store.actions, ActionQuery(status=Status.PROPOSED))]

    def _changes(self, calendar: Calendar) -> Iterator[EventChanges]:
        cursor = self._store.sources.cursor(calendar.name)
        if cursor is None or self._is_listing_due(calendar.name):
            yield from self._whole(calendar)
            return
        try:
            yield from calendar.changes(cursor)
        except CursorExpired:
            log.info("cursor expired, listing anew", extra={"source": calendar.name})
            yield from self._whole(calendar)

    def _whole(self, calendar: Calendar) -> Iterator[EventChanges]:
        """Hand over a whole listing as one, for only all of it tells what is gone."""
        now = self._clock.now()
        pages = list(calendar.listing(Span(now - BACK, now + AHEAD)))
        events = tuple(event for page in pages for event in page.events)
        yield EventChanges(events, cursor=pages[-1].cursor if pages else None, fresh=True)
        self._store.preferences.put(LISTED_AT + calendar.name, now.isoformat())

    def _is_listing_due(self, source: str) -> bool:
        return not self._is_within(LISTED_AGAIN, self._store.preferences.get(LISTED_AT + source))

    def _is_within(self, time: timedelta, at: Json) -> bool:
        """Whether that long has not passed yet; what lies ahead is from before the clock was set back."""
        return isinstance(at, str) and timedelta(0) <= self._clock.now() - datetime.fromisoformat(at) < time

    def _keep(self, calendar: Calendar, changes: EventChanges, taken: TakenIn) -> None:
        account = account_of(calendar.name)
        if changes.fresh or changes.events or changes.gone:
            self._owe(calendar.name)
        if changes.fresh:
            done = self._store.events.replace(calendar.name, changes.events)
            gone = done.gone
        else:
            done = self._store.events.put(changes.events)
            gone = self._store.events.remove(event_id(account, each) for each in changes.gone).gone
        if changes.cursor is not None:
            self._store.sources.set_cursor(calendar.name, changes.cursor)
        taken.new += done.new
        taken.changed += [*done.changed, *gone]

    def _calendars(self) -> Iterable[Calendar]:
        return (calendar for connection in self._connections.all() for calendar in connection.calendars)

    def _calendar(self, source: str) -> Calendar:
        for calendar in self._calendars():
            if calendar.name == source:
                return calendar
        raise NotFound(f"there is no calendar called {source!r}")
