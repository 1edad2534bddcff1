"""From a query to SQL: what to walk along, newest first without a sort, and what to check on the way.

A list walks along the narrowest index that the query allows. A full-text search walks along the word's own list,
unless one of the other filters leaves so few messages that looking at each of those is quicker; one that leaves few
enough to hold their numbers is looked up among those, before anything is read of a message.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field

from adapters.sqlite.connection import Row
from adapters.sqlite.matching import match, sender_checks
from adapters.sqlite.message_rows import LISTED
from adapters.sqlite.times import micros
from application.ports.store import MessageQuery
from domain.errors import Invalid
from domain.messages import Label

FEW, SOME = 100, 2_000
TIE_BITS = 16
_FARTHEST = 2**46  # milliseconds: keeps the shifted number within 63 bits
_CURSOR = re.compile("-?[0-9]{1,19}")
_PREFIX = '"*'  # is put together from many words' lists, which would be too much to do for each message
_MATCHES = "EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND rowid = {seq})"
_LABELLED = "EXISTS (SELECT 1 FROM message_labels x WHERE x.label = ? AND x.seq = {seq})"

_ASLEEP = "(SELECT s.seq FROM snoozes z CROSS JOIN messages s ON s.id = z.message_id)"
_NOT_THE_OWNERS = "NOT EXISTS (SELECT 1 FROM message_labels x WHERE x.label IN (?, ?) AND x.seq = {seq})"


def slot(received_us: int) -> int:
    """Return the first of the numbers that belong to the millisecond of `received_us`."""
    return min(max(received_us // 1000, -_FARTHEST), _FARTHEST) << TIE_BITS


def read_cursor(cursor: str) -> int:
    if _CURSOR.fullmatch(cursor) is None or not -(2**63) <= int(cursor) < 2**63:
        raise Invalid(f"{cursor!r} is not a cursor of this list", where="cursor")
    return int(cursor)


@dataclass(frozen=True, slots=True)
class _Filter:
    """One condition of a query, and the table that leads along the messages for which it holds.

    `sorts`: the table's index does not lead newest first, so it is for few messages only. In `check`, `{seq}` is the
    number of the message at hand.
    """

    table: str
    condition: str
    values: tuple[object, ...]
    check: str
    sorts: bool = False


@dataclass(slots=True)
class _Plan:
    """The pieces of one SELECT: the table walked along, the number it gives, and the conditions."""

    walk: str
    seq: str
    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.where.append(condition)
        self.values += values

    def tables(self, *, verdict_needed: bool) -> str:
        """Return the FROM clause; what is narrow comes first, so that rows that do not fit cost little."""
        tables = self.walk
        if verdict_needed and not self.seq.startswith("c."):
            tables += f" CROSS JOIN classifications c ON c.seq = {self.seq}"
        if not self.seq.startswith("m."):
            tables += f" CROSS JOIN messages m ON m.seq = {self.seq}"
        return tables if "classifications c" in tables else f"{tables} LEFT JOIN classifications c ON c.seq = m.seq"

    @property
    def conditions(self) -> str:
        return f"WHERE {' AND '.join(self.where)}" if self.where else ""


def page_rows(connection: sqlite3.Connection, query: MessageQuery, before: int | None, limit: int) -> list[Row]:
    """Return (number, LISTED) of the newest `limit` messages that fit, below number `before`."""
    plan = _plan(connection, query)
    if before is not None:
        plan.add(f"{plan.seq} < ?", before)
    statement = (
        f"SELECT m.seq, {LISTED} FROM {plan.tables(verdict_needed=_asks_for_a_verdict(query))}"
        f" {plan.conditions} ORDER BY {plan.seq} DESC LIMIT ?"
    )
    return connection.execute(statement, (*plan.values, limit)).fetchall()


def number_of(connection: sqlite3.Connection, query: MessageQuery) -> int:
    plan = _plan(connection, query)
    tables = plan.tables(verdict_needed=_asks_for_a_verdict(query))
    return int(connection.execute(f"SELECT count(*) FROM {tables} {plan.conditions}", plan.values).fetchone()[0])


def _asks_for_a_verdict(query: MessageQuery) -> bool:
    return query.category is not None or query.max_priority is not None


def _plan(connection: sqlite3.Connection, query: MessageQuery) -> _Plan:
    filters = _filters(query)
    words = match(connection, query.text) if query.text.strip() else None
    walked = None if words is not None and _PREFIX in words else _walked(connection, filters, words)
    plan = _first_table(walked, words)
    for each in filters:
        if each is not walked and words is not None and walked is None and _leaves(connection, each, SOME):
            plan.add(f"+{plan.seq} IN (SELECT seq FROM {each.table} WHERE {each.condition})", *each.values)
        elif each is not walked:
            plan.add(each.check.format(seq=plan.seq), *each.values)
    if words is not None and walked is not None:
        plan.add(_MATCHES.format(seq=plan.seq), words)
    for condition, name in sender_checks(query.text) if words is not None else ():
        plan.add(condition, name)
    if query.unclassified:
        plan.add(_NOT_THE_OWNERS.format(seq=plan.seq), Label.SENT, Label.DRAFT)
    if query.asleep is not None:
        plan.add(f"{plan.seq} {'IN' if query.asleep else 'NOT IN'} {_ASLEEP}")
    if not query.include_removed:
        plan.add("m.removed_us IS NULL")
    _add_times(plan, query)
    return plan


def _walked(connection: sqlite3.Connection, filters: list[_Filter], words: str | None) -> _Filter | None:
    """Choose the filter to walk along, None for the words or for all messages."""
    if words is not None:
        return next((each for each in filters if _leaves(connection, each, FEW)), None)
    few = next((each for each in filters if each.sorts and _leaves(connection, each, SOME)), None)
    if few is not None:
        return few
    return next((each for each in filters if not each.sorts), None)


def _leaves(connection: sqlite3.Connection, candidate: _Filter, most: int) -> bool:
    """Whether a filter leaves `most` messages or less."""
    counting = f"SELECT count(*) FROM (SELECT 1 FROM {candidate.table} WHERE {candidate.condition} LIMIT {most + 1})"
    return int(connection.execute(counting, candidate.values).fetchone()[0]) <= most


def _first_table(walked: _Filter | None, words: str | None) -> _Plan:
    if walked is None and words is not None:
        plan = _Plan("search", "search.rowid")
        plan.add("search MATCH ?", words)
        return plan
    if walked is None:
        return _Plan("messages m", "m.seq")
    alias = {"classifications": "c", "messages": "m"}.get(walked.table, "w")
    plan = _Plan(f"{walked.table} {alias}", f"{alias}.seq")
    plan.add(walked.condition, *walked.values)
    return plan


def _filters(query: MessageQuery) -> list[_Filter]:
    """Return the query's filters, the one that usually leaves least first."""
    found: list[_Filter] = []
    if query.unclassified:
        found.append(_Filter("unclassified", "true", (), "{seq} IN unclassified"))
    if query.category is not None:
        found.append(_Filter("classifications", "category = ?", (query.category.value,), "+c.category = ?"))
    if query.max_priority is not None:
        found.append(_Filter("classifications", "priority <= ?", (query.max_priority,), "+c.priority <= ?", sorts=True))
    if query.label is not None:
        found.append(_Filter("message_labels", "label = ?", (query.label,), _LABELLED))
    if query.source is not None:
        found.append(_Filter("messages", "source = ?", (query.source,), "+m.source = ?"))
    if query.account is not None:
        found.append(_Filter("messages", "account = ?", (query.account,), "+m.account = ?"))
    return found


def _add_times(plan: _Plan, query: MessageQuery) -> None:
    """Bound the number, which the walk uses, and the exact time, which only the first and last need."""
    if query.since is not None:
        since = micros(query.since)
        plan.add(f"{plan.seq} >= ?", slot(since))
        plan.add("m.received_us >= ?", since)
    if query.until is not None:
        until = micros(query.until)
        plan.add(f"{plan.seq} < ?", slot(until + 1000))
        plan.add("m.received_us < ?", until)
