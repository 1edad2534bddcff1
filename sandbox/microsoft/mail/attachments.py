"""The files of a message."""

from __future__ import annotations

import base64
import binascii

from sandbox.microsoft import odata
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, text_of
from sandbox.microsoft.errors import Refusal, invalid, not_found
from sandbox.microsoft.mail.mailbox import Mailboxes
from sandbox.microsoft.mail.message import Attachment
from sandbox.microsoft.mail.mime import Part
from sandbox.microsoft.mail.views import READ, WRITE, message_of
from sandbox.microsoft.odata import names

LARGEST = 3 * 1024**2
_PROPERTIES = names("id lastModifiedDateTime name contentType size isInline contentId contentLocation contentBytes")


class Attachments:
    """Files in, files out; what is larger than 3 MB needs an upload session."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def endpoints(self) -> tuple[Endpoint, ...]:
        all_ = "/me/messages/{message}/attachments"
        one = f"{all_}/{{attachment}}"
        return (
            Endpoint("attachments.list", "GET", all_, READ, self.list),
            Endpoint("attachments.create", "POST", all_, WRITE, self.create, "attachment", writes=True),
            Endpoint("attachments.get", "GET", one, READ, self.get),
            Endpoint("attachments.getContent", "GET", f"{one}/$value", READ, self.value),
            Endpoint("attachments.delete", "DELETE", one, WRITE, self.delete, writes=True),
        )

    def list(self, call: Call) -> Outcome:
        _, message = message_of(self._mailboxes, call)
        of = odata.Collection(f"users('{call.account}')/messages/attachments", _PROPERTIES, "attachment", default=1000)
        return odata.listed(call, (one.shown() for one in message.attachments.values()), of)

    def get(self, call: Call) -> Outcome:
        return Outcome(odata.select(call, self._one(call).shown(), _PROPERTIES, "attachment"))

    def value(self, call: Call) -> Outcome:
        found = self._one(call)
        return Outcome(content=found.content, content_type=found.content_type)

    def create(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        made = mailbox.attach(message, part_of(call.body))
        return Outcome(made.shown(), 201, message.key, {"name": made.name, "size": len(made.content)})

    def delete(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        found = self._one(call)
        del message.attachments[found.id]
        mailbox.touch(message)
        return Outcome(None, 204, message.key, {"name": found.name})

    def _one(self, call: Call) -> Attachment:
        _, message = message_of(self._mailboxes, call)
        found = message.attachments.get(call.path["attachment"])
        if found is None:
            raise not_found()
        return found


def part_of(body: JsonObject) -> Part:
    """The file that a client describes; Graph wants its type and its name said."""
    if text_of(body, "@odata.type").lstrip("#") != "microsoft.graph.fileAttachment":
        raise invalid("Cannot create an abstract class: the attachment needs an @odata.type.", "RequestBodyRead")
    if not text_of(body, "name"):
        raise invalid("Required field Name is missing.", "ErrorPropertyValidationFailure")
    try:
        content = base64.b64decode(text_of(body, "contentBytes"), validate=True)
    except binascii.Error as wrong:
        raise invalid("Cannot convert a value to target type 'Edm.Binary'.", "RequestBodyRead") from wrong
    if len(content) > LARGEST:
        raise Refusal(413, "RequestEntityTooLarge", "The attachment is larger than 3 MB: use an upload session.")
    kind = text_of(body, "contentType") or "application/octet-stream"
    inline = body.get("isInline") is True
    return Part(text_of(body, "name"), kind, content, text_of(body, "contentId") or None, inline)
