"""Google's calendars as one source. Which of them count is asked at each poll, for the owner may tick another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.google.calendar.api import GoogleCalendarApi
from adapters.google.calendar.events import PRIMARY, Reader, Reply, is_cancelled, place_of
from application.ports.calendar import Calendar, EventChanges
from domain.calendar import Event, Span
from domain.errors import CursorExpired, NotFound
from domain.free_time import Schedule, told_in_parts

_PAGE = 250
_MOST_PEOPLE = 50
# Google refuses more than three months at once.
_LONGEST = timedelta(days=60)
_READABLE = "reader"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The span that is followed, each calendar's sync token, and whether each is the owner's own."""

    span: Span
    tokens: Mapping[str, str]
    own: Mapping[str, bool]

    def written(self) -> str:
        span = [self.span.start.isoformat(), self.span.end.isoformat()]
        return json.dumps({"span": span, "tokens": dict(self.tokens), "own": dict(self.own)}, sort_keys=True)


def read_cursor(text: str) -> Cursor:
    try:
        said = json.loads(text)
        start, end = map(datetime.fromisoformat, said["span"])
        tokens = {str(id): str(token) for id, token in said["tokens"].items()}
        return Cursor(Span(start, end), tokens, {str(id): bool(own) for id, own in said["own"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CursorExpired("this is no cursor of Google Calendar") from error


class GoogleCalendar(Calendar):
    """The primary calendar, and those that are selected in the owner's list and that he may read in full.

    His own are those that he made; what he sees of other people's is foreign, whatever they let him do with it.
    """

    def __init__(self, account: str, api: GoogleCalendarApi) -> None:
        self.name = f"{account}/calendar"
        self._account = account
        self._api = api

    def listing(self, span: Span) -> Iterator[EventChanges]:
        tokens: dict[str, str] = {}
        calendars = self._calendars()
        fresh = True
        for calendar, own in calendars.items():
            for page in self._pages(calendar, **_window(span)):
                tokens[calendar] = page.get("nextSyncToken", "")
                yield EventChanges(_standing(page, self._reader(calendar, _zone_of(page), own=own), span), fresh=fresh)
                fresh = False
        yield EventChanges(cursor=Cursor(span, tokens, calendars).written(), fresh=fresh)

    def changes(self, cursor: str) -> Iterator[EventChanges]:
        known = read_cursor(cursor)
        if self._calendars() != known.own or known.own.keys() != known.tokens.keys():
            raise CursorExpired("another choice of calendars is ticked")
        tokens = dict(known.tokens)
        for calendar, token in known.tokens.items():
            for page in self._pages(calendar, syncToken=token):
                tokens[calendar] = page.get("nextSyncToken", token)
                yield _changed(page, self._reader(calendar, _zone_of(page), own=known.own[calendar]), known.span)
        yield EventChanges(cursor=Cursor(known.span, tokens, known.own).written())

    def between(self, span: Span) -> tuple[Event, ...]:
        found = [
            event
            for calendar, own in self._calendars().items()
            for page in self._pages(calendar, **_window(span))
            for event in _standing(page, self._reader(calendar, _zone_of(page), own=own), span)
        ]
        return tuple(sorted(found, key=lambda event: (event.start, event.id)))

    def event(self, provider_id: str) -> Event:
        place = place_of(provider_id)
        item = self._api.read(self._api.service.events().get(calendarId=place.calendar, eventId=place.event))
        if is_cancelled(item):
            raise NotFound("the event was cancelled")
        if place.calendar == PRIMARY and "date" not in item["start"]:
            return self._reader(PRIMARY, "UTC", own=True).event(item)
        entry = self._api.read(self._api.service.calendarList().get(calendarId=place.calendar))
        own = place.calendar == PRIMARY or self._calendars().get(place.calendar, False)
        return self._reader(place.calendar, _zone_of(entry), own=own).event(item)

    def busy(self, people: Sequence[str], span: Span) -> Mapping[str, Schedule | None]:
        """Google tells nobody's working hours."""
        found: dict[str, Schedule | None] = dict.fromkeys(people, Schedule(()))
        for start in range(0, len(people), _MOST_PEOPLE):
            some = people[start : start + _MOST_PEOPLE]
            for part in span.parts(_LONGEST):
                body = {**_window(part), "items": [{"id": address} for address in some]}
                told = self._api.read(self._api.service.freebusy().query(body=body)).get("calendars", {})
                found |= {each: told_in_parts(found[each], _schedule(told.get(each), part)) for each in some}
        return found

    def _calendars(self) -> dict[str, bool]:
        """Return the calendars that count, the primary by that name, and whether each is the owner's own."""
        request = self._api.service.calendarList().list(minAccessRole=_READABLE)
        listed: list[Reply] = []
        while request is not None:
            page = self._api.read(request)
            listed += page.get("items", ())
            request = self._api.service.calendarList().list_next(request, page)
        owner = next((each["id"] for each in listed if each.get("primary")), "")
        selected = (each for each in listed if each.get("selected") and not each.get("primary"))
        return {PRIMARY: True} | {str(each["id"]): _is_made_by(owner, each) for each in selected}

    def _pages(self, calendar: str, **asked: Any) -> Iterator[Reply]:
        events = self._api.service.events()
        request = events.list(calendarId=calendar, singleEvents=True, maxResults=_PAGE, **asked)
        while request is not None:
            page = self._api.read(request)
            yield page
            request = events.list_next(request, page)

    def _reader(self, calendar: str, zone: str, *, own: bool) -> Reader:
        return Reader(self._account, self.name, zone, calendar, own)


def _standing(page: Reply, reader: Reader, span: Span) -> tuple[Event, ...]:
    """Return what of a page takes place within `span`; Google's window and ours agree but at the edges."""
    events = [reader.event(item) for item in page.get("items", ()) if not is_cancelled(item) and "start" in item]
    return tuple(event for event in events if _touches(event.span, span))


def _changed(page: Reply, reader: Reader, span: Span) -> EventChanges:
    """Return what changed; what was cancelled, or no longer touches the span, is gone."""
    events = _standing(page, reader, span)
    standing = {event.provider_id for event in events}
    named = [reader.provider_id(item) for item in page.get("items", ())]
    return EventChanges(events, tuple(id for id in named if id not in standing))


def _zone_of(told: Reply) -> str:
    return str(told.get("timeZone", "UTC"))


def _window(span: Span) -> dict[str, str]:
    return {"timeMin": span.start.isoformat(), "timeMax": span.end.isoformat()}


def _is_made_by(owner: str, entry: Reply) -> bool:
    """Whether it is a secondary calendar of the owner's; `accessRole` tells only what he may do with it."""
    return bool(owner) and entry.get("dataOwner") == owner


def _touches(event: Span, span: Span) -> bool:
    """Whether an event takes place within `span`; one of no length where it stands within."""
    return event.overlaps(span) or (event.start == event.end and span.start <= event.start < span.end)


def _schedule(told: Reply | None, span: Span) -> Schedule | None:
    if told is None or told.get("errors"):
        return None
    stretches = [Span(*(datetime.fromisoformat(each[edge]) for edge in ("start", "end"))) for each in told["busy"]]
    return Schedule(tuple(within for each in stretches if (within := each.within(span)) is not None))
