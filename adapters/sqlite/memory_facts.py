"""Facts about the owner, each with its vector as 32-bit floats of length one."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Sequence
from operator import mul

import orjson

from adapters.sqlite.connection import Database
from application.ports.store import Memory
from domain.codec import decode, encode
from domain.errors import NotFound
from domain.tasks import Fact


class SqliteMemory(Memory):
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, fact: Fact, vector: Sequence[float]) -> None:
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO facts (id, form, vector) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET form = excluded.form, vector = excluded.vector",
                (fact.id, orjson.dumps(encode(fact)).decode(), _packed(vector)),
            )
            transaction.note("status", (f"memory/{fact.id}",), self._database.now())

    def forget(self, id: str) -> None:
        with self._database.write() as transaction:
            if transaction.execute("DELETE FROM facts WHERE id = ?", (id,)).rowcount == 0:
                raise NotFound(f"there is no fact {id}")
            transaction.note("status", (f"memory/{id}",), self._database.now())

    def all(self) -> tuple[Fact, ...]:
        return tuple(_read(form) for (form,) in self._database.rows("SELECT form FROM facts ORDER BY rowid"))

    def nearest(self, vector: Sequence[float], limit: int) -> tuple[tuple[Fact, float], ...]:
        wanted = array("f", _of_length_one(vector))
        rows = self._database.rows(
            "SELECT form, vector FROM facts WHERE length(vector) = ?", (len(wanted) * wanted.itemsize,)
        )
        likeness = sorted(((sum(map(mul, wanted, _unpacked(packed))), form) for form, packed in rows), reverse=True)
        return tuple((_read(form), score) for score, form in likeness[:limit])


def _of_length_one(vector: Sequence[float]) -> list[float]:
    length = math.hypot(*vector)
    return [each / length for each in vector] if length else list(vector)


def _packed(vector: Sequence[float]) -> bytes:
    return _little_endian(array("f", _of_length_one(vector))).tobytes()


def _unpacked(packed: bytes) -> array[float]:
    return _little_endian(array("f", packed))


def _little_endian(values: array[float]) -> array[float]:
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _read(form: str) -> Fact:
    return decode(Fact, orjson.loads(form))
