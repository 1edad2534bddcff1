"""The methods about calendars themselves: calendarList, calendars and settings."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.google.calendar.errors import not_found
from sandbox.google.calendar.events import ROLES, opened
from sandbox.google.calendar.store import Calendar, Calendars
from sandbox.google.call import Call, Handler, Outcome
from sandbox.google.discovery import JsonObject

_MEET = {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}


class Lists:
    """What somebody's calendars are called, and how he has set them up."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "calendarList.list": self.list,
            "calendarList.get": self.entry,
            "calendars.get": self.calendar,
            "settings.list": self.settings,
            "settings.get": self.setting,
        }

    def list(self, call: Call) -> Outcome:
        calendar = self._calendars[call.account]
        token = {"nextSyncToken": f"{calendar.oldest_count}"}
        enough = ROLES[ROLES.index(call.text("minAccessRole") or ROLES[0]) :]
        shared = [each for each in self._calendars if each is not calendar and each.role_of(call.account) in enough]
        items = [_entry(each, call.account) for each in (calendar, *shared)]
        return Outcome({"kind": "calendar#calendarList", "etag": _etag(calendar), **token, "items": items})

    def entry(self, call: Call) -> Outcome:
        return Outcome(_entry(opened(self._calendars, call), call.account))

    def calendar(self, call: Call) -> Outcome:
        calendar = opened(self._calendars, call)
        return Outcome({"kind": "calendar#calendar", **_named(calendar)})

    def settings(self, call: Call) -> Outcome:
        calendar = self._calendars[call.account]
        items = [_setting(id, value) for id, value in _settings(calendar).items()]
        return Outcome({"kind": "calendar#settings", "etag": _etag(calendar), "nextSyncToken": "0", "items": items})

    def setting(self, call: Call) -> Outcome:
        known = _settings(self._calendars[call.account])
        id = call.path["setting"]
        if id not in known:
            raise not_found()
        return Outcome(_setting(id, known[id]))


def _entry(calendar: Calendar, account: str) -> JsonObject:
    is_primary = calendar.address == account
    ticked = {"selected": True} if is_primary or account in calendar.ticked else {}
    primary = {"primary": True} if is_primary else {}
    made_by = {"dataOwner": calendar.data_owner} if calendar.data_owner else {}
    return {
        "kind": "calendar#calendarListEntry",
        **_named(calendar),
        "colorId": "14",
        "backgroundColor": "#9fe1e7",
        "foregroundColor": "#000000",
        "accessRole": calendar.role_of(account),
        "defaultReminders": [{"method": "popup", "minutes": 30}],
        **ticked,
        **primary,
        **made_by,
    }


def _named(calendar: Calendar) -> JsonObject:
    return {
        "etag": _etag(calendar),
        "id": calendar.address,
        "summary": calendar.name,
        "timeZone": calendar.zone,
        "conferenceProperties": _MEET,
    }


def _settings(calendar: Calendar) -> Mapping[str, str]:
    """The settings that https://developers.google.com/workspace/calendar/api/v3/reference/settings names."""
    return {
        "timezone": calendar.zone,
        "locale": "en",
        "weekStart": "1",
        "format24HourTime": "true",
        "defaultEventLength": "60",
        "autoAddHangouts": "false",
        "hideInvitations": "false",
        "showDeclinedEvents": "true",
    }


def _setting(id: str, value: str) -> JsonObject:
    return {"kind": "calendar#setting", "etag": '"0"', "id": id, "value": value}


def _etag(calendar: Calendar) -> str:
    return f'"p{calendar.oldest_count:016d}"'
