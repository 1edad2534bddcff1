"""Outlook's calendar as a part of Graph: events, views, deltas, answers to invitations, free and busy times."""

from __future__ import annotations

from sandbox.microsoft.calendar.events import Events
from sandbox.microsoft.calendar.schedule import Schedules
from sandbox.microsoft.calendar.store import Calendars
from sandbox.microsoft.call import Endpoint
from sandbox.microsoft.directory import Directory
from sandbox.misbehaviour import Faults

__all__ = ["CalendarService", "Calendars"]


class CalendarService:
    """Everything under `/me/events`, `/me/calendar` and `/me/calendarView`."""

    def __init__(self, calendars: Calendars, directory: Directory, faults: Faults) -> None:
        self._parts = (Events(calendars, directory, faults), Schedules(calendars))

    def endpoints(self) -> tuple[Endpoint, ...]:
        return tuple(endpoint for part in self._parts for endpoint in part.endpoints())
