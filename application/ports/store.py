"""What Alfred keeps. One protocol per thing kept; each call is one transaction, durable when it returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.action_events import Event, LogEntry
from domain.actions import Action, Status
from domain.chat import Conversation, Entry
from domain.codec import Json
from domain.kinds import Kind
from domain.messages import Message
from domain.pages import Page
from domain.rules import Rule
from domain.sources import Covered, SourceState
from domain.tasks import Fact, FollowUp, Snooze, Task
from domain.triage import Category, Classification, Correction


@dataclass(frozen=True, slots=True)
class Taken:
    """What storing messages did: ids that were new, and ids already known whose content or labels changed."""

    new: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """Which messages to list, newest received first. `text` is full text: words, "phrases", -negation, prefix*."""

    text: str = ""
    source: str | None = None
    account: str | None = None
    category: Category | None = None
    max_priority: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    label: str | None = None
    unclassified: bool = False
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
        """Store new ones and refresh known ones; all or none."""
        ...

    def relabel(self, labels: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        """Replace the labels of known messages; return the ids that changed. Unknown ids are passed over."""
        ...

    def remove(self, ids: Iterable[str], at: datetime) -> tuple[str, ...]:
        """Mark messages that are gone at the provider; they are kept, and left out of lists. Return those newly marked."""
        ...

    def get(self, id: str) -> ClassifiedMessage:
        """Raise `NotFound` for an unknown id."""
        ...

    def get_many(self, ids: Sequence[str]) -> dict[str, ClassifiedMessage]: ...

    def known(self, ids: Iterable[str]) -> set[str]:
        """Return those of `ids` that are stored."""
        ...

    def list(self, query: MessageQuery, cursor: str | None = None, limit: int = 50) -> Page[ClassifiedMessage]:
        """Newest first; of each body only the snippet, as its text: `get` has the whole.

        Raise `Invalid` for a cursor that is none, or a text that cannot be searched for.
        """
        ...

    def thread(self, thread_id: str, account: str) -> tuple[ClassifiedMessage, ...]:
        """Return the thread's messages, oldest first; empty for an unknown one."""
        ...

    def count(self, query: MessageQuery) -> int: ...

    def set_aside(self, source: str, provider_id: str, reason: str, at: datetime) -> None:
        """Remember a message that could not be read, and why; a repeat changes nothing."""
        ...

    def set_aside_since(self, since: datetime) -> tuple[tuple[str, str, str], ...]:
        """Return (source, provider id, reason) of what was set aside."""
        ...


class Classifications(Protocol):
    """The classification of each message, and the owner's corrections, which are appended."""

    def put(self, classifications: Sequence[Classification]) -> None:
        """Set each; all or none. Raise `NotFound` for a message that is not kept."""
        ...

    def get(self, message_id: str) -> Classification | None: ...

    def correct(self, correction: Correction, classification: Classification) -> None:
        """Append a correction and set the classification that follows from it, together."""
        ...

    def corrections(self) -> tuple[Correction, ...]:
        """All corrections that stand, oldest first."""
        ...

    def take_back(self, message_id: str, at: datetime) -> None:
        """Take back the corrections of one message; they stay in the record and no longer stand."""
        ...


@dataclass(frozen=True, slots=True)
class ActionQuery:
    """Which actions to list, newest first."""

    status: Status | None = None
    kind: Kind | None = None
    rule: str | None = None
    target: str | None = None
    origin: str | None = None
    actor: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The state of the hash chain: rows checked, the head's hash, and the first sequence number that is wrong."""

    rows: int
    head: str
    broken_at: int | None = None
    problem: str = ""


class ActionLog(Protocol):
    """The append-only log of action events, and what they add up to. The log is the truth.

    Rows are never changed or removed; each carries the SHA-256 of the one before.
    """

    def append(self, action_id: str, events: Sequence[Event], *, actor: str, at: datetime) -> Action:
        """Fold `events` onto the action and store both, in one transaction, on disk when this returns.

        Raises `Conflict` where the action's life does not allow an event (nothing is stored then); so of two
        approvals at the same time one fails. Raises `Conflict(code="proposed_before")` for a `Proposed` by a rule
        of a kind that a rule has proposed for that target before.
        """
        ...

    def append_many(
        self, proposals: Sequence[tuple[str, Sequence[Event]]], *, actor: str, at: datetime
    ) -> tuple[Action, ...]:
        """Append many in one transaction; proposals by a rule that were made before are passed over."""
        ...

    def get(self, id: str) -> Action:
        """Raise `NotFound` for an unknown id."""
        ...

    def entries(self, action_id: str) -> tuple[LogEntry, ...]:
        """All entries of one action, oldest first."""
        ...

    def list(self, query: ActionQuery, cursor: str | None = None, limit: int = 50) -> Page[Action]: ...

    def open_for(self, targets: Iterable[str]) -> tuple[Action, ...]:
        """Actions on these targets that are proposed or approved."""
        ...

    def count(self, status: Status) -> int: ...

    def automatic_since(self, since: datetime) -> int:
        """How many automatic executions started since then, for the hourly cap."""
        ...

    def after(self, seq: int, limit: int = 500) -> tuple[LogEntry, ...]:
        """Entries with a higher sequence number, in order."""
        ...

    def verify(self) -> ChainReport:
        """Walk the whole chain, and compare the projection with what the log adds up to."""
        ...

    def rebuild(self) -> None:
        """Make the projection anew from the log."""
        ...


class Outbox(Protocol):
    """The bytes of outgoing mail, kept under their SHA-256; never changed."""

    def keep(self, content: bytes) -> str:
        """Store and return the SHA-256 in hex."""
        ...

    def get(self, sha256: str) -> bytes:
        """Raise `NotFound` for an unknown one."""
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
        """The nearest facts by cosine similarity, best first. Facts kept under vectors of another length are passed over."""
        ...


class Preferences(Protocol):
    """What the owner set at run time, by name, as JSON values; and Alfred's own small marks."""

    def get(self, name: str) -> Json: ...

    def put(self, name: str, value: Json) -> None: ...

    def delete(self, name: str) -> None: ...

    def names(self, prefix: str = "") -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One change that a live view may want to know of: topic `message`, `action`, `notification` or `status`."""

    seq: int
    topic: str
    ref: str
    at: datetime


class Feed(Protocol):
    """The order in which things changed, across everything kept; its sequence number is the live view's cursor."""

    def after(self, seq: int, limit: int = 500) -> tuple[FeedItem, ...]: ...

    def head(self) -> int: ...

    def note(self, topic: str, ref: str, at: datetime) -> int: ...


class Conversations(Protocol):
    """What was said, appended in order and never changed."""

    def begin(self, conversation: Conversation) -> None: ...

    def get(self, id: str) -> Conversation:
        """Raise `NotFound`."""
        ...

    def list(self, cursor: str | None = None, limit: int = 50) -> Page[Conversation]:
        """The one last spoken in first."""
        ...

    def append(self, entry: Entry) -> None:
        """Append to a known conversation; raise `NotFound` for an unknown one."""
        ...

    def entries(self, conversation: str) -> tuple[Entry, ...]:
        """All entries, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Spent:
    """One call of a model: what for, tokens as they were counted, US dollars, and seconds."""

    at: datetime
    model: str
    purpose: str
    input: int
    output: int
    cached: int
    cache_written: int
    dollars: float
    seconds: float
    failed: bool = False


class Usage(Protocol):
    """Every call of a model, appended."""

    def add(self, spent: Spent) -> None: ...

    def dollars_since(self, since: datetime) -> float: ...

    def by_day(self, since: datetime) -> tuple[tuple[str, str, float, int], ...]:
        """Return (UTC day, model, dollars, calls), oldest day first."""
        ...


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

    @property
    def version(self) -> int: ...

    def on_change(self, listener: ChangeListener) -> None:
        """Call `listener()` after each commit that appended to the feed, from the writing thread; it must return at once."""
        ...

    def close(self) -> None: ...


class ChangeListener(Protocol):
    def __call__(self) -> None: ...
