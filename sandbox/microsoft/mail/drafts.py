"""Drafts: new ones, replies and forwards that wait to be sent."""

from __future__ import annotations

import base64
import binascii
import html

from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, object_of, objects_of, text_of
from sandbox.microsoft.errors import Refusal, invalid
from sandbox.microsoft.mail import mime
from sandbox.microsoft.mail.attachments import part_of
from sandbox.microsoft.mail.folders import DRAFTS
from sandbox.microsoft.mail.mailbox import Mailbox, Mailboxes
from sandbox.microsoft.mail.message import StoredMessage, stamp
from sandbox.microsoft.mail.views import WRITE, entity, folder_of, message_of

_RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients", "replyTo")
_NOT_WRITTEN = ("id", "attachments", "isDraft", "internetMessageHeaders", "receivedDateTime", "sentDateTime",
                "hasAttachments", "parentFolderId", "bodyPreview", "conversationId", "internetMessageId")  # fmt: skip


class Drafts:
    """What a client writes and may still change."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def endpoints(self) -> tuple[Endpoint, ...]:
        one, inside = "/me/messages/{message}", "/me/mailFolders/{folder}/messages"
        return (
            Endpoint("messages.create", "POST", "/me/messages", WRITE, self.create, "message", writes=True),
            Endpoint("messages.create", "POST", inside, WRITE, self.create, "message", writes=True),
            Endpoint("messages.createReply", "POST", f"{one}/createReply", WRITE, self.reply, "reply", writes=True),
            Endpoint(
                "messages.createReplyAll", "POST", f"{one}/createReplyAll", WRITE, self.reply_all, "reply", writes=True
            ),
            Endpoint(
                "messages.createForward", "POST", f"{one}/createForward", WRITE, self.forward, "reply", writes=True
            ),
        )

    def create(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        folder = folder_of(mailbox, call.path["folder"]).key if "folder" in call.path else DRAFTS
        written = from_mime(mailbox, call, folder) if is_mime(call) else from_properties(mailbox, call.body, folder)
        return entity(call, mailbox, written, 201)

    def reply(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        return entity(call, mailbox, reply_to(mailbox, message, call.body), 201)

    def reply_all(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        return entity(call, mailbox, reply_to(mailbox, message, everybody(mailbox, message) | call.body), 201)

    def forward(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        return entity(call, mailbox, forward_of(mailbox, message, call.body), 201)


def is_mime(call: Call) -> bool:
    return call.headers.get("content-type", "").startswith("text/plain")


def from_mime(mailbox: Mailbox, call: Call, folder: str = DRAFTS) -> StoredMessage:
    """A draft of base64 MIME (https://learn.microsoft.com/graph/outlook-send-mime-message)."""
    try:
        raw = base64.b64decode(call.content, validate=True)
    except binascii.Error as wrong:
        raise invalid("Invalid base64 string for MIME content.", "ErrorMimeContentInvalidBase64String") from wrong
    found = mime.read(raw)
    answered = mailbox.holding(found.answers)
    draft = mailbox.draft(found.properties | {"isRead": True}, folder, answered)
    draft.conversation = answered.conversation if answered else mailbox.new_conversation()
    draft.answers, draft.headers = found.answers, found.headers
    draft.message_id = found.message_id or draft.message_id
    for part in found.parts:
        mailbox.attach(draft, part)
    draft.raw = raw
    return draft


def from_properties(mailbox: Mailbox, body: JsonObject, folder: str = DRAFTS) -> StoredMessage:
    """A draft of a message's properties."""
    draft = mailbox.draft(_written(body), folder)
    _complete(mailbox, draft, body)
    return draft


def reply_to(mailbox: Mailbox, message: StoredMessage, body: JsonObject) -> StoredMessage:
    """A reply to whoever wrote, with the message quoted below the comment."""
    if message.is_draft:
        raise Refusal(400, "ErrorInvalidRequest", "The item is a draft and cannot be replied to.")
    asked = object_of(body, "message")
    _only_one_of_comment_and_body(body, asked)
    to: JsonObject = {"toRecipients": objects_of(message.properties, "replyTo") or [message.properties["from"]]}
    given = {name: body[name] for name in _RECIPIENTS if name in body}
    properties = to | {"subject": _prefixed("RE: ", message), "body": _quoting(message, body)} | given | _written(asked)
    draft = mailbox.draft({**properties, "toRecipients": list(properties["toRecipients"])}, answered=message)  # type: ignore[call-overload]
    _complete(mailbox, draft, asked)
    return draft


def forward_of(mailbox: Mailbox, message: StoredMessage, body: JsonObject) -> StoredMessage:
    """The message once more to somebody else, with its files."""
    asked = object_of(body, "message")
    _only_one_of_comment_and_body(body, asked)
    given = {name: body[name] for name in _RECIPIENTS if name in body}
    properties = {"subject": _prefixed("FW: ", message), "body": _quoting(message, body), **given, **_written(asked)}
    draft = mailbox.draft(properties, answered=message)
    for file in list(message.attachments.values()):
        mailbox.attach(draft, mime.Part(file.name, file.content_type, file.content, file.content_id, file.inline))
    _complete(mailbox, draft, asked)
    return draft


def everybody(mailbox: Mailbox, message: StoredMessage) -> JsonObject:
    """The recipients of a reply to all: who wrote, and all others but oneself."""
    others = [one for one in objects_of(message.properties, "toRecipients") if _address(one) != mailbox.address]
    copies = [one for one in objects_of(message.properties, "ccRecipients") if _address(one) != mailbox.address]
    return {"toRecipients": [message.properties["from"], *others], "ccRecipients": copies}


def _address(recipient: JsonObject) -> str:
    return text_of(object_of(recipient, "emailAddress"), "address").lower()


def _written(body: JsonObject) -> JsonObject:
    return {name: value for name, value in body.items() if name not in _NOT_WRITTEN and "@" not in name}


def _complete(mailbox: Mailbox, draft: StoredMessage, body: JsonObject) -> None:
    headers = objects_of(body, "internetMessageHeaders")
    for header in headers:
        if not text_of(header, "name").lower().startswith("x-"):
            message = "The internet message header name should start with 'x-' or 'X-'."
            raise Refusal(400, "InvalidInternetMessageHeader", message)
    draft.headers = [*draft.headers, *headers]
    for attachment in objects_of(body, "attachments"):
        mailbox.attach(draft, part_of(attachment))


def _only_one_of_comment_and_body(body: JsonObject, asked: JsonObject) -> None:
    if text_of(body, "comment") and object_of(asked, "body"):
        raise invalid("Comment and Message.Body cannot both be specified.", "ErrorInvalidArgument")


def _prefixed(prefix: str, message: StoredMessage) -> str:
    return message.subject if message.subject.upper().startswith(prefix) else f"{prefix}{message.subject}"


def _quoting(message: StoredMessage, body: JsonObject) -> JsonObject:
    comment = html.escape(text_of(body, "comment")).replace("\n", "<br>")
    told = html.escape(message.text).replace("\n", "<br>")
    sender = html.escape(", ".join(message.addresses("from")))
    return {
        "contentType": "html",
        "content": f"<html><body><div>{comment}</div><hr><div><b>From:</b> {sender}<br><b>Sent:</b> "
        f"{stamp(message.sent or message.received)}<br><b>Subject:</b> {html.escape(message.subject)}</div><br>"
        f"<div>{told}</div></body></html>",
    }
