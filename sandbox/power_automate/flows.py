"""The flows that can be called: each takes a small JSON body and does one thing in the owner's mailbox.

| flow | body | answer |
|---|---|---|
| search | `query`, `top` (25), `folder` (all but the deleted) | `{"value": [mails as in V3]}` |
| archive, delete | `messageId`, `folder` (another than the usual) | `{"id": where it is now}` |
| reply | `messageId`, `body` (HTML), `replyAll`, or `to`, `cc`, `bcc`, `subject` | `{}` |
| forward | `messageId`, `to`, `comment` | `{}` |
| send | `to`, `cc`, `bcc` (addresses, `;` between), `subject`, `body` (HTML) | `{}` |

A `messageId` is the connector's, or an Internet Message-ID in angle brackets, for which the flow looks the mail up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.microsoft.call import JsonObject, text_of
from sandbox.microsoft.errors import Refusal as GraphRefusal
from sandbox.microsoft.mail import drafts, search
from sandbox.microsoft.mail.folders import ARCHIVE, DELETED
from sandbox.microsoft.mail.mailbox import Mailbox, recipients
from sandbox.microsoft.mail.message import StoredMessage, recipient
from sandbox.power_automate import connector


@dataclass(frozen=True, slots=True)
class FlowError(Exception):
    """A run that failed, in the words of Power Automate."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> JsonObject:
        return {"error": {"code": self.code, "message": self.message}}


@dataclass(frozen=True, slots=True)
class Run:
    """What a flow answered and, where it changed something, what it left behind."""

    result: JsonObject
    resource: str = ""
    state: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow with an HTTP trigger: the properties that its schema needs and those that it knows besides."""

    name: str
    needs: Mapping[str, type]
    knows: Mapping[str, type]
    carry_out: Callable[[Mailbox, JsonObject], Run]

    def check(self, body: object) -> JsonObject:
        """The body, or what the trigger says of one that does not fit its schema."""
        if not isinstance(body, dict):
            raise _mismatch("Invalid type. Expected Object.")
        for name, kind in self.needs.items():
            if name not in body:
                raise _mismatch(f"Required properties are missing from object: {name}.")
            if not isinstance(body[name], kind):
                raise _mismatch(f"Invalid type for {name}. Expected {kind.__name__}.")
        for name, value in body.items():
            if name in self.knows and value is not None and not isinstance(value, self.knows[name]):
                raise _mismatch(f"Invalid type for {name}. Expected {self.knows[name].__name__}.")
        return body


def known() -> dict[str, Flow]:
    """The flows that the owner made, by name."""
    one, page, text = {"messageId": str}, {"top": int, "folder": str}, {"cc": str, "bcc": str, "importance": str}
    flows = (
        Flow("search", {"query": str}, page, _search),
        Flow("archive", one, {"folder": str}, lambda mailbox, body: _move(mailbox, body, ARCHIVE)),
        Flow("delete", one, {"folder": str}, lambda mailbox, body: _move(mailbox, body, DELETED)),
        Flow("reply", {**one, "body": str}, {"replyAll": bool, "to": str, "subject": str, **text}, _reply),
        Flow("forward", {**one, "to": str}, {"comment": str}, _forward),
        Flow("send", {"to": str, "subject": str, "body": str}, text, _send),
    )
    return {flow.name: flow for flow in flows}


def _search(mailbox: Mailbox, body: JsonObject) -> Run:
    folder = mailbox.folder(text_of(body, "folder")) if text_of(body, "folder") else None
    if text_of(body, "folder") and folder is None:
        raise FlowError(404, "NotFound", "The specified folder could not be found.")
    among = mailbox.newest_first(folder.key if folder else None)
    kept = [one for one in among if folder or one.folder != DELETED]
    words = text_of(body, "query").strip()
    try:
        found = search.search(mailbox, words, kept) if words else kept
    except GraphRefusal as refusal:
        raise FlowError(400, refusal.code, refusal.message) from refusal
    top = body.get("top")
    return Run({"value": [connector.mail_v3(one) for one in found[: top if isinstance(top, int) else 25]]})


def _move(mailbox: Mailbox, body: JsonObject, folder: str) -> Run:
    message = _message(mailbox, body)
    place = mailbox.folder(text_of(body, "folder") or folder)
    if place is None:
        raise FlowError(404, "NotFound", "The specified folder could not be found.")
    mailbox.move(message, place)
    return Run({"id": message.movable_id}, message.key, _state(message))


def _reply(mailbox: Mailbox, body: JsonObject) -> Run:
    message = _message(mailbox, body)
    said: JsonObject = {"body": {"contentType": "html", "content": text_of(body, "body")}}
    chosen: JsonObject = {f"{name}Recipients": _addresses(body, name) for name in ("to", "cc", "bcc") if body.get(name)}
    subject: JsonObject = {"subject": text_of(body, "subject")} if body.get("subject") else {}
    everybody = drafts.everybody(mailbox, message) if body.get("replyAll") else {}
    return _leave(mailbox, drafts.reply_to(mailbox, message, {**everybody, "message": said | chosen | subject}))


def _forward(mailbox: Mailbox, body: JsonObject) -> Run:
    message = _message(mailbox, body)
    asked: JsonObject = {"toRecipients": _addresses(body, "to"), "comment": text_of(body, "comment")}
    return _leave(mailbox, drafts.forward_of(mailbox, message, asked))


def _send(mailbox: Mailbox, body: JsonObject) -> Run:
    letter: JsonObject = {
        "subject": text_of(body, "subject"),
        "body": {"contentType": "html", "content": text_of(body, "body")},
        "toRecipients": _addresses(body, "to"),
        "ccRecipients": _addresses(body, "cc"),
        "bccRecipients": _addresses(body, "bcc"),
        "importance": text_of(body, "importance", "normal").lower(),
    }
    return _leave(mailbox, drafts.from_properties(mailbox, letter))


def _leave(mailbox: Mailbox, message: StoredMessage) -> Run:
    addresses = recipients(message)
    if not addresses or not all("@" in address for address in addresses):
        mailbox.delete(message)
        raise FlowError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    mailbox.send(message)
    return Run({}, message.key, _state(message))


def _message(mailbox: Mailbox, body: JsonObject) -> StoredMessage:
    wanted = text_of(body, "messageId")
    found = mailbox.find(wanted)
    if found is None and wanted.startswith("<"):
        found = next((one for one in mailbox.messages.values() if one.message_id == wanted), None)
    if found is None:
        raise FlowError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return found


def _addresses(body: JsonObject, name: str) -> list[JsonObject]:
    return [recipient(one.strip()) for one in text_of(body, name).split(";") if one.strip()]


def _state(message: StoredMessage) -> JsonObject:
    return {
        "folder": message.folder,
        "subject": message.subject,
        "recipients": recipients(message),
        "text": message.text,
    }


def _mismatch(what: str) -> FlowError:
    message = f"The input body for trigger 'manual' of type 'Request' did not match its schema definition. {what}"
    return FlowError(400, "TriggerInputSchemaMismatch", message)
