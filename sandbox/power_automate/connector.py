"""Mails and chat messages as the connectors hand them to a flow.

Sources: https://learn.microsoft.com/connectors/office365 (GraphClientReceiveMessage is V3, ClientReceiveMessage is V2)
and …/connectors/teams, whose trigger gives Graph's chatMessage.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum

from sandbox.microsoft.call import JsonObject, object_of, objects_of, text_of
from sandbox.microsoft.mail.message import Attachment, StoredMessage
from sandbox.microsoft.teams import views
from sandbox.microsoft.teams.workplace import Conversation, Post


class Dates(StrEnum):
    """The ways in which a flow may write a moment, by what its maker chose."""

    CONNECTOR = "connector"
    ROUND_TRIP = "round trip"
    SECONDS = "seconds"
    AMERICAN = "american"
    RFC_1123 = "rfc 1123"


_DATES: Mapping[Dates, Callable[[datetime], str]] = {
    Dates.CONNECTOR: lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
    Dates.ROUND_TRIP: lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
    Dates.SECONDS: lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
    Dates.AMERICAN: lambda moment: moment.strftime("%-m/%-d/%Y %-I:%M:%S %p"),
    Dates.RFC_1123: lambda moment: format_datetime(moment, usegmt=True),
}


def written(moment: datetime, form: Dates) -> str:
    """A moment in UTC, in one of the ways."""
    return _DATES[form](moment.astimezone(UTC))


def mail_v3(message: StoredMessage, dates: Dates = Dates.CONNECTOR) -> JsonObject:
    """A mail of the trigger "When a new email arrives (V3)"."""
    body = object_of(message.properties, "body")
    return {
        "id": message.movable_id,
        "receivedDateTime": written(message.received, dates),
        "hasAttachments": bool(message.attachments),
        "internetMessageId": message.message_id,
        "subject": message.subject,
        "bodyPreview": " ".join(message.text.split())[:255],
        "importance": message.properties["importance"],
        "conversationId": message.conversation,
        "isRead": message.properties["isRead"],
        "isHtml": text_of(body, "contentType") == "html",
        "body": text_of(body, "content"),
        "from": _people(message, "from"),
        "toRecipients": _people(message, "toRecipients"),
        "ccRecipients": _people(message, "ccRecipients"),
        "bccRecipients": _people(message, "bccRecipients"),
        "replyTo": _people(message, "replyTo"),
        "attachments": [_file_v3(one) for one in message.attachments.values()],
    }


def mail_v2(message: StoredMessage, dates: Dates = Dates.CONNECTOR) -> JsonObject:
    """A mail of the trigger "When a new email arrives (V2)", which many old flows still have."""
    body = object_of(message.properties, "body")
    return {
        "Id": message.movable_id,
        "From": _people(message, "from"),
        "To": _people(message, "toRecipients"),
        "Cc": _people(message, "ccRecipients") or None,
        "Bcc": None,
        "Subject": message.subject,
        "Body": text_of(body, "content"),
        "BodyPreview": " ".join(message.text.split())[:255],
        "Importance": {"low": 0, "normal": 1, "high": 2}.get(text_of(message.properties, "importance"), 1),
        "HasAttachment": bool(message.attachments),
        "InternetMessageId": message.message_id,
        "ConversationId": message.conversation,
        "IsRead": message.properties["isRead"],
        "IsHtml": text_of(body, "contentType") == "html",
        "DateTimeReceived": written(message.received, dates),
        "Attachments": [_file_v2(one) for one in message.attachments.values()],
    }


def channel_post(where: Conversation, post: Post, dates: Dates = Dates.SECONDS) -> JsonObject:
    """A message of the trigger "When a new channel message is added"."""
    shown = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#chatMessage", **views.shown(where, post)}
    return {**shown, "createdDateTime": written(post.sent, dates)}


def _people(message: StoredMessage, name: str) -> str:
    """The connector tells addresses alone, one after the other."""
    value = message.properties.get(name)
    people = objects_of(message.properties, name) if isinstance(value, list) else (object_of(message.properties, name),)
    return ";".join(text_of(object_of(one, "emailAddress"), "address") for one in people if one)


def _file_v3(file: Attachment) -> JsonObject:
    return {
        "id": file.id,
        "name": file.name,
        "contentType": file.content_type,
        "size": len(file.content),
        "isInline": file.inline,
        "contentId": file.content_id,
        "contentBytes": base64.b64encode(file.content).decode(),
    }


def _file_v2(file: Attachment) -> JsonObject:
    return {
        "@odata.type": "#Microsoft.OutlookServices.FileAttachment",
        "Id": file.id,
        "Name": file.name,
        "ContentType": file.content_type,
        "Size": len(file.content),
        "IsInline": file.inline,
        "ContentId": file.content_id,
        "ContentBytes": base64.b64encode(file.content).decode(),
    }
