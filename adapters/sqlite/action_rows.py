"""Actions and log entries as rows, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from adapters.sqlite.connection import Row
from adapters.sqlite.times import micros
from domain.action_events import LogEntry, Origin, read_event
from domain.actions import Action, Status
from domain.kinds import Kind, Risk, read_payload

ENTRY = "SELECT seq, action_id, at, actor, type, detail, hash FROM action_events"
INSERT_ACTION = """
INSERT INTO actions (number, id, status, kind, target, origin, rule, actor, proposed_us, automatic, state)
"""


class _Remembered:
    """Actions by their text: an action is read again for its next event and in every list. The text says all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._actions: dict[str, Action] = {}

    def get(self, state: str) -> Action | None:
        return self._actions.get(state)

    def keep(self, state: str, action: Action) -> None:
        if len(self._actions) >= self._most:
            self._actions.clear()
        self._actions[state] = action


_REMEMBERED = _Remembered(1024)


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
    action = _REMEMBERED.get(state)
    if action is None:
        action = _parsed(orjson.loads(state))
        _REMEMBERED.keep(state, action)
    return action


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
