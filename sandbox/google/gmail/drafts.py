"""The methods of users.drafts. A draft keeps its id while its message is replaced; a sent draft is gone."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.google.call import Call, Handler, Outcome, object_of, text_of
from sandbox.google.discovery import JsonObject
from sandbox.google.errors import invalid, not_found
from sandbox.google.gmail import sending, views
from sandbox.google.gmail.mailbox import Mailbox, Mailboxes
from sandbox.google.gmail.message import StoredMessage


class Drafts:
    """The methods of users.drafts."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "drafts.list": self.list,
            "drafts.get": self.get,
            "drafts.create": self.create,
            "drafts.update": self.update,
            "drafts.send": self.send,
            "drafts.delete": self.delete,
        }

    def list(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        by_message = {id: draft for draft, id in mailbox.drafts.items()}
        found = (message for message in views.matching(mailbox, call) if message.id in by_message)
        return Outcome(
            views.page(call, found, "drafts", lambda one: {"id": by_message[one.id], "message": one.brief()})
        )

    def get(self, call: Call) -> Outcome:
        message = _message(self._mailboxes[call.account], call.path["id"])
        return Outcome({"id": call.path["id"], "message": views.show(message, call)})

    def create(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        message = _written(mailbox, call)
        id = mailbox.new_draft_id()
        mailbox.drafts[id] = message.id
        return _outcome(id, message)

    def update(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        old = _message(mailbox, call.path["id"])
        message = _written(mailbox, call, old.thread_id)
        mailbox.delete(old)
        mailbox.drafts[call.path["id"]] = message.id
        return _outcome(call.path["id"], message)

    def send(self, call: Call) -> Outcome:
        """Send a draft, with new content where the request brings some; the draft's message goes with the draft."""
        mailbox = self._mailboxes[call.account]
        id = text_of(call.body, "id")
        if not id:
            raise invalid("Invalid draft")
        draft = _message(mailbox, id)
        fresh = call.media is not None or bool(text_of(object_of(call.body, "message"), "raw"))
        raw = views.uploaded(call, object_of(call.body, "message")) if fresh else draft.raw
        sent = sending.send(self._mailboxes, call.account, raw, draft.thread_id)
        mailbox.delete(draft)
        return Outcome(sent.labelled(), id, {**sending.described(sent), "draftId": id})

    def delete(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        mailbox.delete(_message(mailbox, call.path["id"]))
        return Outcome(None, call.path["id"], {"deleted": True})


def _written(mailbox: Mailbox, call: Call, standing: str | None = None) -> StoredMessage:
    content = object_of(call.body, "message")
    raw = views.uploaded(call, content)
    thread = views.thread_wanted(mailbox, text_of(content, "threadId"), sending.candidate(raw))
    return mailbox.add(raw, ("DRAFT",), thread_id=thread or standing)


def _message(mailbox: Mailbox, id: str) -> StoredMessage:
    if id not in mailbox.drafts:
        raise not_found()
    return mailbox.messages[mailbox.drafts[id]]


def _outcome(id: str, message: StoredMessage) -> Outcome:
    shown: JsonObject = {"id": id, "message": message.labelled()}
    return Outcome(shown, id, {**sending.described(message), "draftId": id})
