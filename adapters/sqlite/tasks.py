"""Tasks, follow-ups and snoozes."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import orjson

from adapters.sqlite.connection import Database
from adapters.sqlite.times import micros, moment
from application.ports.store import Tasks
from domain.codec import decode, encode
from domain.errors import NotFound
from domain.tasks import FollowUp, Snooze, Task

Owed = TypeVar("Owed", Task, FollowUp)


class SqliteTasks(Tasks):
    def __init__(self, database: Database) -> None:
        self._database = database

    def put_task(self, task: Task) -> None:
        self._put("tasks", task, task.due)

    def task(self, id: str) -> Task:
        return self._one(Task, "tasks", id)

    def tasks(self, *, open_only: bool = True) -> tuple[Task, ...]:
        return self._all(Task, "tasks", open_only=open_only)

    def delete_task(self, id: str) -> None:
        self._delete("tasks", id)

    def put_follow_up(self, follow_up: FollowUp) -> None:
        self._put("follow_ups", follow_up, follow_up.by)

    def follow_up(self, id: str) -> FollowUp:
        return self._one(FollowUp, "follow_ups", id)

    def follow_ups(self, *, open_only: bool = True) -> tuple[FollowUp, ...]:
        return self._all(FollowUp, "follow_ups", open_only=open_only)

    def delete_follow_up(self, id: str) -> None:
        self._delete("follow_ups", id)

    def put_snooze(self, snooze: Snooze) -> None:
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO snoozes (message_id, until_us) VALUES (?, ?)"
                " ON CONFLICT (message_id) DO UPDATE SET until_us = excluded.until_us",
                (snooze.message_id, micros(snooze.until)),
            )
            transaction.note("message", (snooze.message_id,), self._database.now())

    def delete_snooze(self, message_id: str) -> None:
        with self._database.write() as transaction:
            if transaction.execute("DELETE FROM snoozes WHERE message_id = ?", (message_id,)).rowcount:
                transaction.note("message", (message_id,), self._database.now())

    def snoozes(self) -> tuple[Snooze, ...]:
        rows = self._database.rows("SELECT message_id, until_us FROM snoozes ORDER BY until_us, message_id")
        return tuple(Snooze(message_id, moment(until)) for message_id, until in rows)

    def _put(self, table: str, owed: Task | FollowUp, due: date | None) -> None:
        with self._database.write() as transaction:
            transaction.execute(
                f"INSERT INTO {table} (id, is_open, due, form) VALUES (?, ?, ?, ?) ON CONFLICT (id)"
                " DO UPDATE SET is_open = excluded.is_open, due = excluded.due, form = excluded.form",
                (owed.id, owed.is_open, due and due.isoformat(), orjson.dumps(encode(owed)).decode()),
            )
            transaction.note("status", (f"{table}/{owed.id}",), self._database.now())

    def _one(self, kind: type[Owed], table: str, id: str) -> Owed:
        row = self._database.row(f"SELECT form FROM {table} WHERE id = ?", (id,))
        if row is None:
            raise NotFound(f"there is no {table.replace('_', '-').removesuffix('s')} {id}")
        return decode(kind, orjson.loads(row[0]))

    def _all(self, kind: type[Owed], table: str, *, open_only: bool) -> tuple[Owed, ...]:
        where = "WHERE is_open" if open_only else ""
        rows = self._database.rows(f"SELECT form FROM {table} {where} ORDER BY due NULLS LAST, rowid")
        return tuple(decode(kind, orjson.loads(form)) for (form,) in rows)

    def _delete(self, table: str, id: str) -> None:
        with self._database.write() as transaction:
            if transaction.execute(f"DELETE FROM {table} WHERE id = ?", (id,)).rowcount:
                transaction.note("status", (f"{table}/{id}",), self._database.now())
