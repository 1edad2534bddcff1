"""Conversations and what the models cost, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from adapters.memory.journal import Journal
from application.ports.talk import Conversations, Spent, Usage
from domain.chat import Conversation, Entry
from domain.errors import Conflict, Invalid, NotFound
from domain.pages import Page


class MemoryConversations(Conversations):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._kept: dict[str, Conversation] = {}
        self._entries: dict[str, list[Entry]] = {}

    def begin(self, conversation: Conversation) -> None:
        with self._journal.write() as journal:
            if conversation.id in self._kept:
                raise Conflict(f"conversation {conversation.id} has begun already", code="already_begun")
            self._kept[conversation.id] = conversation
            journal.note("status", (f"conversations/{conversation.id}",), conversation.begun_at)

    def get(self, id: str) -> Conversation:
        if id not in self._kept:
            raise NotFound(f"there is no conversation {id}")
        return self._kept[id]

    def list(self, cursor: str | None = None, limit: int = 50) -> Page[Conversation]:
        with self._journal.lock:
            numbered = enumerate(self._kept.values())
            places = sorted(((each.last_at, number, each) for number, each in numbered), reverse=True)
        if cursor is not None:
            below = _read_cursor(cursor)
            places = [place for place in places if place[:2] < below]
        more = len(places) > limit
        last = places[limit - 1] if more else None
        return Page(tuple(each for *_, each in places[:limit]), f"{last[0].isoformat()}/{last[1]}" if last else None)

    def append(self, entry: Entry) -> None:
        with self._journal.write() as journal:
            known = self.get(entry.conversation)
            self._kept[known.id] = replace(known, last_at=max(known.last_at, entry.at))
            self._entries.setdefault(known.id, []).append(entry)
            journal.note("status", (f"conversations/{known.id}",), entry.at)

    def entries(self, conversation: str) -> tuple[Entry, ...]:
        with self._journal.lock:
            return tuple(self._entries.get(conversation, ()))


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    moment, _, number = cursor.partition("/")
    try:
        return datetime.fromisoformat(moment), int(number)
    except ValueError:
        raise Invalid(f"{cursor!r} is not a cursor of this list", where="cursor") from None


class MemoryUsage(Usage):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._spent: list[Spent] = []

    def add(self, spent: Spent) -> None:
        with self._journal.write():
            self._spent.append(spent)

    def dollars_since(self, since: datetime) -> float:
        with self._journal.lock:
            return sum((each.dollars for each in self._spent if each.at >= since), 0.0)

    def by_day(self, since: datetime) -> tuple[tuple[str, str, float, int], ...]:
        days: dict[tuple[str, str], list[float]] = {}
        with self._journal.lock:
            for each in self._spent:
                if each.at >= since:
                    days.setdefault((each.at.astimezone(UTC).date().isoformat(), each.model), []).append(each.dollars)
        return tuple((day, model, sum(dollars), len(dollars)) for (day, model), dollars in sorted(days.items()))
