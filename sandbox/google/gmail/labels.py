"""Labels: Gmail's own, the owner's, and the methods of users.labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.google.call import Call, Handler, Outcome, text_of
from sandbox.google.errors import Refusal, invalid, not_found

if TYPE_CHECKING:
    from sandbox.google.gmail.mailbox import Mailbox, Mailboxes

SYSTEM = (
    "CHAT", "SENT", "INBOX", "IMPORTANT", "TRASH", "DRAFT", "SPAM", "CATEGORY_FORUMS", "CATEGORY_UPDATES",
    "CATEGORY_PERSONAL", "CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL", "STARRED", "UNREAD",
)  # fmt: skip
# https://developers.google.com/workspace/gmail/api/guides/labels: these cannot be set by hand.
FIXED = frozenset({"SENT", "DRAFT", "CHAT"})


@dataclass(frozen=True, slots=True)
class Label:
    """A label; the owner's have ids of their own, Gmail's are named by their id."""

    id: str
    name: str
    list_visibility: str = "labelShow"
    message_visibility: str = "show"

    @property
    def is_system(self) -> bool:
        return self.id in SYSTEM

    def shown(self) -> dict[str, object]:
        if self.is_system:
            return {"id": self.id, "name": self.name, "type": "system"}
        return {
            "id": self.id,
            "name": self.name,
            "messageListVisibility": self.message_visibility,
            "labelListVisibility": self.list_visibility,
            "type": "user",
        }


class Labels:
    """The methods of users.labels."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "labels.list": self.list,
            "labels.get": self.get,
            "labels.create": self.create,
            "labels.update": self.update,
            "labels.patch": self.update,
            "labels.delete": self.delete,
        }

    def list(self, call: Call) -> Outcome:
        return Outcome({"labels": [label.shown() for label in self._mailboxes[call.account].labels.values()]})

    def get(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        label = _existing(mailbox, call)
        return Outcome({**label.shown(), **_counts(mailbox, label.id)})

    def create(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        name = text_of(call.body, "name")
        _check_name(mailbox, name)
        label = mailbox.create_label(name)
        return self._store(mailbox, _changed(label, call))

    def update(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        label = _existing(mailbox, call)
        if label.is_system:
            raise invalid("Invalid update request")
        name = text_of(call.body, "name", label.name)
        if name != label.name:
            _check_name(mailbox, name)
        return self._store(mailbox, _changed(replace(label, name=name), call))

    def delete(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        label = _existing(mailbox, call)
        if label.is_system:
            raise invalid("Invalid delete request")
        mailbox.delete_label(label.id)
        return Outcome(None, label.id, {"deleted": True, "name": label.name})

    def _store(self, mailbox: Mailbox, label: Label) -> Outcome:
        mailbox.labels[label.id] = label
        return Outcome(label.shown(), label.id, label.shown())


def _existing(mailbox: Mailbox, call: Call) -> Label:
    label = mailbox.labels.get(call.path["id"])
    if label is None:
        raise not_found()
    return label


def _changed(label: Label, call: Call) -> Label:
    return replace(
        label,
        list_visibility=text_of(call.body, "labelListVisibility", label.list_visibility),
        message_visibility=text_of(call.body, "messageListVisibility", label.message_visibility),
    )


def _check_name(mailbox: Mailbox, name: str) -> None:
    if not name.strip():
        raise invalid("Invalid label name")
    if name.upper() in SYSTEM:
        raise invalid("Invalid label name")
    if any(label.name.lower() == name.lower() for label in mailbox.labels.values()):
        raise Refusal(409, "Label name exists or conflicts", "aborted")


def _counts(mailbox: Mailbox, label: str) -> dict[str, object]:
    found = [message for message in mailbox.messages.values() if label in message.labels]
    unread = [message for message in found if "UNREAD" in message.labels]
    return {
        "messagesTotal": len(found),
        "messagesUnread": len(unread),
        "threadsTotal": len({message.thread_id for message in found}),
        "threadsUnread": len({message.thread_id for message in unread}),
    }
