"""What Alfred keeps. One protocol per thing kept; each call is one transaction, durable when it returns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from application.ports.action_log import ActionLog, Outbox
from application.ports.books import Books
from application.ports.copies import Copies
from application.ports.talk import Conversations, Usage
from domain.calendar import Event
from domain.codec import Json
from domain.messages import Message
from domain.pages import Page
from domain.rules import Rule
from domain.sources import Covered, SourceState
from domain.tasks import Fact, FollowUp, Snooze, Task
from domain.triage import Category, Classification, Correction
from domain.work import PullRequest, Run, WorkItem


@dataclass(frozen=True, slots=True)
class Taken:
    """What storing messages did: ids that were new, and ids already known whose content or labels changed.

    `kept` are the new messages themselves, as they are stored.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[Message, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """Which messages to list, newest received first. `text`: words, "phrases", -negation, prefix*, from:name.

    `unclassified`: those that await a classification, which the owner's own mail never gets. `asleep`: those that are
    snoozed, or where it is False those that are not.
    """

    text: str = ""
    source: str | None = None
    account: str | None = None
    category: Category | None = None
    max_priority: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    label: str | None = None
    unclassified: bool = False
    asleep: bool | None = None
    include_removed: bool = False


@dataclass(frozen=True, slots=True)
class ClassifiedMessage:
    """A message with the classification that stands for it now; `removed` once it is gone at the provider."""

    message: Message
    classification: Classification | None
    removed: bool = False


class Messages(Protocol):
    """Messages, one row per id however often and by whatever way they arrive."""

    def take(self, messages: Sequence[Message]) -> Taken:
        """Store new ones, which are set aside no longer, and refresh known ones; all or none."""
        ...

    def take_news(self, messages: Sequence[Message]) -> Taken:
        """The same; each new one awaits `handed_on` from the moment it is stored."""
        ...

    def awaiting(self, limit: int) -> tuple[str, ...]:
        """Return ids of news that were not handed on yet, newest received first; what is gone is left out."""
        ...

    def handed_on(self, ids: Collection[str]) -> None:
        """Note that everybody whom these concern has seen them, so that they are set aside no longer.

        Unknown ids are passed over.
        """
        ...

    def relabel(self, labels: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        """Replace the labels of known messages; return the ids that changed. Unknown ids are passed over."""
        ...

    def remove(self, ids: Iterable[str], at: datetime) -> tuple[str, ...]:
        """Mark messages gone at the provider; they are kept, but left out of lists. Return those newly marked."""
        ...

    def get(self, id: str) -> ClassifiedMessage:
        """Raise `NotFound` for an unknown id."""
        ...

    def get_many(self, ids: Sequence[str]) -> dict[str, ClassifiedMessage]: ...

    def known(self, ids: Iterable[str]) -> set[str]:
        """Return those of `ids` that are stored."""
        ...

    def labels(self, ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the labels of those of `ids` that are stored and not gone at the provider."""
        ...

    def list(self, query: MessageQuery, cursor: str | None = None, limit: int = 50) -> Page[ClassifiedMessage]:
        """Newest first; of each body only the snippet, as its text: `get` has the whole.

        Raise `Invalid` for a cursor that is none, or a text that cannot be searched for.
        """
        ...

    def thread(self, thread_id: str, account: str) -> tuple[ClassifiedMessage, ...]:
        """Return the thread's messages, oldest first; empty for an unknown one."""
        ...

    def threads_of(self, ids: Iterable[str]) -> set[str]:
        """Return the ids of all messages, those that are gone left out, in the threads of `ids`."""
        ...

    def count(self, query: MessageQuery) -> int: ...

    def set_aside(self, source: str, provider_id: str, reason: str, at: datetime) -> None:
        """Remember a message that could not be had, or dealt with, and why; a repeat changes nothing."""
        ...

    def set_aside_since(self, since: datetime) -> tuple[tuple[str, str, str], ...]:
        """Return (source, provider id, reason) of what was set aside."""
        ...


class Classifications(Protocol):
    """The classification of each message, and the owner's corrections, which are appended."""

    def put(self, classifications: Sequence[Classification]) -> None:
        """Set each; all or none. Raise `NotFound` for a message that is not kept."""
        ...

    def add(self, classifications: Sequence[Classification]) -> tuple[Classification, ...]:
        """Set those of messages that have none, and return what stands for each message then, in order.

        All or none. Raise `NotFound` for a message that is not kept.
        """
        ...

    def get(self, message_id: str) -> Classification | None: ...

    def known(self, message_ids: Iterable[str]) -> set[str]:
        """Return those of `message_ids` that have a classification."""
        ...

    def correct(self, correction: Correction, classification: Classification) -> None:
        """Append a correction and set the classification that follows from it, together."""
        ...

    def corrections(self) -> tuple[Correction, ...]:
        """All corrections that stand, oldest first."""
        ...

    def take_back(self, message_id: str, at: datetime) -> None:
        """Take back the corrections of one message, which then has no classification; they stay in the record."""
        ...


class Rules(Protocol):
    """The owner's rules, in order."""

    def all(self) -> tuple[Rule, ...]: ...

    def get(self, name: str) -> Rule:
        """Raise `NotFound`."""
        ...

    def put(self, rule: Rule) -> None:
        """Add, or replace the one of that name."""
        ...

    def delete(self, name: str) -> None:
        """Raise `NotFound`."""
        ...


class Sources(Protocol):
    """Cursors, coverage and state of each source."""

    def cursor(self, source: str) -> str | None: ...

    def set_cursor(self, source: str, cursor: str | None) -> None: ...

    def cover(self, stretch: Covered) -> None: ...

    def covered(self, source: str, since: datetime) -> tuple[Covered, ...]: ...

    def state(self, source: str) -> SourceState: ...

    def set_state(self, state: SourceState) -> None: ...

    def names(self) -> tuple[str, ...]:
        """Return every source that a state was kept of, by name, whether it can still be read or not."""
        ...


class Tasks(Protocol):
    """Tasks, follow-ups and snoozes."""

    def put_task(self, task: Task) -> None: ...

    def task(self, id: str) -> Task:
        """Raise `NotFound`."""
        ...

    def tasks(self, *, open_only: bool = True) -> tuple[Task, ...]:
        """By due date, undated last."""
        ...

    def delete_task(self, id: str) -> None: ...

    def put_follow_up(self, follow_up: FollowUp) -> None: ...

    def follow_up(self, id: str) -> FollowUp:
        """Raise `NotFound`."""
        ...

    def follow_ups(self, *, open_only: bool = True) -> tuple[FollowUp, ...]:
        """By date, undated last."""
        ...

    def delete_follow_up(self, id: str) -> None: ...

    def put_snooze(self, snooze: Snooze) -> None: ...

    def delete_snooze(self, message_id: str) -> None: ...

    def snoozes(self) -> tuple[Snooze, ...]: ...


class Memory(Protocol):
    """Facts about the owner, each with the vector it is found by."""

    def put(self, fact: Fact, vector: Sequence[float]) -> None: ...

    def forget(self, id: str) -> None:
        """Raise `NotFound`."""
        ...

    def all(self) -> tuple[Fact, ...]: ...

    def nearest(self, vector: Sequence[float], limit: int) -> tuple[tuple[Fact, float], ...]:
        """The nearest facts by cosine similarity, best first; vectors of another length are passed over."""
        ...


class Preferences(Protocol):
    """What the owner set at run time, by name, as JSON values; and Alfred's own small marks."""

    def get(self, name: str) -> Json: ...

    def get_many(self, names: Iterable[str]) -> dict[str, Json]:
        """Return what is set of these."""
        ...

    def put(self, name: str, value: Json) -> None: ...

    def announce(self, name: str, value: Json, at: datetime) -> None:
        """Put, and note `name` in the feed as a notification, in one transaction."""
        ...

    def delete(self, name: str) -> None: ...

    def names(self, prefix: str = "") -> tuple[str, ...]:
        """Return the names that begin so, in order."""
        ...


FeedTopic = Literal["message", "action", "notification", "status"]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One change that a live view may want to know of."""

    seq: int
    topic: FeedTopic
    ref: str
    at: datetime


class Feed(Protocol):
    """The order in which things changed, across everything kept; its sequence number is the live view's cursor."""

    def after(self, seq: int, limit: int = 500) -> tuple[FeedItem, ...]: ...

    def head(self) -> int: ...

    def note(self, topic: FeedTopic, ref: str, at: datetime) -> int: ...


class Store(Protocol):
    """All of it, over one database. `version` changes with every write of this process, for caches."""

    messages: Messages
    classifications: Classifications
    actions: ActionLog
    outbox: Outbox
    rules: Rules
    sources: Sources
    tasks: Tasks
    memory: Memory
    preferences: Preferences
    feed: Feed
    conversations: Conversations
    usage: Usage
    books: Books
    events: Copies[Event]
    pull_requests: Copies[PullRequest]
    work_items: Copies[WorkItem]
    runs: Copies[Run]

    @property
    def version(self) -> int: ...

    def on_change(self, listener: ChangeListener) -> None:
        """Call `listener()` after each commit that appended to the feed, in the writing thread; it returns at once."""
        ...

    def close(self) -> None: ...


class ChangeListener(Protocol):
    def __call__(self) -> None: ...
