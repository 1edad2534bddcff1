"""Letting go of what is kept for a time only; the action log is kept for good."""

from __future__ import annotations

from datetime import datetime

from adapters.sqlite.connection import Database, Transaction
from adapters.sqlite.message_rows import BODY, CLASSIFIED, DELETE_WORDS, ENVELOPE, read_whole, words_row
from adapters.sqlite.times import micros

LET_GO = "(The text was let go after the time you set. It still lies where it came from.)"
BATCH = 200
FEED_LEAST, FEED_MOST = 1_000, 100_000
MOST_WASTE, LEAST_WASTED_BYTES = 0.25, 64 * 1024 * 1024
_OLD = f"""
SELECT m.seq, {ENVELOPE}, {CLASSIFIED}, {BODY}
FROM messages m JOIN bodies b ON b.seq = m.seq LEFT JOIN classifications c ON c.seq = m.seq
WHERE m.received_us < ? AND b.text != ? ORDER BY m.seq LIMIT ?
"""
_BY_DAY = f"FROM usage WHERE at_us < ? GROUP BY at_us / {24 * 60 * 60 * 1_000_000}, model"
_TO_FOLD = f"SELECT 1 {_BY_DAY} HAVING count(*) > 1 LIMIT 1"
_FOLD = (
    "INSERT INTO usage (at_us, model, dollars, form)"
    f" SELECT max(at_us), model, total(dollars), json_object('calls', count(*)) {_BY_DAY}"
)
_EMPTY = "UPDATE bodies SET text = ?, quoted = '', signature = '', html = x'' WHERE seq = ?"
_INDEX = "INSERT INTO search (rowid, subject, people, text) VALUES (?, ?, ?, ?)"


def forget_bodies(database: Database, before: datetime) -> int:
    """Let go of the text of all messages received before then, in the index too; return how many there were.

    Envelope, snippet, classification and attachments' names stay. In small batches, so that nobody waits.
    """
    count = 0
    while True:
        with database.write() as transaction:
            rows = transaction.execute(_OLD, (micros(before), LET_GO, BATCH)).fetchall()
            for seq, *row in rows:
                _forget(transaction, seq, tuple(row))
        count += len(rows)
        if len(rows) < BATCH:
            return count


def _forget(transaction: Transaction, seq: int, row: tuple[object, ...]) -> None:
    _, subject, people, text = words_row(seq, read_whole(row).message)
    transaction.execute(DELETE_WORDS, (seq, subject, people, text))
    transaction.execute(_INDEX, (seq, subject, people, ""))
    transaction.execute(_EMPTY, (LET_GO, seq))


def forget_feed(database: Database, before: datetime, least: int = FEED_LEAST, most: int = FEED_MOST) -> int:
    """Let go of the changes made before then, and of all beyond the newest `most`; the newest `least` stay.

    Whoever was away for longer looks at everything anew. The last one always stays: its number is counted on from.
    """
    old = "DELETE FROM feed WHERE seq <= (SELECT max(seq) FROM feed) - ? AND (at_us < ? OR seq <= ?)"
    with database.write() as transaction:
        (head,) = transaction.execute("SELECT coalesce(max(seq), 0) FROM feed").fetchone()
        return transaction.execute(old, (max(least, 1), micros(before), head - most)).rowcount


def fold_usage(database: Database, before: datetime) -> int:
    """Put what a model cost on each day before then into one row; return how many rows that saved."""
    old = micros(before)
    with database.write() as transaction:
        if transaction.execute(_TO_FOLD, (old,)).fetchone() is None:
            return 0
        (last,) = transaction.execute("SELECT max(number) FROM usage").fetchone()
        made = transaction.execute(_FOLD, (old,)).rowcount
        gone = transaction.execute("DELETE FROM usage WHERE at_us < ? AND number <= ?", (old, last)).rowcount
    return gone - made


def give_back_room(database: Database, least_bytes: int = LEAST_WASTED_BYTES) -> int:
    """Make the file smaller where a good part of it is empty; return how many bytes that freed."""
    with database.alone() as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        if free * size < least_bytes or free < pages * MOST_WASTE:
            return 0
        connection.execute("VACUUM")
        return int(free * size)
