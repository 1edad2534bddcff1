"""Reads the calendars that come by mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.ics.components import Component, Property, components
from adapters.ics.times import moment, span_of
from adapters.ics.zones import Zones
from application.ports.invitations import InvitationReader
from domain.calendar import Attendee, Response
from domain.invitations import Invitation, Method
from domain.messages import Address

MAX_EVENTS = 50
MAX_ATTENDEES = 500
MAX_TITLE = 1_000
MAX_DESCRIPTION = 20_000
_RECURRING = ("RRULE", "RDATE", "EXDATE")
MAX_RECURRENCE = 50
_RESPONSES: Mapping[str, Response] = {
    "ACCEPTED": Response.ACCEPTED,
    "TENTATIVE": Response.TENTATIVE,
    "DECLINED": Response.DECLINED,
}


class IcsReader(InvitationReader):
    """Reads what is there, however odd the rest."""

    def read(self, text: str, zone: str) -> tuple[Invitation, ...]:
        found = components(text)
        calendars = list(found.named("VCALENDAR")) or [found]
        return tuple(each for calendar in calendars for each in _invitations(calendar, zone))[:MAX_EVENTS]


def _invitations(calendar: Component, zone: str) -> Iterator[Invitation]:
    method, zones = _method(calendar.text("METHOD")), Zones(calendar, zone)
    for event in list(calendar.named("VEVENT"))[:MAX_EVENTS]:
        if uid := event.text("UID"):
            yield _invitation(event, method, uid, zones)


def _invitation(event: Component, method: Method, uid: str, zones: Zones) -> Invitation:
    start = moment(event.first("DTSTART"), zones)
    occurrence = moment(event.first("RECURRENCE-ID"), zones)
    organizer = event.first("ORGANIZER")
    return Invitation(
        method,
        uid,
        title=event.text("SUMMARY")[:MAX_TITLE],
        span=span_of(event, start, zones) if start else None,
        zone=start.zone.name if start else "UTC",
        all_day=start.is_date if start else False,
        sequence=_number(event.text("SEQUENCE")),
        organizer=_person(organizer) if organizer else None,
        attendees=tuple(map(_attendee, event.every("ATTENDEE")))[:MAX_ATTENDEES],
        location=event.text("LOCATION")[:MAX_TITLE],
        description=event.text("DESCRIPTION")[:MAX_DESCRIPTION],
        recurrence=tuple(map(_line, (each for each in event.properties if each.name in _RECURRING)))[:MAX_RECURRENCE],
        occurrence=occurrence.at if occurrence else None,
        cancelled=event.text("STATUS").upper() == "CANCELLED",
    )


def _method(name: str) -> Method:
    try:
        return Method(name.lower())
    except ValueError:
        return Method.PUBLISH


def _attendee(written: Property) -> Attendee:
    response = _RESPONSES.get(written.parameters.get("PARTSTAT", "").upper(), Response.NEEDS_ACTION)
    return Attendee(_person(written), response, written.parameters.get("ROLE", "").upper() == "OPT-PARTICIPANT")


def _person(written: Property) -> Address:
    """Return who a calendar address stands for: an address where it is one of mail (RFC 5545, 3.3.3)."""
    address = written.value.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    name = written.parameters.get("CN", "").strip('" ')
    return Address.told(name[:MAX_TITLE], address[:MAX_TITLE] if "@" in address else "")


def _line(written: Property) -> str:
    """Return a recurrence property as its line, with the one parameter that matters to it."""
    zone = written.parameters.get("TZID")
    head = f"{written.name};TZID={zone}" if zone else written.name
    return f"{head}:{written.value.strip()}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
