"""What can happen to an action: the events that its log is made of, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from domain.codec import Json, decode, encode
from domain.kinds import Kind, Risk


class Origin(StrEnum):
    RULE = "rule"
    CHAT = "chat"
    OWNER = "owner"
    HOOK = "hook"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class Proposed:
    """An action was proposed. `basis` is a fingerprint of what it rests on; `rule` names the rule, if one did it."""

    type: ClassVar[str] = "proposed"
    kind: Kind
    target: str
    account: str
    arguments: dict[str, Any]
    risk: Risk
    title: str
    reason: str
    origin: Origin
    source: str = ""
    rule: str | None = None
    tainted: bool = False
    basis: str = ""
    undoes: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """The owner changed what will be done; the earlier digest no longer counts."""

    type: ClassVar[str] = "edited"
    arguments: dict[str, Any]
    title: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What the proposal rests on has changed; it must be looked at again."""

    type: ClassVar[str] = "refreshed"
    basis: str
    reason: str


@dataclass(frozen=True, slots=True)
class Approved:
    """Approved as shown under `digest`: by the owner, or `automatic` where policy lets Alfred."""

    type: ClassVar[str] = "approved"
    digest: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Reopened:
    """What an approved action rests on changed before it was begun, and the approval no longer counts; or the reason of
    a superseded one is there again."""

    type: ClassVar[str] = "reopened"
    basis: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    type: ClassVar[str] = "rejected"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Superseded:
    type: ClassVar[str] = "superseded"
    reason: str


@dataclass(frozen=True, slots=True)
class Started:
    """Committed before the first call to the outside of one attempt."""

    type: ClassVar[str] = "started"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The provider holds a draft (or knows our id) under `token`; finishing it twice is impossible."""

    type: ClassVar[str] = "prepared"
    token: str


@dataclass(frozen=True, slots=True)
class Executed:
    """It happened. `receipt` holds what undoing needs and what the owner may look up."""

    type: ClassVar[str] = "executed"
    receipt: dict[str, str]


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt did not happen; the approval stands. `code` is the error's."""

    type: ClassVar[str] = "failed"
    error: str
    code: str


@dataclass(frozen=True, slots=True)
class Doubted:
    """Nobody can know whether it happened; the owner is asked."""

    type: ClassVar[str] = "uncertain"
    error: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The owner said that an uncertain action did not happen; it may be tried again."""

    type: ClassVar[str] = "settled"


@dataclass(frozen=True, slots=True)
class RolledBack:
    type: ClassVar[str] = "rolled_back"
    by: str


ActionEvent = (
    Proposed
    | Edited
    | Refreshed
    | Approved
    | Reopened
    | Rejected
    | Superseded
    | Started
    | Prepared
    | Executed
    | Failed
    | Doubted
    | Settled
    | RolledBack
)
EVENTS: Mapping[str, type[ActionEvent]] = {
    kind.type: kind
    for kind in (
        Proposed,
        Edited,
        Refreshed,
        Approved,
        Reopened,
        Rejected,
        Superseded,
        Started,
        Prepared,
        Executed,
        Failed,
        Doubted,
        Settled,
        RolledBack,
    )
}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of the log: an event, who caused it and when, and its place in the hash chain."""

    seq: int
    action_id: str
    at: datetime
    actor: str
    event: ActionEvent
    hash: str = ""


def was_edited(entries: Iterable[LogEntry]) -> bool:
    """Whether the owner changed what was proposed, by the entries of one action."""
    return any(isinstance(entry.event, Edited) for entry in entries)


def event_detail(event: ActionEvent) -> dict[str, Json]:
    """Return the event's fields as JSON values, as the log stores them."""
    encoded = encode(event)
    assert isinstance(encoded, dict)
    return encoded


def read_event(kind: str, detail: Mapping[str, Json]) -> ActionEvent:
    """Read an event as the log stores it."""
    return decode(EVENTS[kind], detail, kind)
