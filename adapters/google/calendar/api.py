"""Every call to Google Calendar, and what its refusals mean beyond those of Google's other APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.google.api import Google, Writing
from domain.errors import AlfredError, Conflict, CursorExpired, NotFound

if TYPE_CHECKING:
    from adapters.google.transport import Refusal


class GoogleCalendarApi(Google):
    """Reads one account's calendars."""

    title = "Google Calendar"

    @property
    def service(self) -> Any:
        """The library's resources, for building requests."""
        from adapters.google import transport

        return transport.calendar(self._endpoint)

    def _trouble(self, method: str, refusal: Refusal) -> AlfredError:
        """Return our error (https://developers.google.com/workspace/calendar/api/guides/errors)."""
        said = f"Google refused {method.removeprefix('calendar.')}: {refusal.message}"
        if refusal.status == 410 and method.endswith(".list"):
            return CursorExpired("Google asks for a whole listing of the calendar")
        if refusal.status == 410:
            return NotFound(said)
        if refusal.status == 412:
            return Conflict("the event was changed meanwhile", code="changed")
        if refusal.status == 409:
            return Conflict(said, code="duplicate")
        return super()._trouble(method, refusal)


class WritingGoogleCalendar(Writing, GoogleCalendarApi):
    """Reads and writes one account's calendars."""
