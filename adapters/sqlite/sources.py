"""Cursors, coverage and state of each source."""

from __future__ import annotations

from datetime import datetime

import orjson

from adapters.sqlite.connection import Database
from adapters.sqlite.times import micros, moment
from application.ports.store import Sources
from domain.codec import decode, encode
from domain.sources import Covered, SourceState


class SqliteSources(Sources):
    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self, source: str) -> str | None:
        row = self._database.row("SELECT cursor FROM cursors WHERE source = ?", (source,))
        return None if row is None else str(row[0])

    def set_cursor(self, source: str, cursor: str | None) -> None:
        with self._database.write() as transaction:
            if cursor is None:
                transaction.execute("DELETE FROM cursors WHERE source = ?", (source,))
                return
            transaction.execute(
                "INSERT INTO cursors (source, cursor) VALUES (?, ?)"
                " ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor",
                (source, cursor),
            )

    def cover(self, stretch: Covered) -> None:
        start, end = micros(stretch.start), micros(stretch.end)
        if end < start:
            return
        with self._database.write() as transaction:
            touching = transaction.execute(
                "DELETE FROM coverage WHERE source = ? AND start_us <= ? AND end_us >= ? RETURNING start_us, end_us",
                (stretch.source, end, start),
            ).fetchall()
            joined = (min([start, *(each[0] for each in touching)]), max([end, *(each[1] for each in touching)]))
            transaction.execute(
                "INSERT INTO coverage (source, start_us, end_us) VALUES (?, ?, ?)", (stretch.source, *joined)
            )

    def covered(self, source: str, since: datetime) -> tuple[Covered, ...]:
        rows = self._database.rows(
            "SELECT start_us, end_us FROM coverage WHERE source = ? AND end_us > ? ORDER BY start_us",
            (source, micros(since)),
        )
        return tuple(Covered(source, moment(start), moment(end)) for start, end in rows)

    def state(self, source: str) -> SourceState:
        row = self._database.row("SELECT form FROM source_states WHERE source = ?", (source,))
        return SourceState(source) if row is None else decode(SourceState, orjson.loads(row[0]))

    def names(self) -> tuple[str, ...]:
        rows = self._database.rows("SELECT source FROM source_states ORDER BY source")
        return tuple(str(name) for (name,) in rows)

    def set_state(self, state: SourceState) -> None:
        form = orjson.dumps(encode(state)).decode()
        with self._database.write() as transaction:
            changed = transaction.execute(
                "INSERT INTO source_states (source, form) VALUES (?, ?)"
                " ON CONFLICT (source) DO UPDATE SET form = excluded.form WHERE form IS NOT excluded.form",
                (state.source, form),
            ).rowcount
            if changed:
                transaction.note("status", (f"sources/{state.source}",), self._database.now())
