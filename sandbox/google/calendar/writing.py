"""What follows of what a client wrote: times that hold, answers of attendees, a meeting's address."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sandbox.google.calendar import moments, recurrence
from sandbox.google.calendar.errors import empty_range, invalid
from sandbox.google.calendar.event import address_of, objects_of
from sandbox.google.call import object_of, text_of, texts_of
from sandbox.google.discovery import JsonObject

READ_ONLY = frozenset(
    {"kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "iCalUID", "sequence",
     "recurringEventId", "originalStartTime", "hangoutLink", "eventType", "attendeesOmitted", "locked", "privateCopy"}
)  # fmt: skip
_MEET_ICON = (
    "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png"
)
_NOT_WRITTEN = READ_ONLY | {"conferenceData"}
_MERGED = ("start", "end", "reminders", "extendedProperties", "source")


def merged(standing: JsonObject, changes: JsonObject) -> JsonObject:
    """The fields after a patch: objects are merged, lists are replaced, null takes away."""
    after = dict(standing)
    for name, value in changes.items():
        if name in _MERGED and isinstance(value, dict):
            before = object_of(standing, name)
            after[name] = {
                key: inner for key, inner in {**_comparable(before, name), **value}.items() if inner is not None
            }
        elif value is None:
            after.pop(name, None)
        else:
            after[name] = value
    return after


def completed(body: JsonObject, standing: JsonObject, zone: str) -> JsonObject:
    """The fields as they are kept, or a refusal; `standing` is what was there before."""
    kept = {name: value for name, value in body.items() if name not in _NOT_WRITTEN and value is not None}
    start, end = (moments.read(object_of(body, side), side, zone) for side in ("start", "end"))
    if start.whole_day != end.whole_day:
        raise invalid("Start and end times must either both be date or both be dateTime.")
    if end.utc < start.utc or (start.whole_day and end.utc == start.utc):
        raise empty_range()
    if lines := texts_of(body, "recurrence"):
        recurrence.check(lines, start)
    kept |= {"start": start.kept(), "end": end.kept()}
    organizer = address_of(object_of(standing, "organizer"))
    if "attendees" in kept:
        kept["attendees"] = _attendees(objects_of(body, "attendees"), objects_of(standing, "attendees"), organizer)
    return {**kept, **{name: standing[name] for name in ("creator", "organizer", "iCalUID") if name in standing}}


def conferencing(body: JsonObject, standing: JsonObject, version: int) -> JsonObject:
    """The conference of an event; a client that speaks version 0 leaves the one that is there alone."""
    if version < 1 or "conferenceData" not in body:
        return {name: standing[name] for name in ("conferenceData", "hangoutLink") if name in standing}
    asked = object_of(body, "conferenceData")
    if not asked:
        return {}
    request = object_of(asked, "createRequest")
    if not request or text_of(object_of(asked, "conferenceSolution"), "name"):
        return {"conferenceData": asked, **_link(asked)}
    if not text_of(request, "requestId"):
        raise invalid("Invalid conference data: a requestId is needed.", "conferenceData")
    made = _meeting(request)
    return {"conferenceData": made, **_link(made)}


def _meeting(request: JsonObject) -> JsonObject:
    """A Google Meet for a request; the same request id always names the same room."""
    key = object_of(request, "conferenceSolutionKey") or {"type": "hangoutsMeet"}
    if text_of(key, "type") != "hangoutsMeet":
        raise invalid("Invalid conference type value.", "conferenceData")
    digits = int(hashlib.sha256(text_of(request, "requestId").encode()).hexdigest(), 16)
    letters = "".join(chr(ord("a") + digits // 26**place % 26) for place in range(10))
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    return {
        "createRequest": {**request, "conferenceSolutionKey": key, "status": {"statusCode": "success"}},
        "entryPoints": [
            {"entryPointType": "video", "uri": f"https://meet.google.com/{code}", "label": f"meet.google.com/{code}"}
        ],
        "conferenceSolution": {"key": key, "name": "Google Meet", "iconUri": _MEET_ICON},
        "conferenceId": code,
    }


def _link(conference: JsonObject) -> JsonObject:
    videos = [one for one in objects_of(conference, "entryPoints") if one.get("entryPointType") == "video"]
    return {"hangoutLink": text_of(videos[0], "uri")} if videos else {}


def _attendees(asked: list[JsonObject], standing: list[JsonObject], organizer: str) -> list[JsonObject]:
    known = {address_of(one): one for one in standing}
    return [_attendee(one, known.get(address_of(one), {}), organizer) for one in asked]


def _attendee(asked: JsonObject, standing: JsonObject, organizer: str) -> JsonObject:
    if not address_of(asked):
        raise invalid("Missing attendee email.", "", "required")
    if "@" not in address_of(asked):
        raise invalid("Invalid attendee email.")
    unasked = "accepted" if address_of(asked) == organizer else "needsAction"
    answer = text_of(asked, "responseStatus") or text_of(standing, "responseStatus") or unasked
    if answer not in ("needsAction", "declined", "tentative", "accepted"):
        raise invalid("Invalid attendee response status.")
    plain = {name: value for name, value in asked.items() if name not in ("self", "organizer") and value is not None}
    return {**plain, "email": address_of(asked), "responseStatus": answer}


def _comparable(before: JsonObject, name: str) -> Mapping[str, object]:
    """A day's zone is ours and not the client's, so a patch to a time starts without it."""
    return {
        key: value for key, value in before.items() if name == "reminders" or key != "timeZone" or "date" not in before
    }
