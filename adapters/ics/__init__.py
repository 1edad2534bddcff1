"""iCalendar (RFC 5545) as it comes by mail. The `icalendar` library is imported when a calendar is read."""

from adapters.ics.reader import IcsReader

__all__ = ["IcsReader"]
