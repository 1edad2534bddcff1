"""The order in which things changed."""

from __future__ import annotations

from datetime import datetime

from adapters.sqlite.connection import Database
from adapters.sqlite.times import moment
from application.ports.store import Feed, FeedItem, FeedTopic


class SqliteFeed(Feed):
    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, seq: int, limit: int = 500) -> tuple[FeedItem, ...]:
        rows = self._database.rows(
            "SELECT seq, topic, ref, at_us FROM feed WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
        )
        return tuple(FeedItem(seq, topic, ref, moment(at)) for seq, topic, ref, at in rows)

    def head(self) -> int:
        return self._database.number("SELECT max(seq) FROM feed")

    def note(self, topic: FeedTopic, ref: str, at: datetime) -> int:
        with self._database.write() as transaction:
            transaction.note(topic, (ref,), at)
            row = transaction.execute("SELECT max(seq) FROM feed").fetchone()
        return int(row[0])
