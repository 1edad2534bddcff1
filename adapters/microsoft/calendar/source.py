"""Outlook's calendar as a source. The delta of the calendar view tells that something changed, and mostly what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from adapters.microsoft.api import Graph, Reply, Request
from adapters.microsoft.calendar.events import FIELDS, IN_UTC, Reader, event_path, is_standing
from adapters.microsoft.calendar.schedule import Schedules
from adapters.microsoft.scopes import CALENDAR
from application.ports.calendar import Calendar, EventChanges
from domain.calendar import Event, Span
from domain.codec import decode, encode
from domain.errors import CursorExpired, Invalid, NotFound
from domain.free_time import Schedule

_PAGE = "500"
_LARGEST_PAGE = f"odata.maxpagesize={_PAGE}"
_SINGLE = "singleInstance"
# Whole days are told without a zone, so what Graph holds for outside the window may be inside it.
_LEEWAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The span that is followed, where each calendar's delta goes on, and which series have occurrences in it."""

    start: datetime
    end: datetime
    links: dict[str, str]
    series: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def written(self) -> str:
        return json.dumps(encode(self), separators=(",", ":"))


def read_cursor(text: str) -> Cursor:
    try:
        return decode(Cursor, json.loads(text), "cursor")
    except (ValueError, Invalid) as error:
        raise CursorExpired("this is no cursor of Outlook's calendar") from error


class OutlookCalendar(Calendar):
    """The usual calendar of one account, and the others that are the owner's own to write in.

    Outlook does not tell which ones he has ticked. What colleagues share, the holidays and birthdays stay out.
    """

    def __init__(self, account: str, owner: str, api: Graph) -> None:
        self.name = f"{account}/calendar"
        self._owner = owner
        self._api = api
        self._reader = Reader(account, self.name, owner)
        self._schedules = Schedules(api)

    def listing(self, span: Span) -> Iterator[EventChanges]:
        links = {calendar: self._begun(calendar, span) for calendar in self._calendars()}
        series: set[str] = set()
        fresh = True
        for events in self._views(links, span):
            series |= {event.series_id for event in events if event.series_id}
            yield EventChanges(events, fresh=fresh)
            fresh = False
        yield EventChanges(cursor=Cursor(span.start, span.end, links, tuple(sorted(series))).written(), fresh=fresh)

    def changes(self, cursor: str) -> Iterator[EventChanges]:
        """See the port. Where a series changed, the whole span is listed anew: Graph names what changed of a series,
        and not what that made of its occurrences."""
        known = read_cursor(cursor)
        if set(self._calendars()) != set(known.links):
            raise CursorExpired("there is another choice of calendars")
        items, links = self._deltas(known.links)
        following = replace(known, links=links)
        if any(_is_of_series(item, known.series) for item in items.values()):
            yield self._anew(following)
            return
        found = {id: event for id, item in items.items() if (event := self._standing(item, known.span)) is not None}
        gone = tuple(id for id in items if id not in found)
        yield EventChanges(tuple(found.values()), gone, following.written())

    def between(self, span: Span) -> tuple[Event, ...]:
        found = [event for events in self._views(self._calendars(), span) for event in events]
        return tuple(sorted(found, key=lambda event: (event.start, event.id)))

    def event(self, provider_id: str) -> Event:
        item = self._api.read(item_request(provider_id))
        if not is_standing(item):
            raise NotFound("the event was cancelled")
        return self._reader.event(item)

    def busy(self, people: Sequence[str], span: Span) -> Mapping[str, Schedule | None]:
        return self._schedules.busy(people, span)

    def _anew(self, known: Cursor) -> EventChanges:
        events = tuple(event for some in self._views(known.links, known.span) for event in some)
        series = tuple(sorted({event.series_id for event in events if event.series_id}))
        return EventChanges(events, cursor=replace(known, series=series).written(), fresh=True)

    def _calendars(self) -> list[str]:
        """Return the paths of the calendars that count, the usual one first."""
        params = {"$select": "id,isDefaultCalendar,canEdit,owner", "$top": "100"}
        listed = self._api.listed(Request("/me/calendars", needs=(CALENDAR,), params=params))
        others = [str(each["id"]) for each in listed if not each.get("isDefaultCalendar") and self._is_own(each)]
        return ["/me", *(f"/me/calendars/{quote(id, safe='')}" for id in sorted(others))]

    def _is_own(self, calendar: Reply) -> bool:
        owner = str((calendar.get("owner") or {}).get("address") or "").lower()
        return bool(calendar.get("canEdit")) and owner == self._owner

    def _begun(self, calendar: str, span: Span) -> str:
        """Return where the delta goes on from now; what it tells of what stands there is left to the listing."""
        path = f"{calendar}/calendarView/delta"
        return self._delta(Request(path, needs=(CALENDAR,), params=_window(span), prefer=(IN_UTC, _LARGEST_PAGE)))[1]

    def _deltas(self, links: Mapping[str, str]) -> tuple[dict[str, Reply], dict[str, str]]:
        """Return what all deltas tell, and where they go on; what went from one calendar into another stands."""
        gone: dict[str, Reply] = {}
        standing: dict[str, Reply] = {}
        following: dict[str, str] = {}
        for calendar, link in links.items():
            items, following[calendar] = self._delta(Request(link, needs=(CALENDAR,), prefer=(IN_UTC, _LARGEST_PAGE)))
            for id, item in items.items():
                (gone if "@removed" in item else standing)[id] = item
        return gone | standing, following

    def _delta(self, request: Request) -> tuple[dict[str, Reply], str]:
        """Return what a delta tells, the last word on each, and where it goes on."""
        items: dict[str, Reply] = {}
        link = ""
        for page in self._api.pages(request):
            items |= {str(item["id"]): item for item in page.get("value", ())}
            link = str(page.get("@odata.deltaLink", ""))
        return items, link

    def _views(self, calendars: Iterable[str], span: Span) -> Iterator[tuple[Event, ...]]:
        params = {**_window(span), "$select": ",".join(FIELDS), "$top": _PAGE}
        for calendar in calendars:
            request = Request(f"{calendar}/calendarView", needs=(CALENDAR,), params=params, prefer=(IN_UTC,))
            for page in self._api.pages(request):
                standing = [self._reader.event(item) for item in page.get("value", ()) if is_standing(item)]
                yield tuple(event for event in standing if _touches(event.span, span))

    def _standing(self, item: Reply, span: Span) -> Event | None:
        """Return the event of one entry of the delta; None where it is gone, or no longer touches the span."""
        if not is_standing(item):
            return None
        try:
            event = self._reader.event(item if "subject" in item else self._api.read(item_request(str(item["id"]))))
        except NotFound:
            return None
        return event if _touches(event.span, span) else None


def item_request(id: str) -> Request:
    params = {"$select": ",".join(FIELDS)}
    return Request(event_path(id), needs=(CALENDAR,), params=params, prefer=(IN_UTC,))


def _window(span: Span) -> dict[str, str]:
    return {
        "startDateTime": (span.start - _LEEWAY).isoformat(),
        "endDateTime": (span.end + _LEEWAY).isoformat(),
    }


def _is_of_series(item: Reply, series: Sequence[str]) -> bool:
    if "@removed" in item:
        return item["id"] in series
    return bool(item.get("seriesMasterId")) or item.get("type", _SINGLE) != _SINGLE


def _touches(event: Span, span: Span) -> bool:
    """Whether an event takes place within `span`; one of no length where it stands within."""
    return event.overlaps(span) or (event.start == event.end and span.start <= event.start < span.end)
