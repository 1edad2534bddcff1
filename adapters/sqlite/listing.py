"""From a query to SQL: what to walk along, newest first without a sort, and what to check on the way.

A list walks along the narrowest index that the query allows. A full-text search walks along the word's own list,
unless one of the other filters leaves so few messages that looking at each of those is quicker.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field

from adapters.sqlite.connection import Row
from adapters.sqlite.message_rows import CLASSIFIED, ENVELOPE
from adapters.sqlite.times import micros
from application.ports.store import MessageQuery
from domain.errors import Invalid
from domain.search import Term, read_search

FEW = 400
TIE_BITS = 16
_FARTHEST = 2**46  # milliseconds: keeps the shifted number within 63 bits
_CURSOR = re.compile("-?[0-9]{1,19}")
_MATCHES = "EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND rowid = m.seq)"


def slot(received_us: int) -> int:
    """Return the first of the numbers that belong to the millisecond of `received_us`."""
    return min(max(received_us // 1000, -_FARTHEST), _FARTHEST) << TIE_BITS


def match(text: str) -> str:
    """Return what the owner typed as an FTS5 expression in which nothing but his words has a meaning.

    https://www.sqlite.org/fts5.html, 3.1: everything stands in quotation marks.
    """
    search = read_search(text)
    wanted = " AND ".join(map(_quoted, search.wanted))
    if not search.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(map(_quoted, search.unwanted))})"


def _quoted(term: Term) -> str:
    return f'"{term.text}"*' if term.prefix else f'"{term.text}"'


def read_cursor(cursor: str) -> int:
    if _CURSOR.fullmatch(cursor) is None or not -(2**63) <= int(cursor) < 2**63:
        raise Invalid(f"{cursor!r} is not a cursor of this list", where="cursor")
    return int(cursor)


@dataclass(frozen=True, slots=True)
class _Filter:
    """One condition of a query, and the table that leads along the messages for which it holds."""

    walk: str
    condition: str
    values: tuple[object, ...]
    check: str
    sorts: bool = False


@dataclass(slots=True)
class _Plan:
    """The pieces of one SELECT."""

    source: str = "messages m"
    order: str = "m.seq"
    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.where.append(condition)
        self.values += values


def page_rows(connection: sqlite3.Connection, query: MessageQuery, before: int | None, limit: int) -> list[Row]:
    """Return (number, envelope, classification) of the newest `limit` messages that fit, below number `before`."""
    plan = _plan(connection, query)
    if before is not None:
        plan.add(f"{plan.order} < ?", before)
    statement = (
        f"SELECT m.seq, {ENVELOPE}, {CLASSIFIED} FROM {plan.source} LEFT JOIN classifications c ON c.seq = m.seq"
        f" {_where(plan)} ORDER BY {plan.order} DESC LIMIT ?"
    )
    return connection.execute(statement, (*plan.values, limit)).fetchall()


def number_of(connection: sqlite3.Connection, query: MessageQuery) -> int:
    plan = _plan(connection, query)
    statement = f"SELECT count(*) FROM {plan.source} {_where(plan)}"
    return int(connection.execute(statement, plan.values).fetchone()[0])


def _where(plan: _Plan) -> str:
    return f"WHERE {' AND '.join(plan.where)}" if plan.where else ""


def _plan(connection: sqlite3.Connection, query: MessageQuery) -> _Plan:
    plan = _Plan()
    filters = _filters(query)
    walked = _walk_along(connection, plan, query, filters)
    for each in filters:
        if each is not walked:
            plan.add(each.check, *each.values)
    if not query.include_removed:
        plan.add("m.removed_us IS NULL")
    _add_times(plan, query)
    return plan


def _walk_along(
    connection: sqlite3.Connection, plan: _Plan, query: MessageQuery, filters: list[_Filter]
) -> _Filter | None:
    if not query.text.strip():
        walked = next((each for each in filters if not each.sorts), None)
        if walked is not None:
            _walk(plan, walked)
        return walked
    words = match(query.text)
    few = next((each for each in filters if _leaves_few(connection, each)), None)
    if few is not None:
        _walk(plan, few)
        plan.add(_MATCHES, words)
        return few
    plan.source, plan.order = "search CROSS JOIN messages m ON m.seq = search.rowid", "search.rowid"
    plan.add("search MATCH ?", words)
    return None


def _walk(plan: _Plan, walked: _Filter) -> None:
    plan.source = f"{walked.walk} w CROSS JOIN messages m ON m.seq = w.seq"
    plan.order = "w.seq"
    if walked.condition:
        plan.add(f"w.{walked.condition}", *walked.values)


def _leaves_few(connection: sqlite3.Connection, candidate: _Filter) -> bool:
    where = f"WHERE {candidate.condition}" if candidate.condition else ""
    counting = f"SELECT count(*) FROM (SELECT 1 FROM {candidate.walk} {where} LIMIT {FEW + 1})"
    return int(connection.execute(counting, candidate.values).fetchone()[0]) <= FEW


def _filters(query: MessageQuery) -> list[_Filter]:
    """Return the query's filters, the one that usually leaves least first."""
    found: list[_Filter] = []
    if query.unclassified:
        found.append(_Filter("unclassified", "", (), "m.seq IN unclassified"))
    if query.category is not None:
        check = "EXISTS (SELECT 1 FROM classifications x WHERE x.seq = m.seq AND x.category = ?)"
        found.append(_Filter("classifications", "category = ?", (query.category.value,), check))
    if query.label is not None:
        check = "EXISTS (SELECT 1 FROM message_labels x WHERE x.label = ? AND x.seq = m.seq)"
        found.append(_Filter("message_labels", "label = ?", (query.label,), check))
    if query.max_priority is not None:
        check = "EXISTS (SELECT 1 FROM classifications x WHERE x.seq = m.seq AND x.priority <= ?)"
        found.append(_Filter("classifications", "priority <= ?", (query.max_priority,), check, sorts=True))
    if query.source is not None:
        found.append(_Filter("messages", "source = ?", (query.source,), "m.source = ?"))
    if query.account is not None:
        found.append(_Filter("messages", "account = ?", (query.account,), "m.account = ?"))
    return found


def _add_times(plan: _Plan, query: MessageQuery) -> None:
    """Bound the number, which the walk uses, and the exact time, which only the first and last need."""
    if query.since is not None:
        since = micros(query.since)
        plan.add(f"{plan.order} >= ?", slot(since))
        plan.add("m.received_us >= ?", since)
    if query.until is not None:
        until = micros(query.until)
        plan.add(f"{plan.order} < ?", slot(until + 1000))
        plan.add("m.received_us < ?", until)
