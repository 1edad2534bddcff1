"""The online meeting of an event: its address stands below the notes, and it ends when that is taken out.

Source: https://learn.microsoft.com/graph/api/event-update.
"""

from __future__ import annotations

from html import escape

from sandbox.microsoft.call import JsonObject, object_of, text_of

_LINE = f'<div style="width:100%"><span style="white-space:nowrap">{"_" * 80}</span></div>'


def kept_up(url: str, before: JsonObject, after: JsonObject) -> JsonObject:
    """What becomes of the properties: a new meeting is written into the body, one that is gone from it has ended."""
    if not after.get("isOnlineMeeting"):
        return {}
    content = text_of(object_of(after, "body"), "content")
    if not before.get("isOnlineMeeting"):
        notes = content.replace("</body>", "").replace("</html>", "") or "<html><body>"
        joining = f'<div class="me-email-text"><a href="{escape(url)}">Join the meeting now</a></div>'
        whole = f"{notes}<br>\n{_LINE}{joining}{_LINE}</body></html>"
        return {"body": {"contentType": "html", "content": whole}}
    return {} if escape(url) in content else {"isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}
