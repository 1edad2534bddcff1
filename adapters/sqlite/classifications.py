"""Classifications, and the corrections, which are only appended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from adapters.sqlite.connection import Database, Row, Transaction
from adapters.sqlite.times import micros, moment
from adapters.sqlite.verdict_rows import read_verdict, verdict_json
from application.ports.store import Classifications
from domain.errors import NotFound
from domain.triage import Category, Classification, Correction

_PUT = "REPLACE INTO classifications (seq, category, priority, at_us, verdict)"
_CLASSIFIED = "DELETE FROM unclassified WHERE seq IN (SELECT value FROM json_each(?))"
_UNCLASSIFY = "DELETE FROM classifications WHERE seq = (SELECT seq FROM messages WHERE id = ?)"
_AWAITS = "INSERT OR IGNORE INTO unclassified (seq) SELECT seq FROM messages WHERE id = ?"
_STANDS = """
SELECT m.id, c.at_us, c.verdict FROM messages m JOIN classifications c ON c.seq = m.seq
WHERE m.id IN (SELECT value FROM json_each(?))
"""
_APPEND = "INSERT INTO corrections (message_id, at_us, taken_back, category, priority) VALUES (?, ?, ?, ?, ?)"
_CORRECTIONS = """
SELECT message_id, at_us, category, priority FROM corrections AS c
WHERE NOT taken_back AND NOT EXISTS (
    SELECT 1 FROM corrections AS later
    WHERE later.message_id = c.message_id AND later.seq > c.seq AND later.taken_back
)
ORDER BY seq
"""


class SqliteClassifications(Classifications):
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, classifications: Sequence[Classification]) -> None:
        with self._database.write() as transaction:
            _put(transaction, classifications)

    def add(self, classifications: Sequence[Classification]) -> tuple[Classification, ...]:
        with self._database.write() as transaction:
            standing = _standing(transaction, classifications)
            _put(transaction, [each for each in classifications if each.message_id not in standing])
        return tuple(standing.get(each.message_id, each) for each in classifications)

    def get(self, message_id: str) -> Classification | None:
        row = self._database.row(
            "SELECT c.at_us, c.verdict FROM classifications c JOIN messages m ON m.seq = c.seq WHERE m.id = ?",
            (message_id,),
        )
        return None if row is None else Classification(message_id, read_verdict(row[1]), moment(row[0]))

    def known(self, message_ids: Iterable[str]) -> set[str]:
        rows = self._database.rows(
            "SELECT m.id FROM messages m JOIN classifications c ON c.seq = m.seq"
            " WHERE m.id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(message_ids)).decode(),),
        )
        return {id for (id,) in rows}

    def correct(self, correction: Correction, classification: Classification) -> None:
        category = None if correction.category is None else correction.category.value
        with self._database.write() as transaction:
            transaction.execute(
                _APPEND, (correction.message_id, micros(correction.at), False, category, correction.priority)
            )
            _put(transaction, (classification,))

    def corrections(self) -> tuple[Correction, ...]:
        return tuple(
            Correction(message_id, moment(at), None if category is None else Category(category), priority)
            for message_id, at, category, priority in self._database.rows(_CORRECTIONS)
        )

    def take_back(self, message_id: str, at: datetime) -> None:
        with self._database.write() as transaction:
            transaction.execute(_APPEND, (message_id, micros(at), True, None, None))
            transaction.execute(_UNCLASSIFY, (message_id,))
            transaction.execute(_AWAITS, (message_id,))
            transaction.note("message", (message_id,), at)


def _standing(transaction: Transaction, classifications: Sequence[Classification]) -> dict[str, Classification]:
    ids = orjson.dumps([each.message_id for each in classifications]).decode()
    rows = transaction.execute(_STANDS, (ids,)).fetchall()
    return {id: Classification(id, read_verdict(verdict), moment(at)) for id, at, verdict in rows}


def _put(transaction: Transaction, classifications: Sequence[Classification]) -> None:
    numbers = _numbers(transaction, (each.message_id for each in classifications))
    unknown = next((each.message_id for each in classifications if each.message_id not in numbers), None)
    if unknown is not None:
        raise NotFound(f"there is no message {unknown}")
    transaction.insert(_PUT, [_row(numbers[each.message_id], each) for each in classifications])
    transaction.execute(_CLASSIFIED, (orjson.dumps(list(numbers.values())).decode(),))
    if classifications:
        at = max(each.at for each in classifications)
        transaction.note("message", [each.message_id for each in classifications], at)


def _row(seq: int, classification: Classification) -> Row:
    verdict = classification.verdict
    return seq, verdict.category.value, verdict.priority, micros(classification.at), verdict_json(verdict)


def _numbers(transaction: Transaction, ids: Iterable[str]) -> dict[str, int]:
    known = transaction.execute(
        "SELECT id, seq FROM messages WHERE id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(ids)).decode(),),
    )
    return dict(known.fetchall())
