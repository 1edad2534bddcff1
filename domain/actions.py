"""The life of an action: the state that its events lead to, and the one function between them.

proposed → approved → executing → executed; or rejected; or superseded (its reason is gone). A failed attempt leaves
it approved with the error; where what it rests on changes before the next one, it is proposed again; so is what was
superseded and has its reason again. Uncertain is where nobody can know whether it happened. Undoing is an action of
its own, linked to the first, which then reads rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.action_events import (
    ActionEvent,
    Approved,
    Doubted,
    Edited,
    Executed,
    Failed,
    LogEntry,
    Origin,
    Prepared,
    Proposed,
    Refreshed,
    Rejected,
    Reopened,
    RolledBack,
    Settled,
    Started,
    Superseded,
)
from domain.errors import Conflict
from domain.kinds import OUTGOING, Kind, Risk, digest, facts, may_reach_others, read_payload


class Status(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    EXECUTING = "executing"
    EXECUTED = "executed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    UNCERTAIN = "uncertain"
    ROLLED_BACK = "rolled_back"

    @property
    def in_words(self) -> str:
        """Return what is said of an action in this state: that it *is* …"""
        return "taken back" if self is Status.ROLLED_BACK else self.value


Changes = dict[str, Any]  # some fields of an `Action` by name
KEPT_IN_THE_BIN = timedelta(days=30)
"""How long Gmail, and Outlook by its usual rules, keep a mail that was deleted."""

OPEN = frozenset({Status.PROPOSED, Status.APPROVED, Status.EXECUTING, Status.UNCERTAIN})
_PUT_AWAY = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.LABEL, Kind.SNOOZE})


@dataclass(frozen=True, slots=True)
class Action:
    """What the events of one action add up to."""

    id: str
    kind: Kind
    target: str
    account: str
    source: str
    payload: Any
    digest: str
    status: Status
    risk: Risk
    title: str
    reason: str
    origin: Origin
    proposed_at: datetime
    changed_at: datetime
    rule: str | None = None
    tainted: bool = False
    basis: str = ""
    undoes: str | None = None
    undone_by: str | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    error_code: str | None = None
    token: str | None = None
    receipt: Mapping[str, str] | None = None
    attempts: int = 0
    automatic: bool = False
    changed_since: str | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_stuck(self) -> bool:
        """Whether it was approved and is not done, or nobody knows: what the owner counts on and must hear of."""
        return self.status is Status.UNCERTAIN or (self.status is Status.APPROVED and self.error is not None)

    @property
    def must_be_read(self) -> bool:
        """Whether a yes needs the whole card: others may notice, words from outside had a say, or something is odd.

        An undo that waits for a yes does more than put back.
        """
        has_warning = self.tainted or bool(self.warnings) or self.changed_since is not None or self.undoes is not None
        return has_warning or may_reach_others(self.kind)

    @property
    def may_go_together(self) -> bool:
        """Whether one yes may cover it and its like by their number alone."""
        return self.kind in _PUT_AWAY and not self.must_be_read

    @property
    def can_be_undone(self) -> bool:
        return self.status is Status.EXECUTED and self.undoes is None and facts(self.kind).undoable

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can surely be undone; None where that has no end, or it cannot be."""
        return self.changed_at + KEPT_IN_THE_BIN if self.can_be_undone and self.kind is Kind.DELETE else None


def apply(action: Action | None, entry: LogEntry) -> Action:
    """Return the state after `entry`; raise `Conflict` where the life of an action does not allow it."""
    event = entry.event
    if isinstance(event, Proposed):
        return _propose(action, entry, event)
    if action is None:
        raise Conflict(f"action {entry.action_id} was never proposed", code="not_proposed")
    allowed, change = _STEPS[type(event)]
    if action.status not in allowed:
        raise Conflict(f"the action is {action.status.in_words}, so it cannot be {event.type}", code=_conflict(event))
    return replace(action, changed_at=entry.at, version=action.version + 1, **change(action, event))


def fold(entries: list[LogEntry]) -> Action:
    """Return the state that a whole history leads to."""
    state: Action | None = None
    for entry in entries:
        state = apply(state, entry)
    if state is None:
        raise Conflict("an action without events", code="not_proposed")
    return state


def _propose(action: Action | None, entry: LogEntry, event: Proposed) -> Action:
    if action is not None:
        raise Conflict(f"action {entry.action_id} was proposed already", code="already_proposed")
    payload = read_payload(event.kind, event.arguments)
    return Action(
        id=entry.action_id,
        kind=event.kind,
        target=event.target,
        account=event.account,
        source=event.source,
        payload=payload,
        digest=digest(event.kind, event.target, event.account, payload, event.basis, event.undoes),
        status=Status.PROPOSED,
        risk=event.risk,
        title=event.title,
        reason=event.reason,
        origin=event.origin,
        proposed_at=entry.at,
        changed_at=entry.at,
        rule=event.rule,
        tainted=event.tainted,
        basis=event.basis,
        undoes=event.undoes,
        warnings=event.warnings,
    )


def _edit(action: Action, event: Edited) -> Changes:
    payload = read_payload(action.kind, event.arguments)
    shown = digest(action.kind, action.target, action.account, payload, action.basis, action.undoes)
    return {"payload": payload, "title": event.title, "warnings": event.warnings, "digest": shown, "token": None}


def _refresh(action: Action, event: Refreshed) -> Changes:
    shown = digest(action.kind, action.target, action.account, action.payload, event.basis, action.undoes)
    return {"basis": event.basis, "changed_since": event.reason, "digest": shown}


def _approve(action: Action, event: Approved) -> Changes:
    if event.digest != action.digest:
        raise Conflict("what was approved is not what stands there now; look at it again", code="stale_digest")
    return {"status": Status.APPROVED, "automatic": event.automatic, "changed_since": None}


def _reopen(action: Action, event: Reopened) -> Changes:
    """Ask again. The draft of a mail holds what it held; other tokens stand for what was found before the change.

    Of what was superseded no draft is left.
    """
    token = action.token if action.kind in OUTGOING and action.status is Status.APPROVED else None
    again = {"status": Status.PROPOSED, "automatic": False, "token": token, "error": None, "error_code": None}
    return {**_refresh(action, Refreshed(event.basis, event.reason)), **again}


def _start(action: Action, _: Started) -> Changes:
    return {"status": Status.EXECUTING, "attempts": action.attempts + 1, "error": None, "error_code": None}


def _prepare(_: Action, event: Prepared) -> Changes:
    return {"token": event.token}


def _execute(_: Action, event: Executed) -> Changes:
    receipt = dict(sorted(event.receipt.items()))  # as the log gives it back, so that both add up to the same row
    return {"status": Status.EXECUTED, "receipt": receipt, "error": None, "error_code": None}


def _fail(_: Action, event: Failed) -> Changes:
    return {"status": Status.APPROVED, "error": event.error, "error_code": event.code}


def _doubt(_: Action, event: Doubted) -> Changes:
    return {"status": Status.UNCERTAIN, "error": event.error, "error_code": "outcome_unknown"}


def _settle(action: Action, _: Settled) -> Changes:
    return {"status": Status.APPROVED, "token": None, "error": None, "error_code": None}


def _reject(_: Action, event: Rejected) -> Changes:
    return {"status": Status.REJECTED, "error": event.reason or None}


def _supersede(_: Action, event: Superseded) -> Changes:
    return {"status": Status.SUPERSEDED, "error": event.reason}


def _roll_back(_: Action, event: RolledBack) -> Changes:
    return {"status": Status.ROLLED_BACK, "undone_by": event.by}


_Step = tuple[frozenset[Status], Callable[[Action, Any], Changes]]
_STEPS: Mapping[type, _Step] = {
    Edited: (frozenset({Status.PROPOSED}), _edit),
    Refreshed: (frozenset({Status.PROPOSED}), _refresh),
    Approved: (frozenset({Status.PROPOSED}), _approve),
    Reopened: (frozenset({Status.APPROVED, Status.SUPERSEDED}), _reopen),
    Rejected: (frozenset({Status.PROPOSED, Status.APPROVED, Status.UNCERTAIN}), _reject),
    Superseded: (frozenset({Status.PROPOSED, Status.APPROVED}), _supersede),
    Started: (frozenset({Status.APPROVED}), _start),
    Prepared: (frozenset({Status.EXECUTING}), _prepare),
    Executed: (frozenset({Status.EXECUTING, Status.UNCERTAIN}), _execute),
    Failed: (frozenset({Status.EXECUTING}), _fail),
    Doubted: (frozenset({Status.EXECUTING}), _doubt),
    Settled: (frozenset({Status.UNCERTAIN}), _settle),
    RolledBack: (frozenset({Status.EXECUTED}), _roll_back),
}
_CONFLICTS: Mapping[type, str] = {
    Approved: "not_proposed",
    Edited: "not_proposed",
    Refreshed: "not_proposed",
    Reopened: "not_approved",
    Started: "not_approved",
    RolledBack: "not_executed",
}


def _conflict(event: ActionEvent) -> str:
    return _CONFLICTS.get(type(event), "wrong_state")
