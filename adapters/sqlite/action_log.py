"""The action log: events appended under a hash chain, and the projection of what they add up to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import orjson

from adapters.sqlite.action_rows import ENTRY, UPSERT, action_row, read_action, read_entry, state_of
from adapters.sqlite.audit import check, rebuild
from adapters.sqlite.connection import Database, Row, Transaction
from adapters.sqlite.times import micros
from application.ports.action_log import ActionLog, ActionQuery, ChainReport
from domain.action_events import Event, LogEntry, Origin, Proposed
from domain.actions import OPEN, Action, Status, apply
from domain.chain import START, canonical_detail, canonical_time, link
from domain.errors import Conflict, Invalid, NotFound
from domain.pages import Page

_INSERT = "INSERT INTO action_events (seq, action_id, at, actor, type, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
_HEAD = "SELECT seq, hash FROM action_events ORDER BY seq DESC LIMIT 1"
_UPDATE = "UPDATE actions SET status = ?, automatic = ?, state = ? WHERE number = ?"
_PROPOSED_BEFORE = "SELECT 1 FROM actions WHERE kind = ? AND target = ? AND origin = 'rule'"
_CURSOR = re.compile("[0-9]{1,18}")


class SqliteActionLog(ActionLog):
    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, action_id: str, events: Sequence[Event], *, actor: str, at: datetime) -> Action:
        with self._database.write() as transaction:
            return _append(transaction, action_id, events, actor, at)

    def append_many(
        self, proposals: Sequence[tuple[str, Sequence[Event]]], *, actor: str, at: datetime
    ) -> tuple[Action, ...]:
        with self._database.write() as transaction:
            return tuple(
                _append(transaction, action_id, events, actor, at)
                for action_id, events in proposals
                if not any(_was_proposed_before(transaction, event) for event in events)
            )

    def get(self, id: str) -> Action:
        row = self._database.row("SELECT state FROM actions WHERE id = ?", (id,))
        if row is None:
            raise NotFound(f"there is no action {id}")
        return read_action(row[0])

    def entries(self, action_id: str) -> tuple[LogEntry, ...]:
        return self._entries(f"{ENTRY} WHERE action_id = ? ORDER BY seq", (action_id,))

    def after(self, seq: int, limit: int = 500) -> tuple[LogEntry, ...]:
        return self._entries(f"{ENTRY} WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))

    def _entries(self, statement: str, values: Sequence[object]) -> tuple[LogEntry, ...]:
        return tuple(map(read_entry, self._database.rows(statement, values)))

    def list(self, query: ActionQuery, cursor: str | None = None, limit: int = 50) -> Page[Action]:
        conditions, values = _conditions(query)
        if cursor is not None:
            conditions.append("number < ?")
            values.append(_read_cursor(cursor))
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        statement = f"SELECT number, state FROM actions {where} ORDER BY number DESC LIMIT ?"
        rows = self._database.rows(statement, (*values, limit + 1))
        shown = tuple(read_action(state) for _, state in rows[:limit])
        return Page(shown, str(rows[limit - 1][0]) if len(rows) > limit else None)

    def open_for(self, targets: Iterable[str]) -> tuple[Action, ...]:
        rows = self._database.rows(
            "SELECT state FROM actions WHERE target IN (SELECT value FROM json_each(?))"
            " AND status IN ('proposed', 'approved') ORDER BY number",
            (orjson.dumps(list(targets)).decode(),),
        )
        return tuple(read_action(state) for (state,) in rows)

    def count(self, status: Status) -> int:
        return self._database.number("SELECT count(*) FROM actions WHERE status = ?", (status.value,))

    def automatic_since(self, since: datetime) -> int:
        return self._database.number(
            "SELECT count(*) FROM action_events e INDEXED BY action_events_started CROSS JOIN actions a"
            " ON a.id = e.action_id WHERE e.type = 'started' AND e.at >= ? AND a.automatic",
            (canonical_time(since),),
        )

    def verify(self) -> ChainReport:
        with self._database.read() as connection:
            return check(connection)

    def rebuild(self) -> None:
        with self._database.write() as transaction:
            rebuild(transaction.connection)


def _append(transaction: Transaction, action_id: str, events: Sequence[Event], actor: str, at: datetime) -> Action:
    row = transaction.execute("SELECT number, state FROM actions WHERE id = ?", (action_id,)).fetchone()
    action = read_action(row[1]) if row else None
    seq, previous = transaction.execute(_HEAD).fetchone() or (0, START)
    first = seq + 1
    at, moment = at.astimezone(UTC), canonical_time(at)
    for event in events:
        seq += 1
        if _was_proposed_before(transaction, event):
            raise Conflict(f"a rule has proposed this before (action {action_id})", code="proposed_before")
        action = apply(action, LogEntry(seq, action_id, at, actor, event))
        detail = canonical_detail(event)
        previous = link(previous, seq, action_id, moment, actor, event.type, detail)
        transaction.execute(_INSERT, (seq, action_id, moment, actor, event.type, detail, previous))
    if action is None:
        raise Conflict(f"action {action_id} was never proposed", code="not_proposed")
    _project(transaction, row, first, actor, action)
    transaction.note("action", (action_id,), at)
    return action


def _project(transaction: Transaction, known: Row | None, first: int, actor: str, action: Action) -> None:
    if known is None:
        transaction.execute(UPSERT, action_row(first, actor, action))
    else:
        transaction.execute(_UPDATE, (action.status.value, action.automatic, state_of(action), known[0]))


def _was_proposed_before(transaction: Transaction, event: Event) -> bool:
    if not isinstance(event, Proposed) or event.origin is not Origin.RULE:
        return False
    return transaction.execute(_PROPOSED_BEFORE, (event.kind.value, event.target)).fetchone() is not None


def _conditions(query: ActionQuery) -> tuple[list[str], list[object]]:
    # A plus sign keeps SQLite from walking along a condition's index: what waits is few, so its index comes first.
    plain, narrow = ("+", "") if query.status in OPEN else ("", "+")
    wanted: dict[str, object] = {
        f"{narrow}status = ?": query.status and query.status.value,
        "kind = ?": query.kind and query.kind.value,
        f"{plain}rule = ?": query.rule,
        "target = ?": query.target,
        "origin = ?": query.origin,
        "actor = ?": query.actor,
        "proposed_us >= ?": query.since and micros(query.since),
    }
    given = {condition: value for condition, value in wanted.items() if value is not None}
    return list(given), list(given.values())


def _read_cursor(cursor: str) -> int:
    if _CURSOR.fullmatch(cursor) is None:
        raise Invalid(f"{cursor!r} is not a cursor of this list", where="cursor")
    return int(cursor)
