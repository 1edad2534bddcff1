"""Google Calendar's API, version 3, over calendars in memory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sandbox.google import discovery
from sandbox.google.calendar.events import Events
from sandbox.google.calendar.freebusy import FreeBusy
from sandbox.google.calendar.lists import Lists
from sandbox.google.calendar.store import Calendars
from sandbox.google.call import Handler
from sandbox.google.discovery import Document
from sandbox.misbehaviour import Faults


class GoogleCalendar:
    """The Calendar API as a service of the Google server."""

    def __init__(self, calendars: Calendars, faults: Faults) -> None:
        self.calendars = calendars
        self._faults = faults

    @cached_property
    def document(self) -> Document:
        return discovery.load("calendar", "v3")

    @cached_property
    def handlers(self) -> Mapping[str, Handler]:
        resources = {
            "freebusy.query": FreeBusy(self.calendars).query,
            **Lists(self.calendars).handlers(),
            **Events(self.calendars, self._faults).handlers(),
        }
        return {f"calendar.{name}": handler for name, handler in resources.items()}

    def accounts(self) -> tuple[str, ...]:
        """Nobody signs in by his calendar alone: his mailbox is opened with it."""
        return ()
