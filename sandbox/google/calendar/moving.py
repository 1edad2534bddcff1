"""Lets a household's events stand in the calendars of those who have their mail here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sandbox.google.calendar.store import Calendar
from sandbox.google.discovery import JsonObject

if TYPE_CHECKING:
    from sandbox.households.model import Event as HouseholdEvent

_RESPONSES = {"none": "needsAction", "organizer": "accepted"}


def enter(calendar: Calendar, events: Iterable[HouseholdEvent], uids: Mapping[str, str]) -> None:
    """Write each event into the calendar, which keeps the zone of its owner; `uids` are by the key of a mail."""
    for event in events:
        calendar.zone = event.zone
        organizer: JsonObject = {"email": event.organizer, "displayName": event.organizer_name}
        uid = {"iCalUID": uids[event.invited_by]} if event.invited_by in uids else {}
        calendar.add(_body(event) | uid, event.id, organizer)


def _body(event: HouseholdEvent) -> JsonObject:
    body: JsonObject = {"summary": event.title, **_times(event)}
    body |= {"location": event.place} if event.place else {}
    body |= {"transparency": "transparent"} if event.free else {}
    body |= {"recurrence": [f"RRULE:{event.rule}"]} if event.rule else {}
    body |= {"attendees": _attendees(event)} if event.attendees else {}
    meeting = {"createRequest": {"requestId": event.id}}
    return body | ({"conferenceData": meeting} if event.online else {})


def _times(event: HouseholdEvent) -> JsonObject:
    if event.all_day:
        return {"start": {"date": event.start.date().isoformat()}, "end": {"date": event.end.date().isoformat()}}
    sides = (("start", event.start), ("end", event.end))
    return {name: {"dateTime": moment.isoformat(), "timeZone": event.zone} for name, moment in sides}


def _attendees(event: HouseholdEvent) -> list[JsonObject]:
    """Everybody who was asked; what the others answered is not told, so they have not."""
    mine = _RESPONSES.get(event.response, event.response)
    answers = {event.organizer: "accepted", event.account: mine}
    return [
        {"email": address, "displayName": name, "responseStatus": answers.get(address, "needsAction")}
        for address, name in event.attendees
    ]
