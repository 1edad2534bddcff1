"""The action log: events appended under a hash chain, and the projection of what they add up to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from adapters.sqlite.action_rows import ENTRY, read_action, read_entry
from adapters.sqlite.appending import Appending
from adapters.sqlite.audit import check, rebuild
from adapters.sqlite.connection import Database, Transaction
from adapters.sqlite.times import micros
from application.ports.action_log import ActionLog, ActionQuery, ChainReport
from domain.action_events import ActionEvent, LogEntry
from domain.actions import OPEN, Action, Status
from domain.chain import canonical_time
from domain.errors import Invalid, NotFound
from domain.pages import Page

_CURSOR = re.compile("[0-9]{1,18}")


class SqliteActionLog(ActionLog):
    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, action_id: str, events: Sequence[ActionEvent], *, actor: str, at: datetime) -> Action:
        def work(transaction: Transaction) -> Action:
            appending = Appending(transaction, [(action_id, events)], actor, at)
            action = appending.append(action_id, events)
            appending.finish()
            return action

        return self._database.together(work)

    def append_many(
        self, steps: Sequence[tuple[str, Sequence[ActionEvent]]], *, actor: str, at: datetime
    ) -> tuple[Action, ...]:
        with self._database.write() as transaction:
            appending = Appending(transaction, steps, actor, at)
            made = tuple(
                appending.append(action_id, events) for action_id, events in steps if not appending.was_proposed(events)
            )
            appending.finish()
        return made

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
