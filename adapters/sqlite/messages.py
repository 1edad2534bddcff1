"""Messages in SQLite: an envelope row, a body row, labels, and the words in the index, always together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter

import orjson

from adapters.sqlite.connection import Database, Row, Transaction
from adapters.sqlite.listing import TIE_BITS, number_of, page_rows, read_cursor, slot
from adapters.sqlite.message_rows import (
    BODY,
    CLASSIFIED,
    DELETE_WORDS,
    ENVELOPE,
    INSERT_BODY,
    INSERT_MESSAGE,
    INSERT_WORDS,
    UPDATE_MESSAGE,
    body_row,
    envelope_row,
    labels_json,
    read_listed,
    read_whole,
    words_row,
)
from adapters.sqlite.surrogates import without_half_pairs
from adapters.sqlite.times import micros
from application.ports.store import ClassifiedMessage, MessageQuery, Messages, Taken
from domain.errors import NotFound
from domain.messages import Message
from domain.pages import Page

_IDS = "m.id IN (SELECT value FROM json_each(?))"
_JOINS = "FROM messages m JOIN bodies b ON b.seq = m.seq LEFT JOIN classifications c ON c.seq = m.seq"
_WHOLE = f"SELECT {ENVELOPE}, {CLASSIFIED}, {BODY} {_JOINS}"
_STORED = f"SELECT m.seq, {ENVELOPE}, {CLASSIFIED}, {BODY} {_JOINS} WHERE {_IDS}"
_SAME_THREADS = f"""
SELECT DISTINCT other.id FROM messages m CROSS JOIN messages other ON other.thread_id = m.thread_id
WHERE {_IDS} AND +other.account = m.account AND other.removed_us IS NULL
"""
# What is taken in smaller batches than BULK leaves time to merge some pages of the index as it goes.
BULK, MERGED_PAGES = 100, 64
_MARK_NEWS = f"INSERT INTO awaiting SELECT seq FROM messages m WHERE {_IDS}"
_AWAITING = """
SELECT m.id FROM awaiting a JOIN messages m ON m.seq = a.seq
WHERE m.removed_us IS NULL ORDER BY a.seq DESC LIMIT ?
"""
_HANDED_ON = f"DELETE FROM awaiting WHERE seq IN (SELECT seq FROM messages m WHERE {_IDS})"
_NO_LONGER_ASIDE = "DELETE FROM set_aside WHERE source = ? AND provider_id = ?"
_SEEN_AFTER_ALL = f"""
DELETE FROM set_aside WHERE (source, provider_id) IN (
    SELECT m.source, substr(m.id, length(m.account) + 2) FROM messages m WHERE {_IDS}
)
"""
_INSERT_LABEL = "INSERT INTO message_labels (label, seq)"
_A_SLOT = 1 << TIE_BITS
_TAKEN = """
SELECT value, last FROM (
    SELECT value, (SELECT max(seq) FROM messages WHERE seq >= value AND seq < value + ?2) AS last FROM json_each(?1)
) WHERE last IS NOT NULL
"""


def _json(ids: Iterable[str]) -> str:
    return orjson.dumps(list(ids)).decode()


@dataclasses.dataclass(frozen=True, slots=True)
class _Stored:
    seq: int
    known: ClassifiedMessage


_Mark = Callable[[Transaction, Sequence[Message]], None]


class SqliteMessages(Messages):
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, messages: Sequence[Message]) -> Taken:
        return self._take_any(messages, _as_history)

    def take_news(self, messages: Sequence[Message]) -> Taken:
        return self._take_any(messages, _as_news)

    def awaiting(self, limit: int) -> tuple[str, ...]:
        return tuple(id for (id,) in self._database.rows(_AWAITING, (limit,)))

    def handed_on(self, ids: Collection[str]) -> None:
        if ids:
            with self._database.write() as transaction:
                transaction.execute(_HANDED_ON, (_json(ids),))
                transaction.execute(_SEEN_AFTER_ALL, (_json(ids),))

    def _take_any(self, messages: Sequence[Message], mark: _Mark) -> Taken:
        try:
            return self._take(messages, mark)
        except (UnicodeEncodeError, orjson.JSONEncodeError):
            return self._take([without_half_pairs(message) for message in messages], mark)

    def _take(self, messages: Sequence[Message], mark: _Mark) -> Taken:
        batch = {message.id: message for message in messages}
        with self._database.write() as transaction:
            stored = _stored(transaction, batch)
            new = [message for message in batch.values() if message.id not in stored]
            _insert(transaction, new)
            mark(transaction, new)
            transaction.executemany(_NO_LONGER_ASIDE, ((each.source, each.provider_id) for each in new))
            changed = [id for id, known in stored.items() if _refresh(transaction, known, batch[id])]
            taken = Taken(tuple(message.id for message in new), tuple(changed), tuple(new))
            if new or changed:
                transaction.note("message", (*taken.new, *taken.changed), self._database.now())
        return taken

    def relabel(self, labels: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        with self._database.write() as transaction:
            rows = transaction.execute(
                f"SELECT id, seq, labels FROM messages m WHERE {_IDS}", (_json(labels),)
            ).fetchall()
            known = {id: (seq, frozenset(orjson.loads(before))) for id, seq, before in rows}
            changed = tuple(id for id, wanted in labels.items() if id in known and known[id][1] != wanted)
            for id in changed:
                _relabel(transaction, *known[id], labels[id])
            if changed:
                transaction.note("message", changed, self._database.now())
        return changed

    def remove(self, ids: Iterable[str], at: datetime) -> tuple[str, ...]:
        with self._database.write() as transaction:
            marking = transaction.execute(
                f"UPDATE messages AS m SET removed_us = ? WHERE removed_us IS NULL AND {_IDS} RETURNING id",
                (micros(at), _json(ids)),
            )
            marked = tuple(id for (id,) in marking.fetchall())
            if marked:
                transaction.note("message", marked, at)
        return marked

    def get(self, id: str) -> ClassifiedMessage:
        row = self._database.row(f"{_WHOLE} WHERE m.id = ?", (id,))
        if row is None:
            raise NotFound(f"there is no message {id}")
        return read_whole(row)

    def get_many(self, ids: Sequence[str]) -> dict[str, ClassifiedMessage]:
        found = {row[0]: read_whole(row) for row in self._database.rows(f"{_WHOLE} WHERE {_IDS}", (_json(ids),))}
        return {id: found[id] for id in ids if id in found}

    def known(self, ids: Iterable[str]) -> set[str]:
        rows = self._database.rows(f"SELECT id FROM messages m WHERE {_IDS}", (_json(ids),))
        return {id for (id,) in rows}

    def labels(self, ids: Iterable[str]) -> dict[str, frozenset[str]]:
        standing = f"SELECT id, labels FROM messages m WHERE {_IDS} AND removed_us IS NULL"
        return {id: frozenset(orjson.loads(labels)) for id, labels in self._database.rows(standing, (_json(ids),))}

    def list(self, query: MessageQuery, cursor: str | None = None, limit: int = 50) -> Page[ClassifiedMessage]:
        before = None if cursor is None else read_cursor(cursor)
        with self._database.read() as connection:
            rows = page_rows(connection, query, before, limit + 1)
        shown = tuple(read_listed(listed) for _, listed in rows[:limit])
        return Page(shown, str(rows[limit - 1][0]) if len(rows) > limit else None)

    def thread(self, thread_id: str, account: str) -> tuple[ClassifiedMessage, ...]:
        rows = self._database.rows(
            f"{_WHOLE} WHERE m.thread_id = ? AND +m.account = ? AND m.removed_us IS NULL ORDER BY m.seq",
            (thread_id, account),
        )
        return tuple(map(read_whole, rows))

    def threads_of(self, ids: Iterable[str]) -> set[str]:
        return {id for (id,) in self._database.rows(_SAME_THREADS, (_json(ids),))}

    def count(self, query: MessageQuery) -> int:
        with self._database.read() as connection:
            return number_of(connection, query)

    def set_aside(self, source: str, provider_id: str, reason: str, at: datetime) -> None:
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO set_aside (source, provider_id, reason, at_us) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (source, provider_id, reason, micros(at)),
            )

    def set_aside_since(self, since: datetime) -> tuple[tuple[str, str, str], ...]:
        return tuple(
            self._database.rows(
                "SELECT source, provider_id, reason FROM set_aside WHERE at_us >= ?"
                " ORDER BY at_us, source, provider_id",
                (micros(since),),
            )
        )


def _stored(transaction: Transaction, ids: Iterable[str]) -> dict[str, _Stored]:
    rows: list[Row] = transaction.execute(_STORED, (_json(ids),)).fetchall()
    return {row[1]: _Stored(row[0], read_whole(row[1:])) for row in rows}


def _insert(transaction: Transaction, messages: Sequence[Message]) -> None:
    """Insert the oldest first: FTS5 writes a segment of its own for each row whose number is below the last one's."""
    if not messages:
        return
    numbered = sorted(zip(_free_numbers(transaction, messages), messages, strict=True), key=itemgetter(0))
    transaction.insert(INSERT_MESSAGE, [envelope_row(seq, message) for seq, message in numbered])
    transaction.insert(INSERT_BODY, [body_row(seq, message) for seq, message in numbered])
    transaction.insert(_INSERT_LABEL, [(label, seq) for seq, message in numbered for label in message.labels])
    transaction.insert("INSERT INTO unclassified (seq)", [(seq,) for seq, _ in numbered])
    transaction.insert(INSERT_WORDS, [words_row(seq, message) for seq, message in numbered])
    if len(numbered) < BULK:
        transaction.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (MERGED_PAGES,))


def _as_news(transaction: Transaction, new: Sequence[Message]) -> None:
    transaction.execute(_MARK_NEWS, (_json(message.id for message in new),))


def _as_history(transaction: Transaction, new: Sequence[Message]) -> None:
    """Nobody waits for what came in the past."""


def _free_numbers(transaction: Transaction, messages: Sequence[Message]) -> list[int]:
    """Return for each message the next number of its millisecond; where that is full, of one of the next."""
    slots = [slot(micros(message.received_at)) for message in messages]
    taken: dict[int, int] = dict(transaction.execute(_TAKEN, (orjson.dumps(slots).decode(), _A_SLOT)).fetchall())
    return [_next_number(transaction, first, taken) for first in slots]


def _next_number(transaction: Transaction, first: int, taken: dict[int, int]) -> int:
    """Return the number after the highest `taken` of a slot, and note it; a slot that is full leads to the next."""
    while taken.get(first, first) + 1 >= first + _A_SLOT:
        first += _A_SLOT
        if first not in taken:
            taken.update(transaction.execute(_TAKEN, (orjson.dumps([first]).decode(), _A_SLOT)).fetchall())
    taken[first] = taken[first] + 1 if first in taken else first
    return taken[first]


def _refresh(transaction: Transaction, stored: _Stored, message: Message) -> bool:
    """Bring a stored message up to date; return whether anything had to be done."""
    known = stored.known.message
    if known == message and not stored.known.removed:
        return False
    if stored.known.removed:
        transaction.execute("UPDATE messages SET removed_us = NULL WHERE seq = ?", (stored.seq,))
    if known.labels != message.labels:
        _relabel(transaction, stored.seq, known.labels, message.labels)
    if dataclasses.replace(known, labels=message.labels) != message:
        _rewrite(transaction, stored.seq, known, message)
    return True


def _relabel(transaction: Transaction, seq: int, before: frozenset[str], after: frozenset[str]) -> None:
    transaction.execute("UPDATE messages SET labels = ? WHERE seq = ?", (labels_json(after), seq))
    transaction.executemany(
        "DELETE FROM message_labels WHERE label = ? AND seq = ?", ((label, seq) for label in before - after)
    )
    transaction.insert(_INSERT_LABEL, [(label, seq) for label in after - before])


def _rewrite(transaction: Transaction, number: int, known: Message, message: Message) -> None:
    seq = number
    transaction.execute(DELETE_WORDS, words_row(number, known))
    if known.received_at != message.received_at:
        (seq,) = _free_numbers(transaction, [message])
        transaction.execute("UPDATE messages SET seq = ? WHERE seq = ?", (seq, number))
    _, *envelope = envelope_row(seq, message)
    transaction.execute(UPDATE_MESSAGE, (*envelope, seq))
    transaction.execute("DELETE FROM bodies WHERE seq = ?", (seq,))
    transaction.insert(INSERT_BODY, [body_row(seq, message)])
    transaction.insert(INSERT_WORDS, [words_row(seq, message)])
