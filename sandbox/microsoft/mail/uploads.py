"""Files that are too large for one request: they come in pieces, to an address that is a permission by itself.

Source: https://learn.microsoft.com/graph/outlook-large-attachments.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.microsoft import errors
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, object_of, text_of
from sandbox.microsoft.errors import Refusal, invalid, not_found
from sandbox.microsoft.mail.attachments import LARGEST
from sandbox.microsoft.mail.mailbox import Mailbox, Mailboxes
from sandbox.microsoft.mail.message import StoredMessage
from sandbox.microsoft.mail.mime import Part
from sandbox.microsoft.mail.views import WRITE, message_of
from sandbox.misbehaviour import ON_DELIVERY, Faults, Kind
from sandbox.server import Answer, json_answer

PLACE = "/uploads"
_METHOD = "messages.upload"
_LARGEST_PIECE = 4 * 1024**2
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(slots=True)
class Session:
    """A file on its way to a message."""

    mailbox: Mailbox
    message: StoredMessage
    name: str
    content_type: str
    size: int
    content: bytes = b""


class Uploads:
    """The files that are on their way, by the secret part of their address."""

    def __init__(self, mailboxes: Mailboxes, faults: Faults) -> None:
        self._mailboxes = mailboxes
        self._faults = faults
        self._sessions: dict[str, Session] = {}

    def endpoints(self) -> tuple[Endpoint, ...]:
        path = "/me/messages/{message}/attachments/createUploadSession"
        return (
            Endpoint("messages.createUploadSession", "POST", path, WRITE, self.begin, "uploadSession", writes=True),
        )

    def begin(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        item = object_of(call.body, "attachmentItem")
        size = item.get("size")
        if text_of(item, "attachmentType") != "file" or not text_of(item, "name") or not isinstance(size, int):
            raise invalid("Required field is missing.", "ErrorPropertyValidationFailure")
        if size < LARGEST:
            message_ = "The attachment is smaller than an upload session takes."
            raise invalid(message_, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")
        secret = secrets.token_urlsafe(24)
        kind = text_of(item, "contentType") or "application/octet-stream"
        self._sessions[secret] = Session(mailbox, message, text_of(item, "name"), kind, size)
        told: JsonObject = {
            "uploadUrl": f"{call.base.rpartition('/')[0]}{PLACE}/{secret}?authtoken={secrets.token_urlsafe(8)}",
            "expirationDateTime": "2099-01-01T00:00:00Z",
            "nextExpectedRanges": ["0-"],
        }
        return Outcome(told, 201, message.key, {"name": text_of(item, "name"), "size": size})

    def put(self, secret: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Take one piece, or refuse it; with the last one the file is attached."""
        session = self._sessions.get(secret)
        account = session.mailbox.address if session else ""
        delivery = self._faults.struck(_METHOD, account, ON_DELIVERY)
        try:
            for fault in self._faults.struck(_METHOD, account, (Kind.STATUS,)):
                raise errors.ordered(fault.status, fault.retry_after, fault.reason)
            return self._taken(secret, session, headers, content).struck_by(delivery)
        except Refusal as refusal:
            return refusal.answer().struck_by(delivery)

    def _taken(self, secret: str, session: Session | None, headers: Mapping[str, str], content: bytes) -> Answer:
        if session is None:
            raise not_found()
        if "authorization" in headers:
            raise errors.unauthorised()
        _check(session, headers.get("content-range", ""), content)
        session.content += content
        if len(session.content) < session.size:
            return json_answer({"nextExpectedRanges": [f"{len(session.content)}-"]})
        del self._sessions[secret]
        session.mailbox.attach(
            session.message, Part(session.name, session.content_type, session.content, None, inline=False)
        )
        return Answer(201, b"", {"location": f"{PLACE}/{secret}"})


def _check(session: Session, told: str, content: bytes) -> None:
    found = _RANGE.fullmatch(told)
    first, last, size = (int(each) for each in found.groups()) if found else (0, -1, 0)
    fits = first == len(session.content) and last - first + 1 == len(content) and size == session.size
    if not fits or not content or last >= size:
        raise invalid("The Content-Range does not fit.", "InvalidContentRange")
    if len(content) > _LARGEST_PIECE:
        raise Refusal(413, "RequestEntityTooLarge", "The maximum request length supported is 4MB.")
