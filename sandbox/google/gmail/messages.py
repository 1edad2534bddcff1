"""The methods of users.messages."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sandbox.google.call import Call, Handler, Outcome, text_of, texts_of
from sandbox.google.discovery import JsonObject
from sandbox.google.errors import invalid
from sandbox.google.gmail import mime, sending, views
from sandbox.google.gmail.labels import FIXED
from sandbox.google.gmail.mailbox import Mailbox, Mailboxes
from sandbox.google.gmail.message import StoredMessage

_MOST_IN_A_BATCH = 1000


class Messages:
    """The methods of users.messages."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "messages.list": self.list,
            "messages.get": self.get,
            "messages.attachments.get": self.attachment,
            "messages.modify": self.modify,
            "messages.batchModify": self.batch_modify,
            "messages.batchDelete": self.batch_delete,
            "messages.trash": self.trash,
            "messages.untrash": self.untrash,
            "messages.delete": self.delete,
            "messages.insert": self.insert,
            "messages.import": self.insert,
            "messages.send": self.send,
        }

    def list(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        return Outcome(views.page(call, views.matching(mailbox, call), "messages", StoredMessage.brief))

    def get(self, call: Call) -> Outcome:
        return Outcome(views.show(self._message(call), call))

    def attachment(self, call: Call) -> Outcome:
        message = views.existing(self._mailboxes[call.account], call.path["messageId"])
        content = mime.attachment(message.raw, call.path["id"])
        if content is None:
            raise invalid("Invalid attachment token")
        return Outcome({"size": len(content), "data": base64.urlsafe_b64encode(content).decode()})

    def modify(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        add, remove = label_changes(mailbox, call.body)
        return _relabelled(mailbox.relabel(self._message(call), add, remove))

    def batch_modify(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        add, remove = label_changes(mailbox, call.body)
        found = _named(mailbox, call)
        after = {message.id: sorted(mailbox.relabel(message, add, remove).labels) for message in found}
        return Outcome(None, ",".join(after), {"labelIds": after})

    def batch_delete(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        found = _named(mailbox, call)
        for message in found:
            mailbox.delete(message)
        return Outcome(None, ",".join(message.id for message in found), {"deleted": True})

    def trash(self, call: Call) -> Outcome:
        return _relabelled(self._mailboxes[call.account].relabel(self._message(call), ("TRASH",), ("INBOX",)))

    def untrash(self, call: Call) -> Outcome:
        """Takes a mail out of the trash; whoever wants it back in the inbox has to say so."""
        return _relabelled(self._mailboxes[call.account].relabel(self._message(call), remove=("TRASH",)))

    def delete(self, call: Call) -> Outcome:
        message = self._message(call)
        self._mailboxes[call.account].delete(message)
        return Outcome(None, message.id, {"deleted": True})

    def insert(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        raw = views.uploaded(call, call.body)
        labels = texts_of(call.body, "labelIds")
        _check_known(mailbox, labels)
        by_header = call.text("internalDateSource", _date_source(call)) == "dateHeader"
        received = date_of(raw) if by_header else None
        thread = views.thread_wanted(mailbox, text_of(call.body, "threadId"), sending.candidate(raw))
        message = mailbox.add(raw, labels, received, thread_id=thread)
        return Outcome(message.labelled(), message.id, sending.described(message))

    def send(self, call: Call) -> Outcome:
        raw = views.uploaded(call, call.body)
        wanted = text_of(call.body, "threadId")
        thread = views.thread_wanted(self._mailboxes[call.account], wanted, sending.candidate(raw))
        message = sending.send(self._mailboxes, call.account, raw, thread)
        return Outcome(message.labelled(), message.id, sending.described(message))

    def _message(self, call: Call) -> StoredMessage:
        return views.existing(self._mailboxes[call.account], call.path["id"])


def label_changes(mailbox: Mailbox, body: JsonObject) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels to add and to remove, refused where Gmail refuses them."""
    add, remove = texts_of(body, "addLabelIds"), texts_of(body, "removeLabelIds")
    if not add and not remove:
        raise invalid("No label add or removes specified")
    if set(add) & set(remove):
        raise invalid("Cannot both add and remove the same label")
    _check_known(mailbox, (*add, *remove))
    for label in (*add, *remove):
        if label in FIXED:
            raise invalid(f"Invalid label: {label}")
    return add, remove


def date_of(raw: bytes) -> datetime | None:
    """The time that the Date header tells, where it tells one."""
    value = sending.candidate(raw).header("Date")
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _date_source(call: Call) -> str:
    return "dateHeader" if call.method.id.endswith(".import") else "receivedTime"


def _check_known(mailbox: Mailbox, labels: Iterable[str]) -> None:
    for label in labels:
        if label not in mailbox.labels:
            raise invalid(f"Invalid label: {label}")


def _named(mailbox: Mailbox, call: Call) -> tuple[StoredMessage, ...]:
    ids = texts_of(call.body, "ids")
    if not ids:
        raise invalid("No message ids specified")
    if len(ids) > _MOST_IN_A_BATCH:
        raise invalid(f"Too many message ids specified, at most {_MOST_IN_A_BATCH} allowed")
    return tuple(mailbox.messages[id] for id in dict.fromkeys(ids) if id in mailbox.messages)


def _relabelled(message: StoredMessage) -> Outcome:
    shown = message.labelled()
    return Outcome(shown, message.id, {**shown, "labelIds": sorted(message.labels)})
