"""A calendar in memory: the twin of a provider's, with the same cursors, versions and answers."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from application.ports.calendar import Calendar, EventChanges
from domain.calendar import Attendee, Event, Response, Span, event_id
from domain.errors import AlfredError, CursorExpired, NotFound
from domain.free_time import Schedule, WorkingHours
from domain.messages import Address


class MemoryCalendar(Calendar):
    """One account's calendar; series are put into it as their occurrences."""

    def __init__(self, account: str = "gmail", owner: str = "jo@example.com", page: int = 25) -> None:
        self.name = f"{account}/calendar"
        self.account = account
        self.owner = owner
        self.others: dict[str, list[Span]] = {}
        self.hours: dict[str, WorkingHours] = {}
        self._page = page
        self._events: dict[str, Event] = {}
        self._changes: list[str] = []
        self._known_since = 0
        self._troubles: deque[AlfredError] = deque()

    def put(self, event: Event) -> Event:
        """Write an event, new or changed; return it with its version."""
        self._changes.append(event.provider_id)
        written = replace(event, version=f"v{len(self._changes)}")
        self._events[event.provider_id] = written
        return written

    def remove(self, provider_id: str) -> None:
        """Delete an event; raise `NotFound`."""
        del self._events[self.find(provider_id).provider_id]
        self._changes.append(provider_id)

    def remove_named(self, provider_id: str) -> None:
        """Delete the event of an id, or a whole series."""
        for event in self.named(provider_id):
            self.remove(event.provider_id)

    def answer(self, provider_id: str, address: str, response: Response) -> Event:
        """Let somebody who is invited answer."""
        event = self.find(provider_id)
        people = tuple(
            replace(each, response=response) if each.address.address == address else each for each in event.attendees
        )
        mine = next((each.response for each in people if each.is_owner), event.response)
        return self.put(replace(event, attendees=people, response=mine))

    def find(self, provider_id: str) -> Event:
        """Raise `NotFound`."""
        if provider_id not in self._events:
            raise NotFound(f"there is no event {provider_id}")
        return self._events[provider_id]

    def named(self, provider_id: str) -> tuple[Event, ...]:
        """The event of an id, or all that is left of a series, by start."""
        return tuple(each for each in self.events() if provider_id in (each.provider_id, each.series_id))

    def events(self) -> tuple[Event, ...]:
        """Everything in it, by start."""
        return tuple(sorted(self._events.values(), key=lambda event: (event.start, event.id)))

    def forget_changes(self) -> None:
        """Let every cursor that was given out expire."""
        self._changes.append("")
        self._known_since = len(self._changes)

    def fail_next(self, error: AlfredError) -> None:
        """Let the next call raise `error`."""
        self._troubles.append(error)

    def new_id(self, provider_id: str) -> str:
        return event_id(self.account, provider_id)

    def attendee(self, address: str, response: Response = Response.NEEDS_ACTION) -> Attendee:
        return Attendee(Address("", address.lower()), response, is_owner=address.lower() == self.owner)

    def listing(self, span: Span) -> Iterator[EventChanges]:
        self._meet_trouble()
        cursor = self._cursor(span)
        found = self._within(span)
        for start in range(0, len(found), self._page):
            yield EventChanges(found[start : start + self._page], fresh=start == 0)
        yield EventChanges(cursor=cursor, fresh=not found)

    def changes(self, cursor: str) -> Iterator[EventChanges]:
        self._meet_trouble()
        at, span = self._read(cursor)
        named = [id for id in dict.fromkeys(self._changes[at:]) if id]
        standing = {event.provider_id: event for event in self._within(span)}
        events = tuple(standing[id] for id in named if id in standing)
        yield EventChanges(events, tuple(id for id in named if id not in standing), self._cursor(span))

    def between(self, span: Span) -> tuple[Event, ...]:
        self._meet_trouble()
        return self._within(span)

    def event(self, provider_id: str) -> Event:
        self._meet_trouble()
        return self.find(provider_id)

    def busy(self, people: Sequence[str], span: Span) -> Mapping[str, Schedule | None]:
        self._meet_trouble()
        return {address: self._schedule(address.lower(), span) for address in people}

    def _schedule(self, address: str, span: Span) -> Schedule | None:
        if address == self.owner:
            taken = [event.span for event in self._within(span) if event.busy]
        elif address in self.others:
            taken = self.others[address]
        else:
            return None
        within = tuple(both for each in taken if (both := each.within(span)) is not None)
        return Schedule(within, self.hours.get(address))

    def _within(self, span: Span) -> tuple[Event, ...]:
        return tuple(event for event in self.events() if event.span.overlaps(span) or _is_instant_in(event, span))

    def _cursor(self, span: Span) -> str:
        return json.dumps([len(self._changes), span.start.isoformat(), span.end.isoformat()])

    def _read(self, cursor: str) -> tuple[int, Span]:
        try:
            at, start, end = json.loads(cursor)
            span = Span(datetime.fromisoformat(start), datetime.fromisoformat(end))
        except (ValueError, TypeError) as error:
            raise CursorExpired("this is no cursor of a calendar in memory") from error
        if not self._known_since <= at <= len(self._changes):
            raise CursorExpired(f"{at} is no longer known")
        return at, span

    def _meet_trouble(self) -> None:
        if self._troubles:
            raise self._troubles.popleft()


def _is_instant_in(event: Event, span: Span) -> bool:
    return event.start == event.end and span.start <= event.start < span.end
