"""An event of one calendar, an instance of a series, and how Google shows either."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.google.calendar import moments
from sandbox.google.calendar.moments import Moment
from sandbox.google.call import object_of, text_of
from sandbox.google.discovery import JsonObject

_FIRST_ETAG = 3_400_000_000_000_000
_OMITTED_DEFAULTS = {"transparency": "opaque", "visibility": "default", "status": "confirmed"}
_OF_PEOPLE = ("creator", "organizer")


@dataclass(slots=True)
class Event:
    """What a client wrote (`fields`), and what Google keeps beside it.

    An instance of a series has the series and its original start, and in `fields` only what differs from the series;
    None there is what the instance lost. `changed` counts the calendar's changes; `former` are starts that a series
    had before, with the count at which it lost them.
    """

    id: str
    fields: JsonObject
    created: datetime
    updated: datetime
    changed: int = 0
    sequence: int = 0
    series: Event | None = None
    original: Moment | None = None
    former: list[tuple[int, Moment]] = field(default_factory=list)

    @property
    def properties(self) -> JsonObject:
        if self.series is None or self.original is None:
            return self.fields
        base = {name: value for name, value in self.series.fields.items() if name != "recurrence"}
        base |= {"start": self.original.kept(), "end": self.original.later(self.series.span).kept()}
        return {name: value for name, value in (base | self.fields).items() if value is not None}

    @property
    def start(self) -> Moment:
        return self._moment("start")

    @property
    def end(self) -> Moment:
        return self._moment("end")

    @property
    def span(self) -> timedelta:
        start, end = self.start, self.end
        return end.wall - start.wall if start.whole_day else end.utc - start.utc

    @property
    def recurrence(self) -> list[str]:
        return [str(line) for line in _list(self.fields.get("recurrence"))] if self.series is None else []

    @property
    def cancelled(self) -> bool:
        return text_of(self.properties, "status") == "cancelled"

    @property
    def organizer(self) -> str:
        return text_of(object_of(self.properties, "organizer"), "email")

    @property
    def etag(self) -> str:
        return f'"{_FIRST_ETAG + 2 * max(self.changed, self.series.changed if self.series else 0)}"'

    def attendees(self) -> list[JsonObject]:
        return objects_of(self.properties, "attendees")

    def answer_of(self, address: str) -> str:
        """How somebody answered, or nothing where he was not asked."""
        found = (one for one in self.attendees() if address_of(one) == address)
        return next((text_of(one, "responseStatus") for one in found), "")

    def shown(self, reader: str, zone: str, most_attendees: int | None = None) -> JsonObject:
        """The event as the reader's own calendar shows it, in a zone."""
        properties = self.properties
        kept = {name: value for name, value in properties.items() if _OMITTED_DEFAULTS.get(name) != value}
        kept |= {name: _with_self(object_of(properties, name), reader) for name in _OF_PEOPLE}
        kept |= {"start": self.start.shown(zone), "end": self.end.shown(zone)}
        kept |= self._of_series(zone) | self._shown_attendees(reader, most_attendees)
        return {
            "kind": "calendar#event",
            "etag": self.etag,
            "id": self.id,
            "status": text_of(properties, "status", "confirmed"),
            "htmlLink": f"https://www.google.com/calendar/event?eid={self.id}",
            "created": moments.milliseconds(self.created),
            "updated": moments.milliseconds(self.updated),
            "sequence": self.sequence,
            "reminders": {"useDefault": True},
            "eventType": "default",
            **kept,
        }

    def tombstone(self, zone: str) -> JsonObject:
        """What a list tells of a deleted event."""
        told: JsonObject = {"kind": "calendar#event", "etag": self.etag, "id": self.id, "status": "cancelled"}
        return told | self._of_series(zone)

    def _of_series(self, zone: str) -> JsonObject:
        if self.series is None or self.original is None:
            return {}
        return {"recurringEventId": self.series.id, "originalStartTime": self.original.shown(zone)}

    def _shown_attendees(self, reader: str, most: int | None) -> JsonObject:
        everybody = [_attendee(one, reader, self.organizer) for one in self.attendees()]
        if not everybody:
            return {}
        if most is None or len(everybody) <= most:
            return {"attendees": everybody}
        return {"attendees": [one for one in everybody if one.get("self")], "attendeesOmitted": True}

    def _moment(self, name: str) -> Moment:
        return moments.read(object_of(self.properties, name), name, "UTC")


def instance(series: Event, original: Moment) -> Event:
    """The instance of a series that begins then, as the series has it."""
    id = f"{series.id}_{original.stamp}"
    return Event(id, {}, series.created, series.updated, series.changed, series.sequence, series, original)


def address_of(person: JsonObject) -> str:
    return text_of(person, "email").lower()


def objects_of(body: JsonObject, name: str) -> list[JsonObject]:
    return [one for one in _list(body.get(name)) if isinstance(one, dict)]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _with_self(person: JsonObject, reader: str) -> JsonObject:
    return {**person, "self": True} if address_of(person) == reader else person


def _attendee(person: JsonObject, reader: str, organizer: str) -> JsonObject:
    marked = _with_self(person, reader)
    return {**marked, "organizer": True} if address_of(person) == organizer else marked
