"""The methods of events."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.google.calendar import listing, mailing, moments, sharing, writing
from sandbox.google.calendar.errors import access_needed, condition_not_met, deleted, invalid, not_found, required
from sandbox.google.calendar.event import Event
from sandbox.google.calendar.store import Calendar, Calendars
from sandbox.google.call import Call, Handler, Outcome
from sandbox.google.discovery import JsonObject
from sandbox.misbehaviour import Faults, Kind

ROLES = ("freeBusyReader", "reader", "writer", "owner")


class Events:
    """The events of whoever asks."""

    def __init__(self, calendars: Calendars, faults: Faults) -> None:
        self._calendars = calendars
        self._faults = faults

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "events.list": self.list,
            "events.instances": self.instances,
            "events.get": self.get,
            "events.insert": self.insert,
            "events.patch": self.patch,
            "events.update": self.update,
            "events.delete": self.delete,
        }

    def list(self, call: Call) -> Outcome:
        calendar = opened(self._calendars, call)
        synced = bool(call.text("syncToken"))
        struck = synced and self._faults.struck(call.method.id, call.account, (Kind.EXPIRED_CURSOR,))
        cursor = listing.begun(call, calendar, expired=bool(struck))
        return Outcome(listing.page(call, calendar, cursor, listing.wanted(call, calendar, cursor)))

    def instances(self, call: Call) -> Outcome:
        calendar = opened(self._calendars, call)
        series = calendar.existing(call.path["eventId"])
        if not series.recurrence:
            raise invalid("The specified event is not a recurring event.", "eventId")
        asked = listing.window(call)
        original = moments.bound(call.text("originalStart"), "originalStart")
        found = [
            one
            for one in calendar.instances(series, asked.begin, asked.end)
            if (call.flag("showDeleted") or not one.cancelled)
            and (original is None or (one.original and one.original.utc == original))
        ]
        cursor = listing.begun(call, calendar, expired=False)
        return Outcome(listing.page(call, calendar, cursor, found))

    def get(self, call: Call) -> Outcome:
        calendar = opened(self._calendars, call)
        return Outcome(listing.shown(calendar.existing(call.path["eventId"]), call, calendar))

    def insert(self, call: Call) -> Outcome:
        calendar = opened(self._calendars, call, "writer")
        _check_times(call.body)
        event = calendar.add(call.body, version=call.number("conferenceDataVersion", 0))
        return self._written(call, calendar, event, {})

    def patch(self, call: Call) -> Outcome:
        calendar, event = self._existing(call)
        before = event.properties
        return self._write(call, calendar, event, writing.merged(before, call.body))

    def update(self, call: Call) -> Outcome:
        """Replace what a client may write; what the body leaves out is gone."""
        calendar, event = self._existing(call)
        _check_times(call.body)
        sequence = call.body.get("sequence")
        if isinstance(sequence, int) and sequence < event.sequence:
            raise invalid("Invalid sequence value. The specified sequence number is below the current one.")
        return self._write(call, calendar, event, call.body)

    def delete(self, call: Call) -> Outcome:
        calendar, event = self._existing(call)
        if event.cancelled:
            raise deleted()
        before = event.properties
        calendar.remove(event.id)
        sharing.withdraw(self._calendars, calendar, event)
        state = mailing.state(event, {**before, "status": "cancelled"})
        return Outcome(None, event.id, state | mailing.told(call, calendar, self._calendars, before, {}))

    def _write(self, call: Call, calendar: Calendar, event: Event, wanted: JsonObject) -> Outcome:
        before = event.properties
        wanted = sharing.allowed(calendar, event, wanted)
        event = calendar.write(event, wanted, call.body, call.number("conferenceDataVersion", 0))
        return self._written(call, calendar, event, before)

    def _written(self, call: Call, calendar: Calendar, event: Event, before: JsonObject) -> Outcome:
        sharing.spread(self._calendars, calendar, event)
        state = mailing.state(event, event.properties)
        mailed = mailing.told(call, calendar, self._calendars, before, event.properties)
        return Outcome(listing.shown(event, call, calendar), event.id, state | mailed)

    def _existing(self, call: Call) -> tuple[Calendar, Event]:
        calendar = opened(self._calendars, call, "writer")
        event = calendar.existing(call.path["eventId"])
        if call.headers.get("if-match", "*") not in ("*", event.etag):
            raise condition_not_met()
        return calendar, event


def opened(calendars: Calendars, call: Call, role: str = "reader") -> Calendar:
    """The calendar that a call names: one's own, or one that somebody shared, with as much access as is needed."""
    id = call.path.get("calendarId", "primary")
    calendar = calendars[call.account] if id == "primary" else calendars.find(id)
    given = calendar.role_of(call.account) if calendar else ""
    if calendar is None or given not in ROLES[1:]:
        raise not_found()
    if ROLES.index(given) < ROLES.index(role):
        raise access_needed(role)
    return calendar


def _check_times(body: JsonObject) -> None:
    for side in ("start", "end"):
        if not body.get(side):
            raise required(f"Missing {side} time.")
