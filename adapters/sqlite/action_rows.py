"""Actions and log entries as rows, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from adapters.sqlite.connection import Row
from adapters.sqlite.remembered import Remembered
from adapters.sqlite.times import micros
from domain.action_events import LogEntry, Origin, read_event
from domain.actions import Action, Status
from domain.kinds import Kind, Risk, read_payload

ENTRY = "SELECT seq, action_id, at, actor, type, detail, hash FROM action_events"
INSERT_ACTION = """
INSERT INTO actions (number, id, status, kind, target, origin, rule, actor, proposed_us, automatic, state)
"""


_REMEMBERED = Remembered[Action](1_000_000)  # an action is read again for its next event and in every list


def state_of(action: Action) -> str:
    state = orjson.dumps(action).decode()
    _REMEMBERED.keep(state, action)
    return state


def action_row(number: int, proposer: str, action: Action) -> Row:
    """Return the projection's row; `number` is that of the entry that proposed the action, `proposer` its actor."""
    return (
        number,
        action.id,
        action.status.value,
        action.kind.value,
        action.target,
        action.origin.value,
        action.rule,
        proposer,
        micros(action.proposed_at),
        action.automatic,
        state_of(action),
    )


def read_action(state: str) -> Action:
    """Read an action as the projection keeps it."""
    return _REMEMBERED.get(state) or _REMEMBERED.keep(state, _parsed(orjson.loads(state)))


def _parsed(form: dict[str, Any]) -> Action:
    kind = Kind(form["kind"])
    form.update(
        kind=kind,
        payload=read_payload(kind, form["payload"]),
        status=Status(form["status"]),
        risk=Risk(form["risk"]),
        origin=Origin(form["origin"]),
        proposed_at=datetime.fromisoformat(form["proposed_at"]),
        changed_at=datetime.fromisoformat(form["changed_at"]),
        warnings=tuple(form["warnings"]),
    )
    return Action(**form)


def read_entry(row: Row) -> LogEntry:
    seq, action_id, at, actor, type, detail, hash = row
    event = read_event(type, orjson.loads(detail))
    return LogEntry(seq, action_id, datetime.fromisoformat(at), actor, event, hash)
