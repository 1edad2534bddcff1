"""What a mail invites to, as both makers of calendars need it: an invitation and its event have one iCalendar id."""

from __future__ import annotations

import re
from email import message_from_bytes

_UID = re.compile(rb"^UID:(\S+)", re.MULTILINE)


def invited(raw: bytes) -> str:
    """The iCalendar id of what a mail invites to, or nothing."""
    if b"text/calendar" not in raw:
        return ""
    parts = [part for part in message_from_bytes(raw).walk() if part.get_content_type() == "text/calendar"]
    contents = (part.get_payload(decode=True) for part in parts)
    found = (_UID.search(content) for content in contents if isinstance(content, bytes))
    return next((uid.group(1).decode() for uid in found if uid), "")
