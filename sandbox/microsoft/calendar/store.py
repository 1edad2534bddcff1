"""A calendar in memory, with a log of every change for delta queries."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sandbox.microsoft.calendar import meeting, recurrence, zones
from sandbox.microsoft.calendar.event import Event, blank
from sandbox.microsoft.call import JsonObject, object_of, objects_of, text_of
from sandbox.microsoft.changes import ChangeLog
from sandbox.microsoft.errors import invalid

PLACE = "calendar"
_TIMES = ("start", "end")
_TOLD_ELSEWHERE = (
    "id",
    "transactionId",
    "organizer",
    "iCalUId",
    "isDraft",
    "originalStartTimeZone",
    "originalEndTimeZone",
)


class Calendar:
    """One calendar of a person, the usual one where it has no `title`.

    `zone` is where the person works, `keeps_declined` lets declined events stay in it. One that somebody else shares
    is of another `owner`, and one that others fill, such as the holidays, cannot be edited (`can_edit`).

    An answer to an invitation is taken at once, and carried out `answering_seconds` later.
    """

    def __init__(self, address: str, name: str = "", lock: threading.RLock | None = None, title: str = "") -> None:
        self.lock = threading.RLock() if lock is None else lock
        self.address = address
        self.name = name or address
        self.zone = "UTC"
        self.keeps_declined = False
        self.answering_seconds = 0.0
        self.clock: Callable[[], float] = time.time
        self.title = title
        self.owner = address
        self.can_edit = True
        self.id = f"AAMkCal{(address + title).encode().hex()}AAA="
        self.events: dict[str, Event] = {}
        self.log = ChangeLog()
        self._transactions: dict[str, str] = {}
        self._answers: list[tuple[float, str, str]] = []
        self._dice = random.Random(f"calendar:{address}{title}")

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def create(self, body: JsonObject, key: str | None = None) -> Event:
        """Write a new event; one with a transaction id that was seen before is the event of that time."""
        transaction = text_of(body, "transactionId") or None
        before = self.events.get(self._transactions.get(transaction or "", ""))
        if before is not None:
            return before
        for name in _TIMES:
            if not object_of(body, name):
                raise invalid(f"Required property '{name}' is missing.", "ErrorPropertyValidationFailure")
        start, start_zone = zones.read(object_of(body, "start"), "start")
        end, end_zone = zones.read(object_of(body, "end"), "end")
        me: JsonObject = {"emailAddress": {"name": self.name, "address": self.address}}
        event = Event(
            key or self._new_key(), blank(), start, end, start_zone, end_zone, me, self.now(), transaction=transaction
        )
        self._write(event, body)
        if transaction:
            self._transactions[transaction] = event.key
        return self._enter(event)

    def invite(
        self, body: JsonObject, organizer: JsonObject, response: str = "notResponded", key: str | None = None
    ) -> Event:
        """An event that somebody else asked for."""
        event = self.create(body, key)
        event.organizer, event.is_organizer, event.response = organizer, False, response
        if response in ("notResponded", "tentativelyAccepted") and "showAs" not in body:
            event.properties["showAs"] = "tentative"
        return event

    def find(self, key: str) -> Event | None:
        """The event of an id, or the occurrence of a series."""
        if key in self.events:
            return self.events[key]
        master, _, day = key.partition(".OID.")
        series = self.events.get(master)
        if series is None or not day:
            return None
        planned = date.fromisoformat(day)
        return series.occurrence(planned) if planned in series.changed or series.happens_on(planned) else None

    def update(self, event: Event, body: JsonObject) -> Event:
        """Change an event; a changed occurrence becomes an exception to its series."""
        if event.master is not None and event.planned is not None:
            self.events[event.master].changed[event.planned] = event
        self._write(event, body)
        return self._changed(event)

    def respond(self, event: Event, response: str) -> None:
        """Say yes, no or perhaps; what is declined leaves the calendar, as in Outlook, unless it `keeps_declined`."""
        self._answers.append((self.clock() + self.answering_seconds, event.key, response))
        self.settle()

    def settle(self) -> None:
        """Carry out the answers whose time has come."""
        due = [answer for answer in self._answers if answer[0] <= self.clock()]
        self._answers = [answer for answer in self._answers if answer not in due]
        for _, key, response in due:
            event = self.find(key)
            if event is not None:
                self._answered(event, response)

    def _answered(self, event: Event, response: str) -> None:
        event.response, event.responded = response, self.now()
        event.properties["showAs"] = {"accepted": "busy", "tentativelyAccepted": "tentative"}.get(response, "free")
        if response == "declined" and not self.keeps_declined:
            self.delete(event)
        else:
            self.update(event, {})

    def delete(self, event: Event) -> None:
        """Take an event, or one day of a series, out of the calendar."""
        if event.master is not None and event.planned is not None:
            series = self.events[event.master]
            series.cancelled.add(event.planned)
            series.changed.pop(event.planned, None)
            self._changed(series)
        else:
            del self.events[event.key]
        self.log.note(PLACE, event.key, event.key)

    def between(self, begin: datetime, end: datetime) -> list[Event]:
        """What happens between two moments, series as their occurrences, in order."""
        found = [one for event in self.events.values() for one in event.instances(begin, end)]
        return sorted(found, key=lambda event: (event.start.astimezone(UTC), event.key))

    def _write(self, event: Event, body: JsonObject) -> None:
        start, start_zone = (
            zones.read(object_of(body, "start"), "start") if "start" in body else (event.start, event.start_zone)
        )
        end, end_zone = zones.read(object_of(body, "end"), "end") if "end" in body else (event.end, event.end_zone)
        changed = {
            name: value for name, value in body.items() if name not in (*_TIMES, *_TOLD_ELSEWHERE) and "@" not in name
        }
        all_day = changed.get("isAllDay", event.properties["isAllDay"])
        if end < start or (
            all_day and not (_is_midnight(start) and _is_midnight(end) and end - start >= timedelta(days=1))
        ):
            raise invalid("The start and end of the event do not fit each other.", "ErrorPropertyValidationFailure")
        if object_of(changed, "recurrence"):
            recurrence.check(object_of(changed, "recurrence"))
        event.start, event.end, event.start_zone, event.end_zone = start, end, start_zone, end_zone
        before = event.properties
        event.properties = before | _completed(changed, before)
        event.properties |= meeting.kept_up(event.join_url, before, event.properties)

    def _enter(self, event: Event) -> Event:
        event.modified = self.now()
        self.events[event.key] = event
        event.arrival = self.log.note(PLACE, event.key, event.key)
        return event

    def _changed(self, event: Event) -> Event:
        event.version += 1
        event.modified = self.now()
        self.log.note(PLACE, event.key, event.key)
        return event

    def _new_key(self) -> str:
        return f"AAMkAGV{self._dice.getrandbits(200):050x}AAA="


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _completed(changed: JsonObject, before: JsonObject) -> JsonObject:
    """What follows of what a client wrote: answers of attendees, the list of places, the meeting's provider."""
    done = dict(changed)
    if "attendees" in changed:
        known = {_address(one): one.get("status") for one in objects_of(before, "attendees")}
        none = {"response": "none", "time": "0001-01-01T00:00:00Z"}
        done["attendees"] = [
            {"type": "required", **one, "status": one.get("status") or known.get(_address(one)) or none}
            for one in objects_of(changed, "attendees")
        ]
    if object_of(changed, "location"):
        said = object_of(changed, "location")
        place = {"locationType": "default", "uniqueId": said.get("displayName"), "uniqueIdType": "private", **said}
        done |= {"location": place, "locations": [place]}
    if changed.get("isOnlineMeeting"):
        done["onlineMeetingProvider"] = changed.get("onlineMeetingProvider") or "teamsForBusiness"
    return done


def _address(attendee: JsonObject) -> str:
    return text_of(object_of(attendee, "emailAddress"), "address").lower()


class Calendars:
    """The calendars of one server, by address; asking for a new one opens it."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._calendars: dict[str, list[Calendar]] = {}

    def __getitem__(self, address: str) -> Calendar:
        return self.all(address)[0]

    def all(self, address: str) -> list[Calendar]:
        """Everything that stands in somebody's list, the usual calendar first."""
        key = address.lower()
        mine = self._calendars.setdefault(key, [])
        if not mine:
            mine.append(Calendar(key, lock=self._lock))
        for calendar in mine:
            calendar.settle()
        return mine

    def open(self, address: str, title: str, owner: str = "", *, can_edit: bool = True) -> Calendar:
        """Put another calendar into somebody's list."""
        calendar = Calendar(address.lower(), lock=self._lock, title=title)
        calendar.owner, calendar.can_edit = owner or calendar.address, can_edit
        self.all(address).append(calendar)
        return calendar

    def find(self, address: str) -> Calendar | None:
        return self[address] if address.lower() in self._calendars else None
