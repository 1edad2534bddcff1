"""What Outlook writes below the notes of an online meeting; without it there, Graph ends the meeting.

Source: https://learn.microsoft.com/graph/api/event-update, under what is to be kept of the body.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from adapters.microsoft.api import Reply
from domain.errors import CannotBe

_LINE = re.compile(r"_{20,}")


def body_with(item: Reply, text: str) -> dict[str, Any]:
    """Return the body that says `text`, with how to join below it; raise `CannotBe` where that is not to be found."""
    if not item.get("onlineMeeting"):
        return {"contentType": "text", "content": text}
    joining = _joining(item)
    if not joining:
        detail = "Outlook would end the online meeting with its notes; change them in Outlook"
        raise CannotBe(detail, code="ends_meeting")
    notes = escape(text).replace("\n", "<br>")
    return {"contentType": "html", "content": f"<html><body><div>{notes}</div>{joining}</body></html>"}


def notes_alone(item: Reply) -> Any:
    """Return the body without how to join, for a meeting that is set up anew has its own."""
    body, joining = item.get("body") or {}, _joining(item)
    return {**body, "content": body["content"].replace(joining, "")} if joining else body


def _joining(item: Reply) -> str:
    """Return the HTML from the line above the address to the end of the body; empty where there is none."""
    content = str((item.get("body") or {}).get("content") or "")
    url = escape(str((item.get("onlineMeeting") or {}).get("joinUrl") or ""))
    lines = list(_LINE.finditer(content, 0, max(content.find(url), 0))) if url else []
    if not lines:
        return ""
    begin = content.rfind("<div", 0, lines[-1].start())
    end = content.lower().rfind("</body>")
    return content[begin if begin >= 0 else lines[-1].start() : end if end >= 0 else None]
