"""What is about to be written to an event, worked out before the first write and kept in the log until it is done."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from adapters.microsoft.api import Reply
from adapters.microsoft.calendar import zones
from adapters.microsoft.calendar.events import (
    address_in,
    description_of,
    invited,
    people_in,
    span_of,
    times,
    zone_of,
)
from adapters.microsoft.calendar.meeting import body_with, notes_alone
from domain.codec import decode, encode
from domain.kinds import ChangeEvent

_REMINDER = ("isReminderOn", "reminderMinutesBeforeStart")
_KEPT = (
    "subject", "body", "start", "end", "isAllDay", "showAs", "sensitivity", "recurrence", "categories", *_REMINDER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intent:
    """`wanted` is the patch, for the event as it was at `version`; `before` puts its fields back as they were.

    Attendees are put back one by one, for others may have been invited since: those `added`, and those `removed`.
    `lost` says what cannot be put back.
    """

    version: str
    wanted: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[dict[str, Any], ...] = ()
    lost: tuple[str, ...] = ()

    def written(self) -> str:
        return json.dumps(encode(self), sort_keys=True)


def read_intent(text: str) -> Intent:
    return decode(Intent, json.loads(text), "token")


def change(item: Reply, asked: ChangeEvent) -> Intent:
    """Return how `asked` changes the event."""
    wanted: dict[str, Any] = {}
    if asked.title is not None:
        wanted["subject"] = asked.title
    if asked.location is not None:
        wanted["location"] = {"displayName": asked.location}
    if asked.description is not None:
        wanted["body"] = body_with(item, asked.description)
    if asked.start is not None or asked.end is not None:
        wanted |= times(asked.moved(span_of(item)), zone_of(item), all_day=bool(item.get("isAllDay")))
    before = {name: _as_it_was(item, name) for name in wanted}
    added, removed = _joining(item, asked), _leaving(item, asked)
    if added or removed:
        wanted["attendees"] = attendees_after(item, added, removed)
    return Intent(str(item["@odata.etag"]), wanted, before, added, removed)


def removal(item: Reply) -> Intent:
    """Return what brings the event back, of one's own: Outlook can only write it anew."""
    if not item.get("isOrganizer"):
        return Intent(str(item["@odata.etag"]), before={"organizer": "another"})
    kept = {name: _as_it_was(item, name) for name in _KEPT if item.get(name) is not None}
    place = {"location": _as_it_was(item, "location")} if item.get("location") else {}
    owner = address_in(item.get("organizer") or {})
    people = {"attendees": [_bare(each) for each in item.get("attendees") or () if address_in(each) != owner]}
    online = {"isOnlineMeeting": True, "body": notes_alone(item)} if item.get("onlineMeeting") else {}
    return Intent(str(item["@odata.etag"]), before={**kept, **place, **people, **online}, lost=_lost_with(item))


def caveat_of(intent: Intent) -> str:
    """Say what putting a removed event back does besides: it is another event to whoever was invited."""
    people = [address_in(each) for each in intent.before.get("attendees", ()) if each.get("type") != "resource"]
    invites = f"invites {', '.join(people)} again" if people else ""
    lacks = "without the days that were changed in the series" if intent.before.get("recurrence") else ""
    return ", ".join(each for each in (invites, lacks, *intent.lost) if each)


def _lost_with(item: Reply) -> tuple[str, ...]:
    lost = {
        "as an event of its own beside its series": item.get("seriesMasterId"),
        "without its attachments": item.get("hasAttachments"),
    }
    return tuple(said for said, is_so in lost.items() if is_so)


def reply(item: Reply) -> Intent:
    """Return what the owner had answered before, and when."""
    said = item.get("responseStatus") or {}
    return Intent(str(item["@odata.etag"]), before={"response": said.get("response"), "time": said.get("time")})


def is_answered_since(item: Reply, done: Intent) -> bool:
    """Whether any answer was given since: each has its own time, also one that says the same again."""
    return bool((item.get("responseStatus") or {}).get("time") != done.before.get("time"))


def put_back(item: Reply, done: Intent) -> dict[str, Any]:
    """Return the patch that takes `done` back from the event as it is now."""
    if not (done.added or done.removed):
        return dict(done.before)
    returning = tuple(address_in(each) for each in done.removed)
    gone = [each for each in people_in(item) if address_in(each) in {address.lower() for address in done.added}]
    return {**done.before, "attendees": attendees_after(item, returning, gone)}


def is_done(item: Reply, intent: Intent) -> bool:
    """Whether the event is as it was wanted, told by what was to change."""
    people = {address_in(each) for each in item.get("attendees") or ()}
    invited_now = all(address.lower() in people for address in intent.added)
    gone = not any(address_in(each) in people for each in intent.removed)
    fields = [name for name in intent.wanted if name != "attendees"]
    return invited_now and gone and all(_agrees(item, name, intent.wanted[name]) for name in fields)


def attendees_after(item: Reply, add: tuple[str, ...], remove: list[Reply] | tuple[Reply, ...]) -> list[dict[str, Any]]:
    """Return the whole list of attendees, for Graph replaces it."""
    leaving = {address_in(each) for each in remove}
    kept = [_bare(each) for each in item.get("attendees") or () if address_in(each) not in leaving]
    known = {address_in(each) for each in kept}
    return [*kept, *invited([address for address in add if address.lower() not in known])]


def _joining(item: Reply, asked: ChangeEvent) -> tuple[str, ...]:
    known = {address_in(each) for each in item.get("attendees") or ()}
    return tuple(address for address in asked.add_attendees if address.lower() not in known)


def _leaving(item: Reply, asked: ChangeEvent) -> tuple[dict[str, Any], ...]:
    leaving = {address.lower() for address in asked.remove_attendees}
    return tuple(_bare(each) for each in people_in(item) if address_in(each) in leaving)


def _bare(attendee: Reply) -> dict[str, Any]:
    """Return an attendee as he may be written: what he answered is his to say."""
    return {"type": attendee.get("type", "required"), "emailAddress": dict(attendee.get("emailAddress") or {})}


def _as_it_was(item: Reply, name: str) -> Any:
    if name in ("start", "end"):
        return times(span_of(item), zone_of(item), all_day=bool(item.get("isAllDay")))[name]
    if name == "location":
        return {"displayName": str((item.get("location") or {}).get("displayName") or "")}
    return "" if item.get(name) is None else item[name]


def _agrees(item: Reply, name: str, wanted: Any) -> bool:
    if name in ("start", "end"):
        span = span_of(item)
        moment = span.start if name == "start" else span.end
        return moment == (zones.read_day(wanted, zone_of(item)) if item.get("isAllDay") else zones.read(wanted))
    if name == "location":
        return bool(_as_it_was(item, name) == wanted)
    if name == "body":
        return description_of(item).split() == description_of({"body": wanted}).split()
    return bool((item.get(name) or "") == wanted)
