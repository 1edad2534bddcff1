"""events.list and events.instances: windows, expansion, pages, and what changed since a sync token.

Source: https://developers.google.com/workspace/calendar/api/guides/sync and the method's own description in the
discovery document.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

from sandbox.google.calendar import moments
from sandbox.google.calendar.errors import empty_range, full_sync_required, invalid
from sandbox.google.calendar.event import Event, instance
from sandbox.google.calendar.store import Calendar, overlaps
from sandbox.google.call import Call, object_of, text_of
from sandbox.google.discovery import JsonObject

_NOT_WITH_SYNC = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin",
)  # fmt: skip
_NEVER_SYNCED = frozenset(_NOT_WITH_SYNC) - {"timeMin", "timeMax"}
_LARGEST_PAGE = 2500
_DEFAULT_PAGE = 250


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a query is about; None leaves a side open."""

    begin: datetime | None
    end: datetime | None

    def holds(self, event: Event) -> bool:
        return overlaps(event, self.begin, self.end)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a page token or a sync token knows: the count of changes it goes by, and the query it was given for.

    `listed` numbers the list that the pages are of, so that a change between two pages moves nothing.
    """

    count: int
    offset: int = 0
    listed: int = 0
    since: int | None = None
    begin: str = ""
    end: str = ""

    def written(self) -> str:
        known = [self.count, self.offset, self.listed, self.since, self.begin, self.end]
        return base64.urlsafe_b64encode(json.dumps(known).encode()).decode()

    @property
    def window(self) -> Window:
        return Window(moments.bound(self.begin, "timeMin"), moments.bound(self.end, "timeMax"))


def window(call: Call) -> Window:
    """The window that a call asks for; an empty one is refused."""
    begin, end = (moments.bound(call.text(name), name) for name in ("timeMin", "timeMax"))
    if begin and end and end <= begin:
        raise empty_range()
    return Window(begin, end)


def begun(call: Call, calendar: Calendar, *, expired: bool) -> Cursor:
    """Where a list starts: afresh, after a sync token, or where the last page ended."""
    if text := call.text("pageToken"):
        cursor = _read(text, "pageToken", "Invalid page token value.")
        if not cursor.offset or cursor.listed not in calendar.lists:
            raise invalid("Invalid page token value.", "pageToken")
        return cursor
    if not (text := call.text("syncToken")):
        window(call)
        return Cursor(calendar.count, begin=call.text("timeMin"), end=call.text("timeMax"))
    for name in _NOT_WITH_SYNC:
        if call.texts(name):
            raise invalid(f"The parameter {name} cannot be used together with syncToken.", name)
    if call.texts("showDeleted") and not call.flag("showDeleted"):
        raise invalid("Deleted events cannot be left out together with syncToken.", "showDeleted")
    token = _read(text, "syncToken", "Invalid sync token value.")
    if expired or token.count < calendar.oldest_count:
        raise full_sync_required()
    return Cursor(calendar.count, since=token.count, begin=token.begin, end=token.end)


def wanted(call: Call, calendar: Calendar, cursor: Cursor) -> list[Event]:
    """Everything that a list is about, all its pages together."""
    if cursor.offset:
        return calendar.lists[cursor.listed]
    found = _changed(call, calendar, cursor) if cursor.since is not None else _present(call, calendar, cursor.window)
    events = [event for event in found if _matches(event, call)]
    if call.text("orderBy") == "startTime":
        if not call.flag("singleEvents"):
            raise invalid("The requested ordering is not available for the particular query.", "orderBy")
        events.sort(key=lambda event: (event.start.utc, event.id))
    if call.text("orderBy") == "updated":
        events.sort(key=lambda event: (event.updated, event.changed))
    return events


def page(call: Call, calendar: Calendar, cursor: Cursor, events: list[Event]) -> JsonObject:
    """One page; only the last one has the token for the next synchronisation."""
    size = max(1, min(call.number("maxResults", _DEFAULT_PAGE), _LARGEST_PAGE))
    end = cursor.offset + size
    here = events[cursor.offset : end]
    if cursor.offset and cursor.since is None and not call.flag("showDeleted"):
        here = [event for event in here if event.series or not event.cancelled]
    told = _head(call, calendar) | {"items": [shown(event, call, calendar) for event in here]}
    if end < len(events):
        listed = cursor.listed if cursor.offset else calendar.keep(events)
        following = replace(cursor, offset=end, listed=listed)
        return told | {"nextPageToken": following.written()}
    if any(call.texts(name) for name in _NEVER_SYNCED):
        return told
    return told | {"nextSyncToken": Cursor(cursor.count, begin=cursor.begin, end=cursor.end).written()}


def shown(event: Event, call: Call, calendar: Calendar) -> JsonObject:
    zone = call.text("timeZone") or calendar.zone
    moments.zone(zone)
    if event.cancelled and call.method.id != "calendar.events.get":
        return event.tombstone(zone)
    most = call.number("maxAttendees", 0) or None
    return event.shown(calendar.address, zone, most)


def _head(call: Call, calendar: Calendar) -> JsonObject:
    return {
        "kind": "calendar#events",
        "etag": f'"p{calendar.count:016d}"',
        "summary": calendar.name,
        "updated": moments.milliseconds(
            max((one.updated for one in calendar.events.values()), default=calendar.opened)
        ),
        "timeZone": call.text("timeZone") or calendar.zone,
        "accessRole": calendar.role_of(call.account),
        "defaultReminders": [{"method": "popup", "minutes": 30}],
    }


def _present(call: Call, calendar: Calendar, asked: Window) -> Iterator[Event]:
    single, deleted = call.flag("singleEvents"), call.flag("showDeleted") or bool(call.text("updatedMin"))
    for event in list(calendar.events.values()):
        if event.recurrence and single:
            instances = () if event.cancelled and not deleted else calendar.instances(event, asked.begin, asked.end)
            yield from (one for one in instances if deleted or not one.cancelled)
        elif event.recurrence:
            if (deleted or not event.cancelled) and calendar.instances(event, asked.begin, asked.end):
                yield event
        elif event.series is None or not single:
            tells_of_series = event.series is not None and not event.series.cancelled
            if (deleted or tells_of_series or not event.cancelled) and asked.holds(event):
                yield event


def _changed(call: Call, calendar: Calendar, cursor: Cursor) -> Iterator[Event]:
    """What changed since; a changed series is told by its instances, also by those that it no longer has."""
    since, asked = cursor.since or 0, cursor.window
    for event in list(calendar.events.values()):
        if not call.flag("singleEvents"):
            yield from [event] if event.changed > since else []
        elif event.recurrence:
            yield from _changed_instances(calendar, event, since, asked)
        elif event.series is None and event.changed > since:
            yield event


def _changed_instances(calendar: Calendar, series: Event, since: int, asked: Window) -> Iterator[Event]:
    for one in calendar.instances(series, asked.begin, asked.end):
        if series.changed > since or one.changed > since:
            yield one
    for lost_at, original in series.former:
        if lost_at > since:
            gone = instance(series, original)
            gone.fields = {"status": "cancelled"}
            yield gone


def _matches(event: Event, call: Call) -> bool:
    if (uid := call.text("iCalUID")) and text_of(event.properties, "iCalUID") != uid:
        return False
    oldest = moments.bound(call.text("updatedMin"), "updatedMin")
    if oldest and event.updated.astimezone(UTC) < oldest:
        return False
    kinds = call.texts("eventTypes")
    return (not kinds or "default" in kinds) and _has_properties(event, call) and _says(event, call.text("q"))


def _has_properties(event: Event, call: Call) -> bool:
    extended = object_of(event.properties, "extendedProperties")
    for side in ("private", "shared"):
        held: Mapping[str, object] = object_of(extended, side)
        asked = (constraint.partition("=") for constraint in call.texts(f"{side}ExtendedProperty"))
        if not all(held.get(name) == value for name, _, value in asked):
            return False
    return True


def _says(event: Event, q: str) -> bool:
    """Whether every word of a search is in what Google searches."""
    properties = event.properties
    people: Iterable[JsonObject] = [*event.attendees(), object_of(properties, "organizer")]
    texts = [text_of(properties, name) for name in ("summary", "description", "location")]
    texts += [text_of(person, name) for person in people for name in ("displayName", "email")]
    said = " ".join(texts).lower()
    return all(word.strip('"') in said for word in q.lower().split())


def _read(text: str, parameter: str, message: str) -> Cursor:
    try:
        count, offset, listed, since, begin, end = cast(
            tuple[int, int, int, int | None, str, str], json.loads(base64.urlsafe_b64decode(text))
        )
    except ValueError as wrong:
        raise invalid(message, parameter) from wrong
    return Cursor(count, offset, listed, since, begin, end)
