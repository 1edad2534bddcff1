"""The owner's rules, in order."""

from __future__ import annotations

import orjson

from adapters.sqlite.connection import Database
from application.ports.store import Rules
from domain.codec import decode, encode
from domain.errors import NotFound
from domain.rules import Rule


class SqliteRules(Rules):
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Rule, ...]:
        return tuple(_read(form) for (form,) in self._database.rows("SELECT form FROM rules ORDER BY place, name"))

    def get(self, name: str) -> Rule:
        row = self._database.row("SELECT form FROM rules WHERE name = ?", (name,))
        if row is None:
            raise NotFound(f"there is no rule {name!r}")
        return _read(row[0])

    def put(self, rule: Rule) -> None:
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO rules (name, place, form) VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET place = excluded.place, form = excluded.form",
                (rule.name, rule.order, orjson.dumps(encode(rule)).decode()),
            )
            transaction.note("status", (f"rules/{rule.name}",), self._database.now())

    def delete(self, name: str) -> None:
        with self._database.write() as transaction:
            if transaction.execute("DELETE FROM rules WHERE name = ?", (name,)).rowcount == 0:
                raise NotFound(f"there is no rule {name!r}")
            transaction.note("status", (f"rules/{name}",), self._database.now())


def _read(form: str) -> Rule:
    return decode(Rule, orjson.loads(form), "rule")
