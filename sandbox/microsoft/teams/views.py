"""Chat messages as Graph tells of them (resources/chatmessage)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from sandbox.microsoft.call import JsonObject
from sandbox.microsoft.directory import TENANT
from sandbox.microsoft.odata import names
from sandbox.microsoft.teams.workplace import Conversation, Post, identity

PROPERTIES = names(
    "id replyToId etag messageType createdDateTime lastModifiedDateTime lastEditedDateTime "
    "deletedDateTime subject summary chatId importance locale webUrl from body channelIdentity "
    "attachments mentions reactions policyViolation"
)
MOST = 50


def shown(where: Conversation, post: Post) -> JsonObject:
    """A message of a channel or a chat, whole."""
    plain: JsonObject = {"subject": None, "summary": None, "importance": "normal", "locale": "en-us", "attachments": []}
    return {
        "id": post.id,
        "replyToId": post.parent,
        "etag": str(int(post.modified.timestamp() * 1000)),
        "messageType": "message",
        "createdDateTime": stamp(post.sent),
        "lastModifiedDateTime": stamp(post.modified),
        "lastEditedDateTime": stamp(post.edited),
        "deletedDateTime": stamp(post.deleted),
        "chatId": None if where.team else where.id,
        "webUrl": _link(where, post),
        "policyViolation": None,
        "from": identity(post.author),
        "channelIdentity": {"teamId": where.team.id, "channelId": where.id} if where.team else None,
        "reactions": [],
        **plain,
        **post.properties,
    }


def stamp(moment: datetime | None) -> str | None:
    """A moment to the millisecond, as Teams writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def _link(where: Conversation, post: Post) -> str | None:
    if where.team is None:
        return None
    root = f"https://teams.microsoft.com/l/message/{quote(where.id, safe='')}/{post.id}"
    asked = f"groupId={where.team.id}&tenantId={TENANT}&createdTime={post.id}"
    return f"{root}?{asked}&parentMessageId={post.parent or post.id}"
