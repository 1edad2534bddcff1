"""The feed, the version and the listeners that every part of the in-memory store shares, under one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from application.ports.store import Feed, FeedItem, FeedTopic


class Journal:
    """One writer at a time; what a block noted is told once the block has ended well."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self.items: list[FeedItem] = []
        self.listeners: list[Callable[[], None]] = []

    @contextmanager
    def write(self) -> Iterator[Journal]:
        with self.lock:
            before = len(self.items)
            try:
                yield self
            except BaseException:
                del self.items[before:]
                raise
            self.version += 1
            noted = len(self.items) > before
        if noted:
            for listener in self.listeners:
                listener()

    def note(self, topic: FeedTopic, refs: Iterable[str], at: datetime | None = None) -> None:
        moment = at or datetime.now(UTC)
        for ref in refs:
            self.items.append(FeedItem(len(self.items) + 1, topic, ref, moment))


class MemoryFeed(Feed):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def after(self, seq: int, limit: int = 500) -> tuple[FeedItem, ...]:
        return tuple(self._journal.items[max(seq, 0) :][:limit])

    def head(self) -> int:
        return len(self._journal.items)

    def note(self, topic: FeedTopic, ref: str, at: datetime) -> int:
        with self._journal.write() as journal:
            journal.note(topic, (ref,), at)
            return len(journal.items)
