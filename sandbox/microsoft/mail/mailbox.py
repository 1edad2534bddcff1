"""A mailbox in memory: folders, messages, and a log of every change for delta queries."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sandbox.microsoft.call import JsonObject, objects_of
from sandbox.microsoft.changes import ChangeLog
from sandbox.microsoft.mail import folders, mime
from sandbox.microsoft.mail.folders import DRAFTS, INBOX, RECOVERABLE, SENT, Folder
from sandbox.microsoft.mail.message import Attachment, StoredMessage, blank

_ANSWER_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|sv|tr)\s*:)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lag:
    """How long, or for how many searches, a new message is not found."""

    seconds: float = 0.0
    searches: int = 0


class Mailbox:
    """One account's mail; what is sent is still a draft for `sending_seconds` and then lies in Sent Items."""

    def __init__(
        self,
        address: str,
        lag: Callable[[], Lag] = Lag,
        clock: Callable[[], float] = time.time,
        lock: threading.RLock | None = None,
        sending_seconds: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.lock = threading.RLock() if lock is None else lock
        self.address = address
        self.clock = clock
        self.folders = folders.standard(address)
        self.messages: dict[str, StoredMessage] = {}
        self.contents: dict[str, dict[str, StoredMessage]] = {key: {} for key in self.folders}
        self.categories: dict[str, str] = {"Red category": "preset0", "Blue category": "preset7"}
        self.log = ChangeLog()
        self.departed: list[StoredMessage] = []
        self.searches = 0
        self._ids: dict[str, str] = {}
        self._lag = lag
        self._sending_seconds = sending_seconds
        self._dice = random.Random(address)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def deliver(
        self,
        raw: bytes,
        folder: str = INBOX,
        received: datetime | None = None,
        key: str | None = None,
        conversation: str | None = None,
        changes: JsonObject | None = None,
    ) -> str:
        """Put a mail in as if it had just arrived and give its immutable id; `changes` are properties."""
        with self.lock:
            found = mime.read(raw)
            moment = received or self.now()
            properties = blank() | found.properties | {"isRead": False} | (changes or {})
            message = StoredMessage(
                key or self.new_key(), folder, properties, moment, moment, "", raw, found.headers,
                self._files(found.parts), found.message_id or mime.new_message_id(), found.answers,
                sent=found.sent or moment,
            )  # fmt: skip
            message.conversation = conversation or self._conversation(message)
            return self.add(message).key

    def add(self, message: StoredMessage) -> StoredMessage:
        """Store a message in its folder."""
        if message.key in self.messages:
            raise ValueError(f"The mailbox of {self.address} already holds a message {message.key}.")
        self._hide_from_search(message)
        self.messages[message.key] = message
        self._arrive(message)
        return message

    def draft(
        self, properties: JsonObject, folder: str = DRAFTS, answered: StoredMessage | None = None
    ) -> StoredMessage:
        """A new draft; it belongs to the conversation of what it answers."""
        now = self.now()
        me: JsonObject = {"emailAddress": {"name": self.address, "address": self.address}}
        written = blank() | {"from": me, "sender": me} | properties
        message = StoredMessage(self.new_key(), folder, written, now, now, "", is_draft=True)
        message.message_id = mime.new_message_id()
        if answered is not None:
            message.answers, message.conversation = answered.message_id, answered.conversation
        message.conversation = message.conversation or self._conversation(message)
        return self.add(message)

    def find(self, id: str) -> StoredMessage | None:
        """The message of an id, be it immutable or the one that it has where it lies."""
        return self.messages.get(id) or self.messages.get(self._ids.get(id, ""))

    def folder(self, reference: str) -> Folder | None:
        """The folder of an id or a well-known name."""
        known = self.folders.get(reference.lower()) or self.folders.get(reference)
        return known or next((folder for folder in self.folders.values() if folder.id == reference), None)

    def change(self, message: StoredMessage, properties: JsonObject) -> StoredMessage:
        """Write properties of a message."""
        message.properties = message.properties | properties
        if message.is_draft:
            message.raw = None
        self.touch(message)
        return message

    def touch(self, message: StoredMessage) -> None:
        """Note that something about a message changed."""
        message.version += 1
        message.modified = self.now()
        self.log.note(message.folder, message.key, message.movable_id)

    def move(self, message: StoredMessage, folder: Folder) -> StoredMessage:
        """Put a message into another folder, where it has another id."""
        with self.lock:
            if message.folder == folder.key:
                return message
            self._depart(message)
            message.folder, message.moves = folder.key, message.moves + 1
            self._arrive(message)
            return message

    def copy(self, message: StoredMessage, folder: Folder) -> StoredMessage:
        """A second message with the same words."""
        copied = replace(
            message,
            key=self.new_key(),
            folder=folder.key,
            moves=0,
            attachments=dict(message.attachments),
            leaves_at=None,
        )
        return self.add(copied)

    def delete(self, message: StoredMessage) -> None:
        """Remove a message for good."""
        with self.lock:
            self._depart(message)
            del self.messages[message.key]

    def send(self, message: StoredMessage) -> None:
        """Let a draft leave; it goes on looking like one for a moment."""
        message.leaves_at = self.clock() + self._sending_seconds()
        message.sent = self.now()
        self.departed.append(message)
        self.settle()

    def settle(self) -> None:
        """Put what has left into Sent Items."""
        due = [
            one for one in self.contents[DRAFTS].values() if one.leaves_at is not None and one.leaves_at <= self.clock()
        ]
        for message in due:
            message.is_draft, message.leaves_at = False, None
            message.received = message.sent or message.received
            self.move(message, self.folders[SENT])

    def sent(self) -> tuple[StoredMessage, ...]:
        """What left this mailbox, oldest first, whether or not it already lies in Sent Items."""
        return tuple(self.departed)

    def create_folder(self, name: str, parent: str) -> Folder:
        key = folders.folder_id(self.address, f"{parent}/{name}/{self._dice.random()}")
        self.folders[key] = Folder(key, key, name, parent)
        self.contents[key] = {}
        return self.folders[key]

    def children(self, parent: str) -> list[Folder]:
        return [one for one in self.folders.values() if one.parent == parent and one.key != RECOVERABLE]

    def newest_first(self, folder: str | None = None) -> list[StoredMessage]:
        held = self.messages if folder is None else self.contents[folder]
        found = (message for message in held.values() if message.folder != RECOVERABLE or folder)
        return sorted(found, key=lambda message: (message.received, message.arrival), reverse=True)

    def attach(self, message: StoredMessage, part: mime.Part) -> Attachment:
        made = next(iter(self._files([part]).values()))
        message.attachments[made.id] = made
        message.raw = None
        self.touch(message)
        return made

    def new_key(self) -> str:
        return f"AAkALgAA{self._dice.getrandbits(240):060x}EAC-"

    def new_conversation(self) -> str:
        return f"AAQk{self._dice.getrandbits(200):050x}="

    def holding(self, message_id: str) -> StoredMessage | None:
        """The message with this Message-ID."""
        return next((one for one in self.messages.values() if message_id and one.message_id == message_id), None)

    def _files(self, parts: Iterable[mime.Part]) -> dict[str, Attachment]:
        files = {}
        for part in parts:
            id = f"AAMkAt{self._dice.getrandbits(160):040x}="
            files[id] = Attachment(
                id, part.name, part.content_type, part.content, part.content_id, part.inline, self.now()
            )
        return files

    def _arrive(self, message: StoredMessage) -> None:
        self.contents[message.folder][message.key] = message
        self._ids[message.movable_id] = message.key
        message.version += 1
        message.modified = self.now()
        message.arrival = self.log.note(message.folder, message.key, message.movable_id)

    def _depart(self, message: StoredMessage) -> None:
        del self.contents[message.folder][message.key]
        self._ids.pop(message.movable_id, None)
        self.log.note(message.folder, message.key, message.movable_id)

    def _conversation(self, message: StoredMessage) -> str:
        """The conversation of the mail that it answers, or of one with its subject, or a new one."""
        bare = _bare(message.subject)
        for other in reversed(self.messages.values()) if message.answers or _is_answer(message) else ():
            if other.message_id == message.answers or (bare and _bare(other.subject) == bare):
                return other.conversation
        return self.new_conversation()

    def _hide_from_search(self, message: StoredMessage) -> None:
        lag = self._lag()
        message.found_after = self.clock() + lag.seconds if lag.seconds else 0.0
        message.found_after_searches = self.searches + lag.searches if lag.searches else 0


class Mailboxes:
    """The mailboxes of one server, by address; asking for a new one opens it."""

    def __init__(
        self, lag: Callable[[str], Lag], lock: threading.RLock, clock: Callable[[], float] = time.time
    ) -> None:
        self.sending_seconds = 0.2
        self.clock = clock
        self._lock = lock
        self._lag = lag
        self._mailboxes: dict[str, Mailbox] = {}

    def __getitem__(self, address: str) -> Mailbox:
        key = address.lower()
        if key not in self._mailboxes:
            self._mailboxes[key] = Mailbox(
                key, lambda: self._lag(key), self._time, self._lock, lambda: self.sending_seconds
            )
        self._mailboxes[key].settle()
        return self._mailboxes[key]

    def _time(self) -> float:
        return self.clock()

    def find(self, address: str) -> Mailbox | None:
        return self._mailboxes.get(address.lower())

    def addresses(self) -> tuple[str, ...]:
        return tuple(self._mailboxes)


def recipients(message: StoredMessage) -> list[str]:
    """The addresses that a message goes to."""
    found = []
    for name in ("toRecipients", "ccRecipients", "bccRecipients"):
        for one in objects_of(message.properties, name):
            address = one.get("emailAddress")
            if isinstance(address, dict):
                found.append(str(address.get("address", "")).lower())
    return found


def _is_answer(message: StoredMessage) -> bool:
    return _ANSWER_PREFIX.match(message.subject) is not None


def _bare(subject: str) -> str:
    return " ".join(_ANSWER_PREFIX.sub("", subject).lower().split())
