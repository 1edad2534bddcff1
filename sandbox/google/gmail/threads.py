"""The methods of users.threads: what befalls a whole conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sandbox.google.call import Call, Handler, Outcome
from sandbox.google.discovery import JsonObject
from sandbox.google.errors import not_found
from sandbox.google.gmail import views
from sandbox.google.gmail.mailbox import Mailbox, Mailboxes
from sandbox.google.gmail.message import StoredMessage
from sandbox.google.gmail.messages import label_changes


class Threads:
    """The methods of users.threads."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "threads.list": self.list,
            "threads.get": self.get,
            "threads.modify": self.modify,
            "threads.trash": self.trash,
            "threads.untrash": self.untrash,
            "threads.delete": self.delete,
        }

    def list(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        found = _one_of_each_thread(mailbox, views.matching(mailbox, call))
        return Outcome(views.page(call, found, "threads", lambda one: _brief(mailbox, one.thread_id)))

    def get(self, call: Call) -> Outcome:
        messages = self._thread(call)[1]
        shown = [views.show(message, call) for message in messages]
        return Outcome({"id": call.path["id"], "historyId": _history_id(messages), "messages": shown})

    def modify(self, call: Call) -> Outcome:
        add, remove = label_changes(self._thread(call)[0], call.body)
        return self._relabel(call, add, remove)

    def trash(self, call: Call) -> Outcome:
        return self._relabel(call, ("TRASH",), ("INBOX",))

    def untrash(self, call: Call) -> Outcome:
        return self._relabel(call, (), ("TRASH",))

    def delete(self, call: Call) -> Outcome:
        mailbox, messages = self._thread(call)
        for message in messages:
            mailbox.delete(message)
        return Outcome(None, call.path["id"], {"deleted": True})

    def _relabel(self, call: Call, add: Iterable[str], remove: Iterable[str]) -> Outcome:
        mailbox, messages = self._thread(call)
        shown: JsonObject = {
            "id": call.path["id"],
            "messages": [mailbox.relabel(message, add, remove).labelled() for message in messages],
        }
        return Outcome(shown, call.path["id"], shown)

    def _thread(self, call: Call) -> tuple[Mailbox, tuple[StoredMessage, ...]]:
        mailbox = self._mailboxes[call.account]
        thread = mailbox.threads.get(call.path["id"])
        if thread is None:
            raise not_found()
        return mailbox, tuple(sorted(thread.values(), key=lambda message: (message.received, message.sequence)))


def _one_of_each_thread(mailbox: Mailbox, found: Iterable[StoredMessage]) -> Iterator[StoredMessage]:
    seen: set[str] = set()
    for message in found:
        if message.thread_id not in seen:
            seen.add(message.thread_id)
            yield message


def _brief(mailbox: Mailbox, id: str) -> JsonObject:
    messages = tuple(mailbox.threads[id].values())
    newest = max(messages, key=lambda message: (message.received, message.sequence))
    return {"id": id, "snippet": newest.snippet, "historyId": _history_id(messages)}


def _history_id(messages: Iterable[StoredMessage]) -> str:
    return str(max(message.history_id for message in messages))
