"""What the owner set at run time, by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import orjson

from adapters.sqlite.connection import Database, Transaction
from application.ports.store import Preferences
from domain.codec import Json


class SqlitePreferences(Preferences):
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Json:
        row = self._database.row("SELECT value FROM preferences WHERE name = ?", (name,))
        value: Json = None if row is None else orjson.loads(row[0])
        return value

    def get_many(self, names: Iterable[str]) -> dict[str, Json]:
        wanted = orjson.dumps(list(names)).decode()
        rows = self._database.rows(
            "SELECT p.name, p.value FROM json_each(?) wanted CROSS JOIN preferences p ON p.name = wanted.value",
            (wanted,),
        )
        return {name: orjson.loads(value) for name, value in rows}

    def put(self, name: str, value: Json) -> None:
        with self._database.write() as transaction:
            self._put(transaction, name, value)

    def announce(self, name: str, value: Json, at: datetime) -> None:
        with self._database.write() as transaction:
            self._put(transaction, name, value)
            transaction.note("notification", (name,), at)

    def _put(self, transaction: Transaction, name: str, value: Json) -> None:
        changed = transaction.execute(
            "INSERT INTO preferences (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
            (name, orjson.dumps(value).decode()),
        ).rowcount
        if changed:
            transaction.note("status", (f"preferences/{name}",), self._database.now())

    def delete(self, name: str) -> None:
        with self._database.write() as transaction:
            if transaction.execute("DELETE FROM preferences WHERE name = ?", (name,)).rowcount:
                transaction.note("status", (f"preferences/{name}",), self._database.now())

    def names(self, prefix: str = "") -> tuple[str, ...]:
        rows = self._database.rows(
            "SELECT name FROM preferences WHERE name >= ? AND name < ? || char(0x10FFFF) ORDER BY name",
            (prefix, prefix),
        )
        return tuple(name for (name,) in rows)
