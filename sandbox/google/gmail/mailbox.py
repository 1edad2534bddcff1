"""A mailbox in memory: messages, threads, labels, drafts and the history of every change."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sandbox.google.gmail.labels import SYSTEM, Label
from sandbox.google.gmail.message import StoredMessage

_ANSWER_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|sv|tr)\s*:)+", re.IGNORECASE)
_WIDEST_GAP = 37


P = ParamSpec("P")
R = TypeVar("R")


class Change(StrEnum):
    """The kinds of history, by the names that `historyTypes` takes."""

    MESSAGE_ADDED = "messageAdded"
    MESSAGE_DELETED = "messageDeleted"
    LABEL_ADDED = "labelAdded"
    LABEL_REMOVED = "labelRemoved"


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One change of one message, with its labels afterwards."""

    id: int
    change: Change
    message_id: str
    thread_id: str
    labels: tuple[str, ...]
    changed_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lag:
    """How long, or for how many searches, a new message is not found by `q`."""

    seconds: float = 0.0
    searches: int = 0


def _alone(change: Callable[Concatenate[Mailbox, P], R]) -> Callable[Concatenate[Mailbox, P], R]:
    """Let a change of a mailbox, from whatever thread, wait until the server is not reading it."""

    @wraps(change)
    def locked(mailbox: Mailbox, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with mailbox.lock:
            return change(mailbox, *args, **kwargs)

    return locked


class Mailbox:
    """One account's mail. History ids grow with gaps, as Gmail's do; ids are 16 hexadecimal digits."""

    def __init__(
        self,
        address: str,
        lag: Callable[[], Lag] = Lag,
        clock: Callable[[], float] = time.time,
        lock: threading.RLock | None = None,
    ) -> None:
        self.lock = threading.RLock() if lock is None else lock
        self.address = address
        self.messages: dict[str, StoredMessage] = {}
        self.threads: dict[str, dict[str, StoredMessage]] = {}
        self.labels = {name: Label(name, name) for name in SYSTEM}
        self.drafts: dict[str, str] = {}
        self.history: list[HistoryRecord] = []
        self.history_id = 1000
        self.oldest_history_id = 0
        self.clock = clock
        self.searches = 0
        self._lag = lag
        self._dice = random.Random(address)
        self._thread_of: dict[str, str] = {}
        self._sorted: list[StoredMessage] = []
        self._dirty = False
        self._sequence = 0
        self._label_number = 0

    @_alone
    def deliver(
        self,
        raw: bytes,
        labels: Iterable[str] = ("INBOX", "UNREAD"),
        received: datetime | None = None,
        id: str | None = None,
        thread_id: str | None = None,
    ) -> str:
        """Put a mail into the mailbox as if it had just arrived, and give its id; unknown labels are created."""
        for label in labels:
            self.labels.setdefault(label, Label(label, label))
        return self.add(raw, labels, received, id, thread_id).id

    @_alone
    def add(
        self,
        raw: bytes,
        labels: Iterable[str],
        received: datetime | None = None,
        id: str | None = None,
        thread_id: str | None = None,
    ) -> StoredMessage:
        """Store a mail in the named thread, in the one that it answers, or in a new one."""
        moment = int((received.timestamp() if received else self.clock()) * 1000)
        self._sequence += 1
        message = StoredMessage(id or self._new_id(moment), "", raw, frozenset(labels), moment, self._sequence)
        if message.id in self.messages:
            raise ValueError(f"The mailbox of {self.address} already holds a message {message.id}.")
        message.thread_id = thread_id or self.thread_answered(message) or message.id
        self._hide_from_search(message)
        self.messages[message.id] = message
        self.threads.setdefault(message.thread_id, {})[message.id] = message
        if message.message_id:
            self._thread_of[message.message_id] = message.thread_id
        self._sorted.append(message)
        self._dirty = True
        self._note(Change.MESSAGE_ADDED, message)
        return message

    def thread_answered(self, message: StoredMessage) -> str | None:
        """The thread of the nearest mail that this one refers to, when both have the same subject."""
        if not message.references:
            return None
        subject = bare_subject(message)
        for reference in reversed(message.references):
            thread = self._thread_of.get(reference)
            held = self.threads.get(thread or "")
            if thread and held and any(bare_subject(other) == subject for other in held.values()):
                return thread
        return None

    @_alone
    def relabel(self, message: StoredMessage, add: Iterable[str] = (), remove: Iterable[str] = ()) -> StoredMessage:
        """Change labels; only what really changes is written into the history."""
        added = tuple(sorted(frozenset(add) - message.labels))
        removed = tuple(sorted(frozenset(remove) & message.labels))
        message.labels = message.labels - frozenset(removed) | frozenset(added)
        if added:
            self._note(Change.LABEL_ADDED, message, added)
        if removed:
            self._note(Change.LABEL_REMOVED, message, removed)
        return message

    @_alone
    def delete(self, message: StoredMessage) -> None:
        """Remove a mail for good, not into the trash."""
        del self.messages[message.id]
        del self.threads[message.thread_id][message.id]
        if not self.threads[message.thread_id]:
            del self.threads[message.thread_id]
        self.drafts = {draft: id for draft, id in self.drafts.items() if id != message.id}
        self._sorted.remove(message)
        self._note(Change.MESSAGE_DELETED, message)

    @_alone
    def create_label(self, name: str) -> Label:
        self._label_number += 1
        label = Label(f"Label_{self._label_number}", name)
        self.labels[label.id] = label
        return label

    @_alone
    def delete_label(self, id: str) -> None:
        for message in self.messages.values():
            self.relabel(message, remove=(id,))
        del self.labels[id]

    def label_ids(self) -> dict[str, str]:
        """Label ids by name in lower case."""
        return {label.name.lower(): label.id for label in self.labels.values()}

    def new_draft_id(self) -> str:
        return f"r{self._dice.randrange(10**17, 10**18)}"

    @_alone
    def sent(self) -> tuple[StoredMessage, ...]:
        """What left this mailbox, oldest first."""
        return tuple(message for message in reversed(self.newest_first()) if "SENT" in message.labels)

    def newest_first(self) -> list[StoredMessage]:
        if self._dirty:
            self._sorted.sort(key=lambda message: (message.received, message.sequence), reverse=True)
            self._dirty = False
        return self._sorted

    @_alone
    def expire_history(self) -> None:
        """Forget all history, as Google does after a week or sooner: older cursors are answered with 404."""
        self.history.clear()
        self.history_id += self._dice.randint(1, _WIDEST_GAP)
        self.oldest_history_id = self.history_id

    def history_after(self, start: int) -> Iterator[HistoryRecord] | None:
        """The changes after a history id; None when that id is too old or was never given out."""
        if not self.oldest_history_id <= start <= self.history_id:
            return None
        return (record for record in self.history[self._first_after(start) :])

    def _first_after(self, start: int) -> int:
        low, high = 0, len(self.history)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.history[middle].id <= start else (low, middle)
        return low

    def _note(self, change: Change, message: StoredMessage, labels: tuple[str, ...] = ()) -> None:
        self.history_id += self._dice.randint(1, _WIDEST_GAP)
        message.history_id = self.history_id
        after = tuple(sorted(message.labels))
        self.history.append(HistoryRecord(self.history_id, change, message.id, message.thread_id, after, labels))

    def _hide_from_search(self, message: StoredMessage) -> None:
        lag = self._lag()
        message.found_after = self.clock() + lag.seconds if lag.seconds else 0.0
        message.found_after_searches = self.searches + lag.searches if lag.searches else 0

    def _new_id(self, moment: int) -> str:
        while True:
            id = f"{((moment << 20) + self._dice.getrandbits(20)) & (2**64 - 1):016x}"
            if id not in self.messages:
                return id


class Mailboxes:
    """The mailboxes of one server, by address; asking for a new one opens it."""

    def __init__(
        self, lag: Callable[[str], Lag] = lambda address: Lag(), clock: Callable[[], float] = time.time
    ) -> None:
        self.lock = threading.RLock()
        self._mailboxes: dict[str, Mailbox] = {}
        self._lag = lag
        self._clock = clock

    def __getitem__(self, address: str) -> Mailbox:
        key = address.lower()
        if key not in self._mailboxes:
            self._mailboxes[key] = Mailbox(key, lambda: self._lag(key), self._clock, self.lock)
        return self._mailboxes[key]

    def find(self, address: str) -> Mailbox | None:
        return self._mailboxes.get(address.lower())

    def addresses(self) -> tuple[str, ...]:
        return tuple(self._mailboxes)


def bare_subject(message: StoredMessage) -> str:
    """The subject without the marks of answering and forwarding."""
    return " ".join(_ANSWER_PREFIX.sub("", message.header("Subject")).lower().split())
