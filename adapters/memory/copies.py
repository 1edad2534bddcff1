"""Copies of what providers hold, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic

from adapters.memory.journal import Journal
from application.ports.copies import Copies, Copying, Thing
from domain.calendar import Span
from domain.errors import NotFound


class MemoryCopies(Copies[Thing], Generic[Thing]):
    def __init__(self, journal: Journal, kind: str) -> None:
        self._journal = journal
        self._kind = kind
        self._things: dict[str, Thing] = {}

    def put(self, things: Sequence[Thing]) -> Copying:
        with self._journal.write() as journal:
            new = tuple(each.id for each in things if each.id not in self._things)
            changed = tuple(each.id for each in things if self._things.get(each.id, each) != each)
            self._things.update({each.id: each for each in things})
            journal.note("status", tuple(f"{self._kind}/{id}" for id in (*new, *changed)))
            return Copying(new, changed)

    def replace(self, source: str, things: Sequence[Thing]) -> Copying:
        kept = {each.id for each in things}
        with self._journal.lock:
            gone = self.remove(each.id for each in self.all(source) if each.id not in kept).gone
            done = self.put(things)
            return Copying(done.new, done.changed, gone)

    def remove(self, ids: Iterable[str]) -> Copying:
        with self._journal.write() as journal:
            gone = tuple(id for id in ids if self._things.pop(id, None) is not None)
            journal.note("status", tuple(f"{self._kind}/{id}" for id in gone))
            return Copying(gone=gone)

    def get(self, id: str) -> Thing:
        if id not in self._things:
            raise NotFound(f"there is no {self._kind.removesuffix('s').replace('_', ' ')} {id}")
        return self._things[id]

    def all(self, source: str | None = None) -> tuple[Thing, ...]:
        with self._journal.lock:
            found = [each for each in self._things.values() if source in (None, each.source)]
            return tuple(sorted(found, key=lambda each: (each.span.start, each.id)))

    def touching(self, span: Span) -> tuple[Thing, ...]:
        return tuple(each for each in self.all() if _touches(each.span, span))


def _touches(taken: Span, span: Span) -> bool:
    return taken.start < span.end and (taken.end > span.start or taken.start == taken.end == span.start)
