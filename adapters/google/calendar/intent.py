"""What is about to be written to an event, worked out before the first write and kept in the log until it is done."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.google.calendar.events import (
    PRIMARY,
    Place,
    Reply,
    attendees_after,
    others_in,
    people_in,
    said,
    span_of,
    when,
    zone_of,
)
from domain.codec import decode, encode
from domain.errors import CannotBe
from domain.kinds import ChangeEvent, InvitationAnswer

_TEXTS = {"title": "summary", "location": "location", "description": "description"}


@dataclass(frozen=True, slots=True)
class Intent:
    """`wanted` is the patch, for the event as it was at `version`; `before` puts its fields back as they were.

    Attendees are put back one by one, for others may have answered since: those `added`, and those `removed`.
    `tells`: other people take part, so they are told.
    """

    version: str
    tells: bool
    wanted: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[dict[str, Any], ...] = ()

    def written(self) -> str:
        return json.dumps(encode(self), sort_keys=True)


def read_intent(text: str) -> Intent:
    return decode(Intent, json.loads(text), "token")


def removal(item: Reply) -> Intent:
    return Intent(str(item["etag"]), _concerns_others(item))


def change(item: Reply, asked: ChangeEvent, zone: str) -> Intent:
    """Return how `asked` changes the event."""
    wanted: dict[str, Any] = {}
    for ours, theirs in _TEXTS.items():
        if (text := getattr(asked, ours)) is not None:
            wanted[theirs] = text
    if asked.start is not None or asked.end is not None:
        wanted |= _times(item, asked, zone)
    before = {name: item.get(name, "") for name in wanted}
    known = {str(each.get("email", "")).lower() for each in item.get("attendees", ())}
    added = tuple(address for address in asked.add_attendees if address.lower() not in known)
    leaving = {address.lower() for address in asked.remove_attendees}
    removed = tuple(dict(each) for each in people_in(item) if str(each.get("email", "")).lower() in leaving)
    if added or removed:
        wanted["attendees"] = attendees_after(item, [{"email": each} for each in added], sorted(leaving))
    tells = _concerns_others(item) or bool(added)
    return Intent(str(item["etag"]), tells, wanted, before, added, removed)


def answer(item: Reply, asked: InvitationAnswer, place: Place) -> Intent:
    """Return how the owner's answer changes the event; raise `CannotBe` where he was not invited.

    Beside his primary calendar `self` is whose calendar it is, in whose name nobody else answers.
    """
    mine = next((each for each in item.get("attendees", ()) if each.get("self")), None)
    if mine is None or place.calendar != PRIMARY:
        raise CannotBe("you are not among those invited, so there is nothing to answer", code="not_invited")
    return Intent(
        str(item["etag"]),
        _concerns_others(item),
        {"attendees": answered(item, said(asked.response), asked.comment)},
        {"responseStatus": mine.get("responseStatus", "needsAction"), "comment": mine.get("comment", "")},
    )


def answered(item: Reply, status: str, comment: str) -> list[Any]:
    """Return the whole list of attendees with the owner's own answer."""
    said_so = {"responseStatus": status, **({"comment": comment} if comment else {})}
    everybody = item.get("attendees", ())
    return [{**each, **said_so} if each.get("self") else dict(each) for each in everybody]


def _concerns_others(item: Reply) -> bool:
    """Whether others take part; a guest may be shown none of them, and his organizer hears of it nevertheless."""
    organizer = item.get("organizer") or {}
    return bool(others_in(item)) or bool(organizer and not organizer.get("self"))


def put_back(item: Reply, done: Intent) -> dict[str, Any]:
    """Return the patch that takes `done` back from the event as it is now."""
    if not (done.added or done.removed):
        return dict(done.before)
    return {**done.before, "attendees": attendees_after(item, done.removed, done.added)}


def is_done(item: Reply, intent: Intent) -> bool:
    """Whether the event is as it was wanted, told by what was to change; what others answer is their own affair."""
    people = {str(each.get("email", "")).lower(): each for each in item.get("attendees", ())}
    invited = all(address.lower() in people for address in intent.added)
    gone = not any(str(each.get("email", "")).lower() in people for each in intent.removed)
    return invited and gone and all(_agrees(name, item.get(name), value) for name, value in intent.wanted.items())


def _times(item: Reply, asked: ChangeEvent, calendar_zone: str) -> dict[str, Any]:
    zone = zone_of(item, calendar_zone)
    span = asked.moved(span_of(item, calendar_zone))
    all_day = "date" in item["start"]
    return {"start": when(span.start, zone, all_day=all_day), "end": when(span.end, zone, all_day=all_day)}


def _agrees(name: str, actual: Any, wanted: Any) -> bool:
    if name in ("start", "end"):
        return _moment(actual) == _moment(wanted)
    if name == "attendees":
        return _own_answer(actual or ()) == _own_answer(wanted)
    return (actual or "") == (wanted or "")


def _moment(written: Any) -> object:
    return written["date"] if "date" in written else datetime.fromisoformat(written["dateTime"])


def _own_answer(people: Any) -> object:
    return next((each.get("responseStatus") for each in people if each.get("self")), None)
