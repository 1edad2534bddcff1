"""Conversations with the butler, and what the models cost; both are appended and never changed."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime

import orjson

from adapters.sqlite.connection import Database
from adapters.sqlite.times import micros, moment
from application.ports.talk import Conversations, Spent, Usage
from domain.chat import Conversation, Entry
from domain.codec import decode, encode
from domain.errors import Conflict, Invalid, NotFound
from domain.pages import Page

_COLUMNS = "id, title, begun_us, last_us"
_CURSOR = re.compile("(-?[0-9]{1,18})/([0-9]{1,18})")


class SqliteConversations(Conversations):
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, conversation: Conversation) -> None:
        values = (conversation.id, conversation.title, micros(conversation.begun_at), micros(conversation.last_at))
        with self._database.write() as transaction:
            try:
                transaction.execute(f"INSERT INTO conversations ({_COLUMNS}) VALUES (?, ?, ?, ?)", values)
            except sqlite3.IntegrityError:
                raise Conflict(f"conversation {conversation.id} has begun already", code="already_begun") from None
            transaction.note("status", (f"conversations/{conversation.id}",), conversation.begun_at)

    def get(self, id: str) -> Conversation:
        row = self._database.row(f"SELECT {_COLUMNS} FROM conversations WHERE id = ?", (id,))
        if row is None:
            raise NotFound(f"there is no conversation {id}")
        return _read(*row)

    def list(self, cursor: str | None = None, limit: int = 50) -> Page[Conversation]:
        where, values = ("", ()) if cursor is None else ("WHERE (last_us, number) < (?, ?)", _read_cursor(cursor))
        rows = self._database.rows(
            f"SELECT {_COLUMNS}, number FROM conversations {where} ORDER BY last_us DESC, number DESC LIMIT ?",
            (*values, limit + 1),
        )
        shown = tuple(_read(*row[:4]) for row in rows[:limit])
        return Page(shown, f"{rows[limit - 1][3]}/{rows[limit - 1][4]}" if len(rows) > limit else None)

    def append(self, entry: Entry) -> None:
        with self._database.write() as transaction:
            known = transaction.execute(
                "UPDATE conversations SET last_us = max(last_us, ?) WHERE id = ?",
                (micros(entry.at), entry.conversation),
            ).rowcount
            if not known:
                raise NotFound(f"there is no conversation {entry.conversation}")
            transaction.execute(
                "INSERT INTO conversation_entries (conversation, form) VALUES (?, ?)",
                (entry.conversation, orjson.dumps(encode(entry)).decode()),
            )
            transaction.note("status", (f"conversations/{entry.conversation}",), entry.at)

    def entries(self, conversation: str) -> tuple[Entry, ...]:
        rows = self._database.rows(
            "SELECT form FROM conversation_entries WHERE conversation = ? ORDER BY number", (conversation,)
        )
        return tuple(decode(Entry, orjson.loads(form)) for (form,) in rows)


def _read(id: str, title: str, begun_us: int, last_us: int) -> Conversation:
    return Conversation(id, title, moment(begun_us), moment(last_us))


def _read_cursor(cursor: str) -> tuple[int, ...]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Invalid(f"{cursor!r} is not a cursor of this list", where="cursor")
    return tuple(map(int, found.groups()))


class SqliteUsage(Usage):
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, spent: Spent) -> None:
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO usage (at_us, model, dollars, form) VALUES (?, ?, ?, ?)",
                (micros(spent.at), spent.model, spent.dollars, orjson.dumps(encode(spent)).decode()),
            )

    def dollars_since(self, since: datetime) -> float:
        row = self._database.row("SELECT total(dollars) FROM usage WHERE at_us >= ?", (micros(since),))
        return float(row[0]) if row else 0.0

    def by_day(self, since: datetime) -> tuple[tuple[str, str, float, int], ...]:
        return tuple(
            self._database.rows(
                "SELECT date(at_us / 1000000, 'unixepoch') AS day, model, total(dollars), count(*)"
                " FROM usage WHERE at_us >= ? GROUP BY day, model ORDER BY day, model",
                (micros(since),),
            )
        )
