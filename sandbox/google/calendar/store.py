"""The calendars of a server in memory: events, exceptions of series, and the count of changes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sandbox.google.calendar import recurrence, writing
from sandbox.google.calendar.errors import deleted, duplicate, invalid, not_found
from sandbox.google.calendar.event import Event, address_of, instance
from sandbox.google.call import text_of
from sandbox.google.discovery import JsonObject

_HORIZON = timedelta(days=730)
_ALPHABET = frozenset("0123456789abcdefghijklmnopqrstuv")
_MOVES = ("start", "end", "recurrence", "location")


class Calendar:
    """Somebody's primary calendar, or a secondary one, whose `data_owner` made it.

    Its methods are also how a test acts as anybody else would.
    """

    def __init__(self, address: str, lock: threading.RLock, clock: Callable[[], datetime]) -> None:
        self.address = address
        self.data_owner = ""
        self.roles: dict[str, str] = {}
        self.ticked: set[str] = set()
        self.name = address
        self.zone = "UTC"
        self.events: dict[str, Event] = {}
        self.count = 0
        self.oldest_count = 0
        self.lock = lock
        self.clock = clock
        self.opened = clock()
        self.lists: dict[int, list[Event]] = {}

    def share(self, address: str, role: str) -> None:
        """Let somebody have it in his list, ticked, and do there what the role allows."""
        with self.lock:
            self.roles[address] = role
            self.ticked.add(address)

    def role_of(self, address: str) -> str:
        """What somebody may do there; empty for nothing."""
        return "owner" if address == self.address else self.roles.get(address, "")

    def add(self, body: JsonObject, id: str = "", organizer: JsonObject | None = None, version: int = 1) -> Event:
        """Write an event into the calendar: the owner's own, or one that somebody else invites him to."""
        with self.lock:
            key = id or text_of(body, "id") or secrets.token_hex(13)
            self._check_id(key)
            creator = {"email": self.address}
            standing: JsonObject = {"creator": organizer or creator, "organizer": organizer or creator}
            standing["iCalUID"] = text_of(body, "iCalUID") or f"{key}@google.com"
            fields = writing.completed(body, standing, self.zone)
            fields |= writing.conferencing(body, {}, version)
            event = Event(key, fields, self.clock(), self.clock())
            return self.place(event)

    def alter(self, id: str, changes: JsonObject, version: int = 1) -> Event:
        """Change what a patch changes, of an event or of one instance of a series."""
        with self.lock:
            event = self.existing(id)
            return self.write(event, writing.merged(event.properties, changes), changes, version)

    def answer(self, id: str, address: str, status: str) -> Event:
        """Let an attendee answer."""
        with self.lock:
            attendees = self.existing(id).attendees()
            answered = [{**one, "responseStatus": status} if address_of(one) == address else one for one in attendees]
            return self.alter(id, {"attendees": answered})

    def remove(self, id: str) -> Event:
        """Delete an event, a series with all that belongs to it, or one instance of a series."""
        with self.lock:
            event = self.existing(id)
            if event.cancelled:
                raise deleted()
            for exception in self.exceptions(event):
                exception.fields["status"] = "cancelled"
                self._touched(exception)
            event.fields["status"] = "cancelled"
            return self.place(event)

    def expire_sync_tokens(self) -> None:
        """Let every sync token that was given out grow too old."""
        with self.lock:
            self.count += 1
            self.oldest_count = self.count

    def keep(self, events: list[Event]) -> int:
        """Remember a list that is read page by page, and number it."""
        number = len(self.lists) + 1
        self.lists[number] = events
        return number

    def write(self, event: Event, wanted: JsonObject, asked: JsonObject, version: int) -> Event:
        """Put new fields in the place of the old ones; `asked` is what the writer himself said."""
        standing = event.properties
        fields = writing.completed(wanted, standing, self.zone)
        fields |= writing.conferencing(asked, standing, version)
        if any(fields.get(name) != standing.get(name) for name in _MOVES):
            event.sequence += 1
        self._keep(event, fields)
        return self.place(event)

    def _keep(self, event: Event, fields: JsonObject) -> None:
        if event.series is None or event.original is None:
            before = {one.original for one in self.instances(event)} if event.recurrence else set()
            event.fields = fields
            self._drop_lost(event)
            now = {one.original for one in self.instances(event)} if event.recurrence else set()
            event.former += [(self.count + 1, moment) for moment in before - now if moment]
            return
        base = instance(event.series, event.original).properties
        differing = {name: value for name, value in fields.items() if base.get(name) != value}
        event.fields = {**{name: None for name in base if name not in fields}, **differing}

    def _drop_lost(self, series: Event) -> None:
        """Forget the exceptions of what is no instance any more, as the rule or the time of the series changed."""
        for exception in self.exceptions(series):
            original = exception.original
            if original is None or original.wall not in recurrence.walls(series.recurrence, series.start, original.utc):
                del self.events[exception.id]

    def existing(self, id: str) -> Event:
        """An event or an instance; a deleted one too."""
        event = self.find(id)
        if event is None:
            raise not_found()
        return event

    def find(self, id: str) -> Event | None:
        if id in self.events:
            return self.events[id]
        name, _, stamp = id.rpartition("_")
        series = self.events.get(name)
        if series is None or not series.recurrence or not stamp[:8].isdigit():
            return None
        until = datetime.strptime(stamp[:8], "%Y%m%d").replace(tzinfo=UTC) + timedelta(days=2)
        return next((one for one in self.instances(series, None, until) if one.id == id), None)

    def exceptions(self, series: Event) -> list[Event]:
        return [event for event in self.events.values() if event.series is series]

    def instances(self, series: Event, begin: datetime | None = None, end: datetime | None = None) -> list[Event]:
        """The instances that lie in a window, with the exceptions in their places; deleted ones are among them."""
        until = end or max(self.clock(), series.start.utc, begin or series.start.utc) + _HORIZON
        walls = recurrence.walls(series.recurrence, series.start, until)
        found = {one.id: one for one in (instance(series, series.start.at(wall)) for wall in walls)}
        found |= {one.id: one for one in self.exceptions(series)}
        return [one for one in found.values() if overlaps(one, begin, end)]

    def between(self, begin: datetime, end: datetime) -> list[Event]:
        """The single events and instances that lie in a window."""
        found: list[Event] = []
        for event in self.events.values():
            if event.recurrence:
                found += self.instances(event, begin, end)
            elif event.series is None and overlaps(event, begin, end):
                found.append(event)
        return found

    def place(self, event: Event) -> Event:
        """Keep an event as it is, and count the change."""
        self.events[event.id] = event
        return self._touched(event)

    def _check_id(self, id: str) -> None:
        if not 5 <= len(id) <= 1024 or not _ALPHABET.issuperset(id):
            raise invalid("Invalid resource id value.")
        if id in self.events:
            raise duplicate()

    def _touched(self, event: Event) -> Event:
        self.count += 1
        event.changed = self.count
        event.updated = self.clock()
        return event


def overlaps(event: Event, begin: datetime | None, end: datetime | None) -> bool:
    """Whether an event ends after the beginning of a window and starts before its end."""
    return (begin is None or event.end.utc > begin) and (end is None or event.start.utc < end)


class Calendars:
    """The calendars of one server, by address; asking for a new one opens it."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._calendars: dict[str, Calendar] = {}
        self.clock: Callable[[], datetime] = _now

    def __getitem__(self, address: str) -> Calendar:
        key = address.lower()
        if key not in self._calendars:
            self._calendars[key] = Calendar(key, self._lock, self.now)
        return self._calendars[key]

    def __iter__(self) -> Iterator[Calendar]:
        return iter(self._calendars.values())

    def find(self, address: str) -> Calendar | None:
        return self._calendars.get(address.lower())

    def now(self) -> datetime:
        return self.clock()

    def addresses(self) -> tuple[str, ...]:
        return tuple(self._calendars)


def _now() -> datetime:
    return datetime.now(UTC)
