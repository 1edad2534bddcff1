"""Copies of what providers hold: one table for all kinds, each thing in its JSON form beside what it is found by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic

import orjson

from adapters.sqlite.connection import Database, Transaction
from adapters.sqlite.remembered import Remembered
from adapters.sqlite.times import micros
from application.ports.copies import Copies, Copying, Thing
from domain.calendar import Span
from domain.codec import decode, encode
from domain.errors import NotFound

SCHEMA = """
CREATE TABLE copies (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    start_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    form TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX copies_start ON copies (kind, start_us);;
CREATE INDEX copies_source ON copies (kind, source)
"""
_PUT = (
    "INSERT INTO copies (kind, id, source, start_us, end_us, form) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id)"
    " DO UPDATE SET source = excluded.source, start_us = excluded.start_us, end_us = excluded.end_us,"
    " form = excluded.form"
)


class SqliteCopies(Copies[Thing], Generic[Thing]):
    """Things of one `kind`, a plural such as `events`, which also names them in the feed."""

    def __init__(self, database: Database, kind: str, type_: type[Thing]) -> None:
        self._database = database
        self._kind = kind
        self._type = type_
        self._remembered = Remembered[Thing](1_000_000)  # every poll reads what is known, most often as it was

    def put(self, things: Sequence[Thing]) -> Copying:
        with self._database.write() as transaction:
            return self._put(transaction, things)

    def replace(self, source: str, things: Sequence[Thing]) -> Copying:
        with self._database.write() as transaction:
            query = "SELECT id FROM copies WHERE kind = ? AND source = ?"
            known = [id for (id,) in transaction.execute(query, (self._kind, source))]
            done = self._put(transaction, things)
            kept = {each.id for each in things}
            gone = self._remove(transaction, [id for id in known if id not in kept])
            return Copying(done.new, done.changed, gone)

    def remove(self, ids: Iterable[str]) -> Copying:
        with self._database.write() as transaction:
            return Copying(gone=self._remove(transaction, ids))

    def get(self, id: str) -> Thing:
        row = self._database.row("SELECT form FROM copies WHERE kind = ? AND id = ?", (self._kind, id))
        if row is None:
            raise NotFound(f"there is no {self._kind.removesuffix('s').replace('_', ' ')} {id}")
        return self._read(row[0])

    def all(self, source: str | None = None) -> tuple[Thing, ...]:
        query = "SELECT form FROM copies WHERE kind = ? AND (? IS NULL OR source = ?) ORDER BY start_us, id"
        return tuple(self._read(form) for (form,) in self._database.rows(query, (self._kind, source, source)))

    def touching(self, span: Span) -> tuple[Thing, ...]:
        start, end = micros(span.start), micros(span.end)
        query = (
            "SELECT form FROM copies WHERE kind = ? AND start_us < ? AND (end_us > ? OR (start_us = ? AND end_us = ?))"
            " ORDER BY start_us, id"
        )
        rows = self._database.rows(query, (self._kind, end, start, start, start))
        return tuple(self._read(form) for (form,) in rows)

    def _put(self, transaction: Transaction, things: Sequence[Thing]) -> Copying:
        known = self._forms(transaction, [each.id for each in things])
        forms = {each.id: orjson.dumps(encode(each)).decode() for each in things}
        new = tuple(id for id in forms if id not in known)
        changed = tuple(id for id, form in forms.items() if known.get(id, form) != form)
        touched = {*new, *changed}
        transaction.executemany(
            _PUT,
            [
                (self._kind, each.id, each.source, micros(each.span.start), micros(each.span.end), forms[each.id])
                for each in things
                if each.id in touched
            ],
        )
        if touched:
            transaction.note("status", [f"{self._kind}/{id}" for id in (*new, *changed)], self._database.now())
        return Copying(new, changed)

    def _forms(self, transaction: Transaction, ids: Sequence[str]) -> dict[str, str]:
        query = "SELECT id, form FROM copies WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"
        return dict(transaction.execute(query, (self._kind, orjson.dumps(ids).decode())).fetchall())

    def _remove(self, transaction: Transaction, ids: Iterable[str]) -> tuple[str, ...]:
        delete = "DELETE FROM copies WHERE kind = ? AND id = ?"
        gone = tuple(id for id in ids if transaction.execute(delete, (self._kind, id)).rowcount)
        if gone:
            transaction.note("status", [f"{self._kind}/{id}" for id in gone], self._database.now())
        return gone

    def _read(self, form: str) -> Thing:
        return self._remembered.get(form) or self._remembered.keep(form, decode(self._type, orjson.loads(form)))
