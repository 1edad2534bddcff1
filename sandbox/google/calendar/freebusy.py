"""freebusy.query: when several people are busy."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.google.calendar import moments
from sandbox.google.calendar.errors import empty_range, range_too_long, required
from sandbox.google.calendar.event import Event, objects_of
from sandbox.google.calendar.store import Calendar, Calendars
from sandbox.google.call import Call, Outcome, text_of
from sandbox.google.discovery import JsonObject

_MOST_CALENDARS = 50
_LONGEST = timedelta(days=90)
_Span = tuple[datetime, datetime]


class FreeBusy:
    """freebusy.query; everybody here lets the others see when he is busy."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars

    def query(self, call: Call) -> Outcome:
        begin, end = (moments.bound(text_of(call.body, name), name) for name in ("timeMin", "timeMax"))
        if begin is None or end is None:
            raise required(f"Missing {'timeMin' if begin is None else 'timeMax'} parameter.")
        if end <= begin:
            raise empty_range()
        if end - begin > _LONGEST:
            raise range_too_long()
        zone = text_of(call.body, "timeZone", "UTC")
        asked = [text_of(item, "id") for item in objects_of(call.body, "items")]
        found = {id: self._told(call.account, id, (begin, end), zone) for id in asked[:_MOST_CALENDARS]}
        found |= {id: _refused("tooManyCalendarsRequested") for id in asked[_MOST_CALENDARS:]}
        said = {"timeMin": moments.milliseconds(begin), "timeMax": moments.milliseconds(end)}
        return Outcome({"kind": "calendar#freeBusy", **said, "calendars": found})

    def _told(self, account: str, id: str, window: _Span, zone: str) -> JsonObject:
        calendar = self._calendars.find(account if id == "primary" else id)
        if calendar is None:
            return _refused("notFound")
        spans = busy(calendar, *window)
        return {"busy": [{"start": moments.rfc3339(s, zone), "end": moments.rfc3339(e, zone)} for s, e in spans]}


def busy(calendar: Calendar, begin: datetime, end: datetime) -> list[_Span]:
    """The busy times of a calendar, cut to the window and joined where they touch."""
    joined: list[_Span] = []
    for start, stop in sorted(
        (one.start.utc, one.end.utc) for one in calendar.between(begin, end) if _blocks(one, calendar)
    ):
        start, stop = max(start, begin), min(stop, end)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _blocks(event: Event, calendar: Calendar) -> bool:
    free = text_of(event.properties, "transparency") == "transparent"
    return not (event.cancelled or free or event.answer_of(calendar.address) == "declined")


def _refused(reason: str) -> JsonObject:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}
