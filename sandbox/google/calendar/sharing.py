"""One meeting in several calendars: the organizer's is the true one, each guest's has a copy of his own.

Source: https://developers.google.com/workspace/calendar/api/concepts/inviting-attendees-to-events.
"""

from __future__ import annotations

from sandbox.google.calendar.errors import not_the_organizer
from sandbox.google.calendar.event import Event, address_of, objects_of
from sandbox.google.calendar.store import Calendar, Calendars
from sandbox.google.discovery import JsonObject

_FOR_ORGANIZERS = ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests", "anyoneCanAddSelf")
_OF_A_GUEST = ("responseStatus", "comment", "additionalGuests")
_PERSONAL = ("reminders", "colorId", "transparency", "visibility")


def allowed(calendar: Calendar, event: Event, wanted: JsonObject) -> JsonObject:
    """What may be written: of the guests' entries a guest may change his own only."""
    standing = event.properties
    if event.organizer == calendar.address:
        return wanted
    if any(name in wanted and standing.get(name) != wanted[name] for name in _FOR_ORGANIZERS):
        raise not_the_organizer()
    asked = {address_of(one): one for one in objects_of(wanted, "attendees")}.get(calendar.address, {})
    mine = {name: asked[name] for name in _OF_A_GUEST if name in asked}
    guests = [{**one, **mine} if address_of(one) == calendar.address else one for one in event.attendees()]
    return {**wanted, "attendees": guests}


def spread(calendars: Calendars, calendar: Calendar, event: Event) -> None:
    """Carry a change to everybody's calendar: all of it from the organizer, an answer from a guest."""
    if event.organizer != calendar.address:
        _answer(calendars, calendar, event)
        return
    guests = {address_of(one) for one in event.attendees()} - {calendar.address}
    for other in list(calendars):
        if other.address in guests:
            _copy(other, event)
        elif other is not calendar and (held := other.find(event.id)) and not held.cancelled:
            other.remove(event.id)


def withdraw(calendars: Calendars, calendar: Calendar, event: Event) -> None:
    """Take a deleted meeting out of the guests' calendars, or let a guest's deletion be his refusal."""
    if event.organizer == calendar.address:
        for other in list(calendars):
            if other is not calendar and (held := other.find(event.id)) and not held.cancelled:
                other.remove(event.id)
        return
    home = calendars.find(event.organizer)
    if home and home.find(event.id):
        spread(calendars, home, home.answer(event.id, calendar.address, "declined"))


def _answer(calendars: Calendars, calendar: Calendar, event: Event) -> None:
    home = calendars.find(event.organizer)
    if home is None or home.find(event.id) is None:
        return
    mine = event.answer_of(calendar.address)
    if home.existing(event.id).answer_of(calendar.address) != mine:
        spread(calendars, home, home.answer(event.id, calendar.address, mine))


def _copy(other: Calendar, event: Event) -> None:
    held = other.find(event.id)
    own = {name: held.fields[name] for name in _PERSONAL if name in held.fields} if held else {}
    copy = held or Event(event.id, {}, event.created, event.updated)
    fields = event.fields if event.series is None or copy.series else event.properties
    shared = {name: value for name, value in fields.items() if name not in _PERSONAL}
    copy.fields, copy.sequence = shared | own, event.sequence
    other.place(copy)
