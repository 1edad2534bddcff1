"""Whether the log is whole, and whether the projection says what the log adds up to; and making it anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import orjson

from adapters.sqlite.action_rows import ENTRY, INSERT_ACTION, action_row, read_entry
from adapters.sqlite.connection import Row
from application.ports.action_log import ChainReport
from domain.actions import fold
from domain.chain import START, link

_COLUMNS = "number, id, status, kind, target, origin, rule, actor, proposed_us, automatic, state"


def check(connection: sqlite3.Connection) -> ChainReport:
    """Walk the chain, then hold each action's row against its history; all on one state of the database."""
    connection.execute("BEGIN")
    try:
        report = _check_chain(connection)
        return report if report.broken_at is not None else _check_projection(connection, report)
    finally:
        connection.execute("ROLLBACK")


def rebuild(connection: sqlite3.Connection) -> None:
    """Make every row of the projection anew; run within a transaction."""
    connection.execute("DELETE FROM actions")
    connection.executemany(
        f"{INSERT_ACTION} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (row for _, row in _folded(connection))
    )


def sort_receipts(connection: sqlite3.Connection) -> None:
    """Give each row of what was done its receipt as the log gives it back: with the names in order."""
    done = connection.execute("SELECT number, state FROM actions WHERE status IN ('executed', 'rolled_back')")
    forms = ((number, orjson.loads(state)) for number, state in done)
    wrong = [(number, form) for number, form in forms if list(form["receipt"]) != sorted(form["receipt"])]
    for number, form in wrong:
        form["receipt"] = dict(sorted(form["receipt"].items()))
        connection.execute("UPDATE actions SET state = ? WHERE number = ?", (orjson.dumps(form).decode(), number))


def _check_chain(connection: sqlite3.Connection) -> ChainReport:
    previous, rows = START, 0
    for seq, *row, found in connection.execute(f"{ENTRY} ORDER BY seq"):
        rows += 1
        if seq != rows:
            return ChainReport(rows - 1, previous, rows, f"entry {rows} is missing")
        if link(previous, seq, *row) != found:
            return ChainReport(rows - 1, previous, seq, f"entry {seq} is not what was written")
        previous = found
    return ChainReport(rows, previous)


def _check_projection(connection: sqlite3.Connection, report: ChainReport) -> ChainReport:
    actions = 0
    for number, expected in _folded(connection):
        actions += 1
        found = connection.execute(f"SELECT {_COLUMNS} FROM actions WHERE number = ?", (number,)).fetchone()
        if found != expected:
            return ChainReport(report.rows, report.head, number, f"action {expected[1]} is not what the log says")
    surplus = connection.execute("SELECT count(*) FROM actions").fetchone()[0] - actions
    if surplus:
        return ChainReport(report.rows, report.head, report.rows + 1, f"{surplus} actions are not in the log")
    return report


def _folded(connection: sqlite3.Connection) -> Iterator[tuple[int, Row]]:
    """Fold one action after the other, so that a long log needs little memory."""
    reading = connection.execute(f"{ENTRY} ORDER BY action_id, seq")
    for _, history in groupby(reading, key=itemgetter(1)):
        entries = [read_entry(row) for row in history]
        yield entries[0].seq, action_row(entries[0].seq, entries[0].actor, fold(entries))
