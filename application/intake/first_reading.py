"""When each source was read for the first time: what had come before is known to the owner, and no news."""

from __future__ import annotations

from datetime import datetime, timedelta

from application.ports.store import Preferences
from domain.messages import Message

FIRST_READ = "first-read/"
# Clocks differ: what came in the minute before may well have come after.
SLACK = timedelta(minutes=1)


def note_first_reading(preferences: Preferences, source: str, at: datetime) -> None:
    """Remember when `source` was first read; later readings change nothing."""
    if preferences.get(FIRST_READ + source) is None:
        preferences.put(FIRST_READ + source, at.isoformat())


def came_after_first_reading(preferences: Preferences, message: Message) -> bool:
    """Whether a message is news; none is before its source was read."""
    first = preferences.get(FIRST_READ + message.source)
    return isinstance(first, str) and message.received_at >= datetime.fromisoformat(first) - SLACK
