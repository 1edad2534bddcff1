"""Answers questions about the owner's time: what stands in his calendars, where it clashes, when people are free."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from application.calendars.reading import AHEAD, BACK, LISTED_AGAIN, CalendarReading
from application.freshness import Freshness
from application.ports.calendar import Calendar
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Store
from domain.calendar import Event, Span
from domain.clashes import Clash, clashes_among, takes_time
from domain.errors import AlfredError, Invalid, SignInAgain, TryLater
from domain.free_time import Schedule, WorkingHours, free_spans, slots

log = logging.getLogger(__name__)

LONGEST_SPAN = timedelta(days=370)
MOST_SLOTS = 10


@dataclass(frozen=True, slots=True)
class FreeTime:
    """Times that suit everybody, the earliest first.

    `unknown` are people whose calendars cannot be seen, and calendars of the owner's that cannot be asked.
    """

    slots: tuple[Span, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundEvents:
    """What was found, by start, and the calendars that could not be asked for what lies beyond their copies."""

    events: tuple[Event, ...]
    unasked: tuple[str, ...] = ()


class Agenda:
    """Reads the copies where they reach, made fresh first; what lies beyond is asked of the provider."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        reading: CalendarReading,
        freshness: Freshness,
        clock: Clock,
        hours: WorkingHours,
    ) -> None:
        self._store = store
        self._connections = connections
        self._reading = reading
        self._freshness = freshness
        self._clock = clock
        self._hours = hours
        self.zone = hours.zone

    def events(self, span: Span) -> FoundEvents:
        """Everything that touches `span`, of all calendars."""
        if span.end - span.start > LONGEST_SPAN or span.end < span.start:
            raise Invalid(f"a time of at most {LONGEST_SPAN.days} days is needed, its end after its start", where="to")
        return self.search(lambda _: True, span)

    def search(self, is_wanted: Callable[[Event], bool], span: Span) -> FoundEvents:
        """Find what is wanted in the copies, made fresh first, and of the provider in what lies beyond them.

        A calendar that cannot be asked now hides nothing that the copies hold.
        """
        self.refresh()
        found = {event.id: event for event in self._store.events.touching(span)}
        unasked: set[str] = set()
        for calendar in self._calendars():
            try:
                found |= {event.id: event for event in self._beyond_copies(calendar, span)}
            except AlfredError as error:
                log.info("calendar not asked", extra={"source": calendar.name, "code": error.code})
                unasked.add(calendar.name)
        return FoundEvents(_by_start(filter(is_wanted, found.values())), tuple(sorted(unasked)))

    def knows(self, uid: str, span: Span) -> bool:
        """Whether one of the owner's own calendars has the event of that UID, which takes place in `span`.

        What lies beyond the copies is asked of the provider, but of no calendar that waits for a sign-in. Raises
        `TryLater` or `SignInAgain` where one may tell later.
        """
        if _is_among(uid, self._store.events.all()):
            return True
        asked = (each for each in self._calendars() if not self._store.sources.state(each.name).paused)
        return any(_is_among(uid, self._told_beyond_copies(each, span)) for each in asked)

    def clashes(self, span: Span) -> tuple[Clash, ...]:
        """Where events in `span` clash, as the copies say; asks nobody."""
        return clashes_among(self._store.events.touching(span))

    def free(self, length: timedelta, span: Span, people: Sequence[str] = (), most: int = 3) -> FreeTime:
        """Find up to `most` times of `length` in `span` in everybody's working hours, each by his own clock.

        Of whom nobody tells his hours, the owner's are assumed.
        """
        if not timedelta(0) < length <= timedelta(hours=12):
            raise Invalid("a length from one minute to twelve hours is needed", where="minutes")
        kept = self.events(span)
        own = [event.span for event in kept.events if takes_time(event)]
        others = self._schedules(people, span)
        taken = [each for schedule in others.values() for each in schedule.taken]
        hours = [self._hours, *(each.hours for each in others.values() if each.hours is not None)]
        free = free_spans(Span(max(span.start, self._clock.now()), span.end), [*own, *taken], hours)
        unseen = tuple(person for person in people if person not in others)
        return FreeTime(slots(free, length, min(most, MOST_SLOTS)), (*unseen, *kept.unasked))

    def refresh(self) -> None:
        """Read again each calendar that was not looked at for a while; one that cannot be read now is left as it is."""
        for source in self._reading.sources():
            if not self._freshness.is_fresh(source) and not self._store.sources.state(source).paused:
                self._quietly(source)

    def _quietly(self, source: str) -> None:
        try:
            self._reading.poll(source)
        except AlfredError as error:
            log.info("calendar not refreshed", extra={"source": source, "code": error.code})

    def _schedules(self, people: Sequence[str], span: Span) -> dict[str, Schedule]:
        """Ask each calendar in turn about those whom the ones before could not see."""
        known: dict[str, Schedule] = {}
        for calendar in self._calendars():
            unknown = [person for person in people if person not in known]
            if unknown:
                known |= self._seen(calendar, unknown, span)
        return known

    def _seen(self, calendar: Calendar, people: Sequence[str], span: Span) -> dict[str, Schedule]:
        try:
            answers = calendar.busy(people, span)
        except AlfredError as error:
            log.info("free/busy not answered", extra={"source": calendar.name, "code": error.code})
            return {}
        return {person: schedule for person, schedule in answers.items() if schedule is not None}

    def _beyond_copies(self, calendar: Calendar, span: Span) -> Iterator[Event]:
        """Ask a calendar for what of `span` lies before and after the time of which copies are sure to be kept."""
        now = self._clock.now()
        before, after = Span(span.start, now - BACK), Span(now + AHEAD - LISTED_AGAIN, span.end)
        for each in (before, after):
            if (beyond := each.within(span)) is not None:
                yield from calendar.between(beyond)

    def _told_beyond_copies(self, calendar: Calendar, span: Span) -> list[Event]:
        """Ask a calendar as `_beyond_copies` does; one that refuses for good has nothing to tell."""
        try:
            return list(self._beyond_copies(calendar, span))
        except (TryLater, SignInAgain):
            raise
        except AlfredError as error:
            log.info("calendar not asked", extra={"source": calendar.name, "code": error.code})
            return []

    def _calendars(self) -> list[Calendar]:
        return [calendar for connection in self._connections.all() for calendar in connection.calendars]


def _is_among(uid: str, events: Iterable[Event]) -> bool:
    return any(event.uid == uid and not event.foreign for event in events)


def _by_start(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: (event.start, event.id)))
