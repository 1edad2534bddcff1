"""Appending to the action log: what one transaction adds reaches the tables together, in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import orjson

from adapters.sqlite.action_rows import INSERT_ACTION, action_row, read_action, state_of
from adapters.sqlite.connection import Row, Transaction
from domain.action_events import ActionEvent, LogEntry, Origin, Proposed
from domain.actions import Action, apply
from domain.chain import START, canonical_detail, canonical_time, link
from domain.errors import Conflict

_INSERT = "INSERT INTO action_events (seq, action_id, at, actor, type, detail, hash)"
_HEAD = "SELECT seq, hash FROM action_events ORDER BY seq DESC LIMIT 1"
_UPDATE = "UPDATE actions SET status = ?, automatic = ?, state = ? WHERE number = ?"
_KNOWN = "SELECT id, number, state FROM actions WHERE id = ?"
_KNOWN_OF_MANY = "SELECT id, number, state FROM actions WHERE id IN (SELECT value FROM json_each(?))"
_PROPOSED = "SELECT kind, target FROM actions WHERE kind = ? AND target = ? AND origin = 'rule'"
_PROPOSED_OF_MANY = """
SELECT kind, target FROM json_each(?) wanted CROSS JOIN actions
WHERE kind = json_extract(wanted.value, '$[0]') AND target = json_extract(wanted.value, '$[1]') AND origin = 'rule'
"""

Steps = tuple[str, Sequence[ActionEvent]]


class Appending:
    """The end of the log within one transaction; nothing is in the tables before `finish`."""

    def __init__(self, transaction: Transaction, steps: Sequence[Steps], actor: str, at: datetime) -> None:
        self._transaction = transaction
        self._actor = actor
        self._at, self._moment = at.astimezone(UTC), canonical_time(at)
        head: tuple[int, str] | None = transaction.execute(_HEAD).fetchone()
        self._seq, self._hash = head or (0, START)
        self._known = {id: (number, read_action(state)) for id, number, state in _known(transaction, steps)}
        self._proposed: set[tuple[str, str] | None] = set(_proposed(transaction, steps))
        self._entries: list[Row] = []
        self._changed: dict[str, Action] = {}
        self._new: dict[str, int] = {}

    def was_proposed(self, events: Iterable[ActionEvent]) -> bool:
        """Whether a rule has proposed one of these before."""
        return any(_by_rule(event) in self._proposed for event in events)

    def append(self, action_id: str, events: Sequence[ActionEvent]) -> Action:
        """Add `events` to an action; raise `Conflict` where its life does not allow them."""
        number, action = self._known.get(action_id, (self._seq + 1, None))
        if action is None:
            self._new[action_id] = number
        for event in events:
            pair = _by_rule(event)
            if pair in self._proposed:
                raise Conflict(f"a rule has proposed this before (action {action_id})", code="proposed_before")
            action = self._step(action, action_id, event)
            if pair is not None:
                self._proposed.add(pair)
        if action is None:
            raise Conflict(f"action {action_id} was never proposed", code="not_proposed")
        self._known[action_id] = number, action
        self._changed[action_id] = action
        return action

    def _step(self, action: Action | None, action_id: str, event: ActionEvent) -> Action:
        seq = self._seq + 1
        after = apply(action, LogEntry(seq, action_id, self._at, self._actor, event))
        detail = canonical_detail(event)
        self._hash = link(self._hash, seq, action_id, self._moment, self._actor, event.type, detail)
        self._entries.append((seq, action_id, self._moment, self._actor, event.type, detail, self._hash))
        self._seq = seq
        return after

    def finish(self) -> None:
        """Write entries, the projection and the feed."""
        transaction, changed = self._transaction, self._changed
        transaction.insert(_INSERT, self._entries)
        new = [action_row(number, self._actor, changed[id]) for id, number in self._new.items()]
        transaction.insert(INSERT_ACTION, new)
        for id, action in changed.items():
            if id not in self._new:
                number, _ = self._known[id]
                transaction.execute(_UPDATE, (action.status.value, action.automatic, state_of(action), number))
        transaction.note("action", changed, self._at)


def _by_rule(event: ActionEvent) -> tuple[str, str] | None:
    if not isinstance(event, Proposed) or event.origin is not Origin.RULE:
        return None
    return event.kind.value, event.target


def _known(transaction: Transaction, steps: Sequence[Steps]) -> list[Row]:
    if len(steps) == 1:
        return transaction.execute(_KNOWN, (steps[0][0],)).fetchall()
    return transaction.execute(_KNOWN_OF_MANY, (orjson.dumps([id for id, _ in steps]).decode(),)).fetchall()


def _proposed(transaction: Transaction, steps: Sequence[Steps]) -> list[tuple[str, str]]:
    pairs = [pair for _, events in steps for event in events if (pair := _by_rule(event)) is not None]
    if len(pairs) == 1:
        return transaction.execute(_PROPOSED, pairs[0]).fetchall()
    return transaction.execute(_PROPOSED_OF_MANY, (orjson.dumps(pairs).decode(),)).fetchall() if pairs else []
