"""Google's events and ours (https://developers.google.com/workspace/calendar/api/v3/reference/events)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import Attendee, Event, EventStatus, Response, Span, event_id
from domain.kinds import NewEvent
from domain.messages import Address

Reply = Mapping[str, Any]
PRIMARY = "primary"
_ELSEWHERE = "~"
RESPONSES: Mapping[str, Response] = {
    "needsAction": Response.NEEDS_ACTION,
    "accepted": Response.ACCEPTED,
    "tentative": Response.TENTATIVE,
    "declined": Response.DECLINED,
}
_SAID = {ours: theirs for theirs, ours in RESPONSES.items()}
_PRIVATE = frozenset({"private", "confidential"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: its id, and the calendar's. No event's id holds a tilde (base32hex and `_`)."""

    event: str
    calendar: str = PRIMARY

    @property
    def provider_id(self) -> str:
        return self.event if self.calendar == PRIMARY else f"{self.event}{_ELSEWHERE}{self.calendar}"


def place_of(provider_id: str) -> Place:
    event, _, calendar = provider_id.partition(_ELSEWHERE)
    return Place(event, calendar or PRIMARY)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the events of one calendar; `zone` is that of its whole days, `own` whether it is the owner's.

    Google marks as `self` whose calendar it is; that is the owner in his primary calendar alone.
    """

    account: str
    source: str
    zone: str = "UTC"
    calendar: str = PRIMARY
    own: bool = True

    def event(self, item: Reply) -> Event:
        people = tuple(map(self._attendee, people_in(item)))
        organizer = item.get("organizer")
        span = span_of(item, self.zone)
        return Event(
            id=event_id(self.account, self.provider_id(item)),
            account=self.account,
            provider="google",
            source=self.source,
            title=str(item.get("summary", "")),
            start=span.start,
            end=span.end,
            zone=zone_of(item, self.zone),
            all_day="date" in item["start"],
            status=_status(str(item.get("status", "confirmed"))),
            busy=item.get("transparency") != "transparent",
            response=next((each.response for each in people if each.is_owner), Response.ACCEPTED),
            organizer=_address(organizer) if organizer else None,
            attendees=people,
            location=str(item.get("location", "")),
            description=str(item.get("description", "")),
            join_url=_join_url(item),
            link=str(item.get("htmlLink", "")),
            series_id=self._series(item),
            uid=str(item.get("iCalUID", "")),
            version=str(item.get("etag", "")),
            private=item.get("visibility") in _PRIVATE,
            shared=self._is_shared(item),
            foreign=not self.own,
        )

    def _attendee(self, item: Reply) -> Attendee:
        response = RESPONSES.get(str(item.get("responseStatus")), Response.NEEDS_ACTION)
        is_owner = bool(item.get("self")) and self.calendar == PRIMARY
        return Attendee(_address(item), response, bool(item.get("optional")), is_owner)

    def _is_shared(self, item: Reply) -> bool:
        """Whether a change reaches more people than are listed: another's calendar or meeting, or a list cut short."""
        organizer = item.get("organizer")
        others = organizer is not None and not organizer.get("self")
        return self.calendar != PRIMARY or others or bool(item.get("attendeesOmitted"))

    def _series(self, item: Reply) -> str:
        series = str(item.get("recurringEventId", ""))
        return Place(series, self.calendar).provider_id if series else ""

    def provider_id(self, item: Reply) -> str:
        return Place(str(item["id"]), self.calendar).provider_id


def is_cancelled(item: Reply) -> bool:
    return item.get("status") == "cancelled"


def people_in(item: Reply) -> list[Reply]:
    """Return who is invited; rooms and other resources are no people."""
    return [each for each in item.get("attendees", ()) if not each.get("resource")]


def others_in(item: Reply) -> list[Reply]:
    return [each for each in people_in(item) if not each.get("self")]


def zone_of(item: Reply, default: str) -> str:
    return str(item["start"].get("timeZone") or default)


def span_of(item: Reply, zone: str) -> Span:
    """Return when an event takes place; its whole days begin and end at midnight in `zone`."""
    return Span(_moment(item["start"], zone), _moment(item["end"], zone))


def _moment(written: Reply, zone: str) -> datetime:
    if "date" in written:
        return datetime.fromisoformat(written["date"]).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    at = datetime.fromisoformat(written["dateTime"])
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(str(written.get("timeZone") or zone)))
    return at.astimezone(UTC)


def when(moment: datetime, zone: str, *, all_day: bool) -> dict[str, str | None]:
    """Return a moment as Google writes it; what the other kind of event has is taken away."""
    local = moment.astimezone(ZoneInfo(zone))
    if all_day:
        return {"date": local.date().isoformat()}
    return {"dateTime": local.isoformat(), "timeZone": zone}


def body_of(new: NewEvent, id: str) -> dict[str, Any]:
    """Return the body that creates `new` under an id of ours."""
    zone = new.zone or "UTC"
    body: dict[str, Any] = {
        "id": id,
        "summary": new.title,
        "start": when(new.start, zone, all_day=new.all_day),
        "end": when(new.end, zone, all_day=new.all_day),
        "location": new.location,
        "description": new.description,
        "attendees": [{"email": address} for address in new.attendees],
        "recurrence": list(new.recurrence),
    }
    if new.online:
        body["conferenceData"] = {"createRequest": {"requestId": id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    return {name: value for name, value in body.items() if value}


def attendees_after(item: Reply, add: Sequence[Reply], remove: Sequence[str]) -> list[Reply]:
    """Return the whole list of attendees, for Google replaces it; who is there already stays as he is."""
    gone = {address.lower() for address in remove}
    kept = [each for each in item.get("attendees", ()) if str(each.get("email", "")).lower() not in gone]
    known = {str(each.get("email", "")).lower() for each in kept}
    return [*kept, *(each for each in add if str(each["email"]).lower() not in known)]


def said(response: Response) -> str:
    return _SAID[response]


def _address(person: Reply) -> Address:
    return Address.told(str(person.get("displayName", "")), str(person.get("email", "")))


def _status(name: str) -> EventStatus:
    return EventStatus(name) if name in set(EventStatus) else EventStatus.CONFIRMED


def _join_url(item: Reply) -> str:
    """Return where an online meeting is joined: by Meet, or by another conference's video entry."""
    entries = item.get("conferenceData", {}).get("entryPoints", ())
    video = next((str(each.get("uri", "")) for each in entries if each.get("entryPointType") == "video"), "")
    return str(item.get("hangoutLink", "")) or video
