"""One message of a mailbox: what Graph tells of it, and the bytes behind it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.microsoft.call import LONG_AGO, JsonObject, object_of, objects_of, text_of
from sandbox.microsoft.mail import mime
from sandbox.microsoft.mail.text import plain
from sandbox.microsoft.odata import names

PROPERTIES = names(
    "id createdDateTime lastModifiedDateTime changeKey categories receivedDateTime sentDateTime "
    "hasAttachments internetMessageId internetMessageHeaders subject bodyPreview importance "
    "parentFolderId conversationId conversationIndex isDeliveryReceiptRequested isReadReceiptRequested "
    "isRead isDraft webLink inferenceClassification body uniqueBody sender from toRecipients ccRecipients "
    "bccRecipients replyTo flag attachments"
)
_PREVIEW = 255


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message."""

    id: str
    name: str
    content_type: str
    content: bytes
    content_id: str | None
    inline: bool
    modified: datetime

    def shown(self) -> JsonObject:
        return {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "@odata.mediaContentType": self.content_type,
            "id": self.id,
            "lastModifiedDateTime": stamp(self.modified),
            "name": self.name,
            "contentType": self.content_type,
            "size": len(self.content),
            "isInline": self.inline,
            "contentId": self.content_id,
            "contentLocation": None,
            "contentBytes": base64.b64encode(self.content).decode(),
        }


@dataclass(slots=True)
class StoredMessage:
    """A message as it lies in a folder.

    `key` is its immutable id; `arrival` is when it came into its folder, as a number of the log. `properties` are those
    that a client may write. `answers` is the Message-ID that it replies to.
    """

    key: str
    folder: str
    properties: JsonObject
    created: datetime
    received: datetime
    conversation: str
    raw: bytes | None = None
    headers: list[JsonObject] = field(default_factory=list)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    message_id: str = ""
    answers: str = ""
    is_draft: bool = False
    sent: datetime | None = None
    modified: datetime = LONG_AGO
    arrival: int = 0
    moves: int = 0
    version: int = 0
    leaves_at: float | None = None
    found_after: float = 0.0
    found_after_searches: int = 0

    @property
    def movable_id(self) -> str:
        """The id that changes whenever the message is moved."""
        digest = hashlib.sha256(f"{self.key}:{self.folder}:{self.moves}".encode()).digest()
        return f"AAMk{base64.urlsafe_b64encode(digest + digest[:9]).decode()}AAA="

    @property
    def change_key(self) -> str:
        digest = hashlib.sha256(f"{self.key}:{self.version}".encode()).digest()
        return f"CQAAABYAAAC{base64.b64encode(digest[:21]).decode()}"

    @property
    def subject(self) -> str:
        return text_of(self.properties, "subject")

    @property
    def text(self) -> str:
        body = object_of(self.properties, "body")
        return plain(text_of(body, "content"), text_of(body, "contentType"))

    @property
    def conversation_index(self) -> str:
        """Where the message stands in its conversation: 22 bytes, of which nobody but Outlook makes sense."""
        return base64.b64encode(hashlib.sha256(self.conversation.encode()).digest()[:22]).decode()

    def id(self, *, immutable: bool) -> str:
        return self.key if immutable else self.movable_id

    def mime(self) -> bytes:
        """The bytes that `$value` gives."""
        return self.raw if self.raw is not None else mime.written(self)

    def addresses(self, *names: str) -> list[str]:
        """The addresses and names in recipient properties."""
        found = []
        for name in names:
            value = self.properties.get(name)
            for one in (
                objects_of(self.properties, name) if isinstance(value, list) else (object_of(self.properties, name),)
            ):
                address = object_of(one, "emailAddress")
                found.append(f"{text_of(address, 'name')} {text_of(address, 'address')}".strip())
        return [one for one in found if one]

    def shown(self, folder_id: str, *, immutable: bool, as_text: bool = False) -> JsonObject:
        """All that Graph tells without being asked for more."""
        id = self.id(immutable=immutable)
        body = object_of(self.properties, "body")
        shown_body = {"contentType": "text", "content": self.text} if as_text else body
        return {
            "@odata.etag": f'W/"{self.change_key}"',
            "id": id,
            "createdDateTime": stamp(self.created),
            "lastModifiedDateTime": stamp(self.modified),
            "changeKey": self.change_key,
            "receivedDateTime": stamp(self.received),
            "sentDateTime": stamp(self.sent or self.received),
            "hasAttachments": any(not one.inline for one in self.attachments.values()),
            "internetMessageId": self.message_id,
            "bodyPreview": " ".join(self.text.split())[:_PREVIEW],
            "parentFolderId": folder_id,
            "conversationId": self.conversation,
            "conversationIndex": self.conversation_index,
            "isDraft": self.is_draft,
            "webLink": f"https://outlook.office365.com/owa/?ItemID={id}&exvsurl=1&viewmodel=ReadMessageItem",
            **self.properties,
            "body": shown_body,
        }


def stamp(moment: datetime) -> str:
    """A moment as Graph writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def blank() -> JsonObject:
    """The writable properties of a message that says nothing yet."""
    nobody: list[JsonObject] = []
    return {
        "categories": [],
        "subject": "",
        "importance": "normal",
        "isDeliveryReceiptRequested": False,
        "isReadReceiptRequested": False,
        "isRead": True,
        "inferenceClassification": "focused",
        "body": {"contentType": "html", "content": ""},
        "sender": None,
        "from": None,
        "toRecipients": nobody,
        "ccRecipients": nobody,
        "bccRecipients": nobody,
        "replyTo": nobody,
        "flag": {"flagStatus": "notFlagged"},
    }


def recipient(address: str, name: str = "") -> JsonObject:
    return {"emailAddress": {"name": name or address, "address": address}}
