"""Who is free when (calendar-getschedule), and the calendars of whoever asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.microsoft import odata
from sandbox.microsoft.calendar import zones
from sandbox.microsoft.calendar.event import Event
from sandbox.microsoft.calendar.store import Calendar, Calendars
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, object_of, text_of, texts_of
from sandbox.microsoft.errors import invalid
from sandbox.microsoft.odata import names

_READ = ("Calendars.Read", "Calendars.ReadBasic", "Calendars.ReadWrite")
_MARKS = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}
_MOST_PEOPLE, _MOST_DAYS = 20, 42
_PROPERTIES = names("id name color isDefaultCalendar changeKey canShare canViewPrivateItems canEdit owner")


class Schedules:
    """Free and busy times of anybody in the tenant."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("calendar.getSchedule", "POST", "/me/calendar/getSchedule", _READ, self.schedule, "getSchedule"),
            Endpoint("calendars.list", "GET", "/me/calendars", _READ, self.calendars),
            Endpoint("calendars.get", "GET", "/me/calendar", _READ, self.calendar),
        )

    def schedule(self, call: Call) -> Outcome:
        people = texts_of(call.body, "schedules")
        begin, zone = zones.read(object_of(call.body, "startTime"), "startTime")
        end, _ = zones.read(object_of(call.body, "endTime"), "endTime")
        minutes = call.body.get("availabilityViewInterval") or 30
        if not people or len(people) > _MOST_PEOPLE or not isinstance(minutes, int) or not 5 <= minutes <= 1440:
            raise invalid("The schedules or the interval are missing or out of range.", "ErrorInvalidParameter")
        if not begin < end <= begin + timedelta(days=_MOST_DAYS):
            raise invalid("The requested time duration specified for FreeBusyViewOptions is invalid.", "5006")
        shown = [self._information(one, begin, end, timedelta(minutes=minutes), zone) for one in people]
        context = odata.context(call, "Collection(microsoft.graph.scheduleInformation)")
        return Outcome({"@odata.context": context, "value": shown})

    def calendars(self, call: Call) -> Outcome:
        of = odata.Collection(f"users('{call.account}')/calendars", _PROPERTIES, "calendar")
        return odata.listed(call, [_shown(each) for each in self._calendars.all(call.account)], of)

    def calendar(self, call: Call) -> Outcome:
        return Outcome(odata.select(call, _shown(self._calendars[call.account]), _PROPERTIES, "calendar"))

    def _information(self, address: str, begin: datetime, end: datetime, step: timedelta, zone: str) -> JsonObject:
        calendar = self._calendars.find(address)
        if calendar is None:
            error = {"message": "Mail recipient not found.", "responseCode": "ErrorMailRecipientNotFound"}
            return {"scheduleId": address, "error": error}
        events = [event for event in calendar.between(begin, end) if event.response != "declined"]
        return {
            "scheduleId": address,
            "availabilityView": _view(events, begin, end, step),
            "scheduleItems": [_item(event, zone) for event in events if _status(event) != "free"],
            "workingHours": {
                "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "startTime": "08:00:00.0000000",
                "endTime": "17:00:00.0000000",
                "timeZone": {"name": zones.windows(calendar.zone)},
            },
        }


def _status(event: Event) -> str:
    return text_of(event.properties, "showAs", "busy")


def _view(events: list[Event], begin: datetime, end: datetime, step: timedelta) -> str:
    marks, at = [], begin
    while at < end:
        here = [_MARKS.get(_status(event), "2") for event in events if event.start < at + step and event.end > at]
        marks.append(max(here, default="0", key="01423".index))
        at += step
    return "".join(marks)


def _item(event: Event, zone: str) -> JsonObject:
    return {
        "isPrivate": event.properties["sensitivity"] == "private",
        "status": _status(event),
        "subject": event.properties["subject"],
        "location": text_of(object_of(event.properties, "location"), "displayName"),
        "isMeeting": bool(event.attendees()),
        "isRecurring": event.master is not None,
        "isException": event.kind == "exception",
        "isReminderSet": event.properties["isReminderOn"],
        "start": zones.shown(event.start, zone),
        "end": zones.shown(event.end, zone),
    }


def _shown(calendar: Calendar) -> JsonObject:
    return {
        "id": calendar.id,
        "name": calendar.title or "Calendar",
        "color": "auto",
        "isDefaultCalendar": not calendar.title,
        "changeKey": "DxYSthXJXEWwAQSYQnXvIgAAIxGttg==",
        "canShare": True,
        "canViewPrivateItems": True,
        "canEdit": calendar.can_edit,
        "owner": {"name": calendar.name, "address": calendar.owner},
    }
