"""Finding what a call names in a mailbox, and showing it as the call would like it."""

from __future__ import annotations

from sandbox.microsoft import odata
from sandbox.microsoft.call import Call, JsonObject, Outcome
from sandbox.microsoft.errors import Refusal, not_found
from sandbox.microsoft.mail.folders import Folder
from sandbox.microsoft.mail.mailbox import Mailbox, Mailboxes, recipients
from sandbox.microsoft.mail.message import PROPERTIES, StoredMessage

READ = ("Mail.Read", "Mail.ReadWrite")
WRITE = ("Mail.ReadWrite",)
SEND = ("Mail.Send",)


def message_of(mailboxes: Mailboxes, call: Call) -> tuple[Mailbox, StoredMessage]:
    """The message that the path names, or 404."""
    mailbox = mailboxes[call.account]
    message = mailbox.find(call.path["message"])
    if message is None:
        raise not_found()
    if "folder" in call.path and message.folder != folder_of(mailbox, call.path["folder"]).key:
        raise not_found()
    return mailbox, message


def folder_of(mailbox: Mailbox, reference: str) -> Folder:
    folder = mailbox.folder(reference)
    if folder is None:
        if len(reference) < 30:
            raise Refusal(400, "ErrorInvalidIdMalformed", "Id is malformed.")
        raise not_found()
    return folder


def shown(call: Call, mailbox: Mailbox, message: StoredMessage) -> JsonObject:
    """A message with what $select and $expand ask for besides."""
    as_text = (call.prefers("outlook.body-content-type") or "").lower() == "text"
    item = message.shown(mailbox.folders[message.folder].id, immutable=call.immutable, as_text=as_text)
    asked = odata.selected(call, PROPERTIES, "message")
    if "internetMessageHeaders" in asked:
        item["internetMessageHeaders"] = list(message.headers)
    if "uniqueBody" in asked:
        item["uniqueBody"] = item["body"]
    if "attachments" in call.text("$expand").split(","):
        item["attachments"] = [one.shown() for one in message.attachments.values()]
    return item


def entity(call: Call, mailbox: Mailbox, message: StoredMessage, status: int = 200) -> Outcome:
    """The answer that is one message, and its state for the record."""
    item = odata.select(call, shown(call, mailbox, message), PROPERTIES | {"attachments"}, "message")
    if "attachments" in call.text("$expand").split(","):
        item["attachments"] = [one.shown() for one in message.attachments.values()]
    where = f"users('{call.account}')/messages/$entity"
    body = {"@odata.context": odata.context(call, where), **item}
    return Outcome(body, status, message.key, state(message))


def state(message: StoredMessage) -> JsonObject:
    """What the record keeps of a message."""
    return {
        "folder": message.folder,
        "subject": message.subject,
        "isRead": message.properties["isRead"],
        "isDraft": message.is_draft,
        "categories": message.properties["categories"],
        "recipients": recipients(message),
        "text": message.text,
        "internetMessageId": message.message_id,
    }
