"""Whom Google would mail about a change (`sendUpdates`), and what the record keeps of an event."""

from __future__ import annotations

from sandbox.google.calendar.event import Event, address_of, objects_of
from sandbox.google.calendar.store import Calendar, Calendars
from sandbox.google.call import Call, object_of, text_of
from sandbox.google.discovery import JsonObject

_KEPT = ("summary", "start", "end", "status", "recurrence", "location", "transparency", "hangoutLink")


def told(call: Call, calendar: Calendar, calendars: Calendars, before: JsonObject, after: JsonObject) -> JsonObject:
    """The addresses that get a mail: the guests before and after, or the organizer when a guest acts."""
    asked = call.text("sendUpdates") or ("all" if call.flag("sendNotifications") else "none")
    organizer = address_of(object_of(after or before, "organizer"))
    guests = {address_of(one) for body in (before, after) for one in objects_of(body, "attendees")}
    concerned = guests if organizer == calendar.address else {organizer}
    others = sorted(concerned - {calendar.address})
    if asked == "externalOnly":
        others = [address for address in others if calendars.find(address) is None]
    return {"sendUpdates": asked, "mailed": others if asked != "none" else []}


def state(event: Event, properties: JsonObject) -> JsonObject:
    """What the record keeps of an event."""
    kept = {name: properties[name] for name in _KEPT if name in properties}
    answers = {address_of(one): text_of(one, "responseStatus") for one in objects_of(properties, "attendees")}
    return {"id": event.id, **kept, "attendees": answers, "organizer": address_of(object_of(properties, "organizer"))}
