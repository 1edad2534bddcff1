"""Graph's events and ours (https://learn.microsoft.com/graph/api/resources/event)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from adapters.microsoft.api import Reply
from adapters.microsoft.calendar import zones
from adapters.microsoft.calendar.recurrence import recurrence
from adapters.microsoft.calendar.uids import uid_of
from domain.calendar import Attendee, Event, EventStatus, Response, Span, event_id
from domain.kinds import NewEvent
from domain.markup import words_in
from domain.messages import Address

FIELDS = (
    "id",
    "subject",
    "body",
    "start",
    "end",
    "originalStartTimeZone",
    "isAllDay",
    "isCancelled",
    "isOrganizer",
    "showAs",
    "sensitivity",
    "categories",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    "hasAttachments",
    "responseStatus",
    "organizer",
    "attendees",
    "location",
    "onlineMeeting",
    "webLink",
    "seriesMasterId",
    "type",
    "recurrence",
    "iCalUId",
    "transactionId",
    "createdDateTime",
)
IN_UTC = 'outlook.timezone="UTC"'
RESPONSES: Mapping[str, Response] = {
    "organizer": Response.ACCEPTED,
    "accepted": Response.ACCEPTED,
    "tentativelyAccepted": Response.TENTATIVE,
    "declined": Response.DECLINED,
}
_FREE = frozenset({"free", "workingElsewhere"})
_PRIVATE = frozenset({"private", "confidential", "personal"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one account's events; `owner` is the address of the account."""

    account: str
    source: str
    owner: str

    def event(self, item: Reply) -> Event:
        zone = zones.iana(str(item.get("originalStartTimeZone") or "UTC"))
        span = span_of(item)
        response = _own_response(item)
        return Event(
            id=event_id(self.account, str(item["id"])),
            account=self.account,
            provider="microsoft",
            source=self.source,
            title=str(item.get("subject") or ""),
            start=span.start,
            end=span.end,
            zone=zone,
            all_day=bool(item.get("isAllDay")),
            status=_status(item),
            busy=item.get("showAs") not in _FREE,
            response=response,
            organizer=self._organizer(item),
            attendees=self._attendees(item, response),
            location=str((item.get("location") or {}).get("displayName") or ""),
            description=description_of(item),
            join_url=str((item.get("onlineMeeting") or {}).get("joinUrl") or ""),
            link=str(item.get("webLink") or ""),
            series_id=str(item.get("seriesMasterId") or ""),
            uid=uid_of(str(item.get("iCalUId") or "")),
            version=str(item.get("@odata.etag") or ""),
            private=item.get("sensitivity") in _PRIVATE,
            shared=item.get("isOrganizer") is False,
        )

    def _organizer(self, item: Reply) -> Address | None:
        """Return whose meeting it is; the owner may have planned his own under another of his addresses."""
        found = _person(item.get("organizer"))
        return Address(found.name, self.owner) if found is not None and item.get("isOrganizer") else found

    def _attendees(self, item: Reply, response: Response) -> tuple[Attendee, ...]:
        """Return who is invited; Outlook leaves the organizer out of his own list."""
        people = tuple(self._attendee(each, response) for each in people_in(item))
        if people and item.get("isOrganizer") and not any(each.is_owner for each in people):
            return (Attendee(Address("", self.owner), Response.ACCEPTED, is_owner=True), *people)
        return people

    def _attendee(self, item: Reply, own: Response) -> Attendee:
        person = _person(item) or Address("", "")
        is_owner = person.address == self.owner
        said = RESPONSES.get(str((item.get("status") or {}).get("response")), Response.NEEDS_ACTION)
        return Attendee(person, own if is_owner else said, item.get("type") == "optional", is_owner)


def event_path(id: str) -> str:
    return f"/me/events/{quote(id, safe='')}"


def is_standing(item: Reply) -> bool:
    """Whether this is an event, or an occurrence, that takes place."""
    return not item.get("isCancelled") and "@removed" not in item


def people_in(item: Reply) -> list[Reply]:
    """Return who is invited; rooms and other resources are no people."""
    return [each for each in item.get("attendees") or () if each.get("type") != "resource"]


def address_in(attendee: Reply) -> str:
    return str((attendee.get("emailAddress") or {}).get("address") or "").lower()


def zone_of(item: Reply) -> str:
    return zones.iana(str(item.get("originalStartTimeZone") or "UTC"))


def span_of(item: Reply) -> Span:
    """Return when an event takes place; a whole day is one of the zone that it was planned in."""
    if item.get("isAllDay"):
        zone = zone_of(item)
        return Span(zones.read_day(item["start"], zone), zones.read_day(item["end"], zone))
    return Span(zones.read(item["start"]), zones.read(item["end"]))


def times(span: Span, zone: str, *, all_day: bool) -> dict[str, Any]:
    """Return when an event takes place as Graph writes it."""
    write = zones.day if all_day else zones.written
    return {"start": write(span.start, zone), "end": write(span.end, zone)}


def description_of(item: Reply) -> str:
    body = item.get("body") or {}
    content = str(body.get("content") or "")
    return (words_in(content) if body.get("contentType") == "html" else content).strip()


def text_body(text: str) -> dict[str, str]:
    return {"contentType": "text", "content": text}


def invited(addresses: Sequence[str]) -> list[dict[str, Any]]:
    return [{"type": "required", "emailAddress": {"address": address}} for address in addresses]


def body_of(new: NewEvent, transaction: str) -> dict[str, Any]:
    """Return the body that creates `new`; Graph makes one event of all that name the same transaction."""
    zone = new.zone or "UTC"
    body: dict[str, Any] = {
        "transactionId": transaction,
        "subject": new.title,
        "isAllDay": new.all_day,
        **times(Span(new.start, new.end), zone, all_day=new.all_day),
        "location": {"displayName": new.location},
        "body": text_body(new.description),
        "attendees": invited(new.attendees),
    }
    if new.online:
        body["isOnlineMeeting"] = True
    if new.recurrence:
        body["recurrence"] = recurrence(new.recurrence, new.start, zone)
    return body


def _own_response(item: Reply) -> Response:
    said = str((item.get("responseStatus") or {}).get("response"))
    own = Response.ACCEPTED if item.get("isOrganizer") else Response.NEEDS_ACTION
    return RESPONSES.get(said, own)


def _status(item: Reply) -> EventStatus:
    if item.get("isCancelled"):
        return EventStatus.CANCELLED
    return EventStatus.TENTATIVE if item.get("showAs") == "tentative" else EventStatus.CONFIRMED


def _person(told: Reply | None) -> Address | None:
    address = (told or {}).get("emailAddress") or {}
    if not address.get("address"):
        return None
    name = str(address.get("name") or "")
    return Address.told("" if name == address["address"] else name, str(address["address"]))
