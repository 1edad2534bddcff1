"""Messages and their classifications, in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.memory.journal import Journal
from adapters.memory.search import fits
from application.ports.store import Classifications, ClassifiedMessage, MessageQuery, Messages, Taken
from domain.errors import Invalid, NotFound
from domain.messages import Chat, Mail, Message
from domain.pages import Page
from domain.tasks import Snooze
from domain.triage import Classification, Correction

_Place = tuple[datetime, int]


@dataclass(slots=True)
class _Kept:
    """A message, when it was first taken among all, and since when it is gone."""

    message: Message
    number: int
    removed_at: datetime | None = None

    @property
    def place(self) -> _Place:
        return self.message.received_at, self.number


class Shelf:
    """What is kept of messages in several places: the messages by id, the verdicts on them, who sleeps until when."""

    def __init__(self) -> None:
        self.snoozes: dict[str, Snooze] = {}
        self.kept: dict[str, _Kept] = {}
        self.verdicts: dict[str, Classification] = {}

    def classified(self, kept: _Kept) -> ClassifiedMessage:
        return ClassifiedMessage(kept.message, self.verdicts.get(kept.message.id), kept.removed_at is not None)


class MemoryMessages(Messages):
    def __init__(self, journal: Journal, shelf: Shelf) -> None:
        self._journal = journal
        self._shelf = shelf
        self._taken = 0
        self._awaiting: set[str] = set()
        self._aside: dict[tuple[str, str], tuple[str, datetime]] = {}

    def take(self, messages: Sequence[Message]) -> Taken:
        with self._journal.write() as journal:
            batch = {message.id: message for message in messages}
            new = tuple(id for id in batch if id not in self._shelf.kept)
            changed = tuple(id for id in batch if id in self._shelf.kept and self._differs(batch[id]))
            for id in (*new, *changed):
                self._keep(batch[id])
            self._put_back(new)
            journal.note("message", (*new, *changed))
            kept = tuple(self._shelf.kept[id].message for id in new)
        return Taken(new, changed, kept)

    def take_news(self, messages: Sequence[Message]) -> Taken:
        with self._journal.write():
            taken = self.take(messages)
            self._awaiting.update(taken.new)
        return taken

    def awaiting(self, limit: int) -> tuple[str, ...]:
        with self._journal.lock:
            waiting = (self._shelf.kept[id] for id in self._awaiting)
            standing = sorted((kept for kept in waiting if kept.removed_at is None), key=lambda kept: kept.place)
            return tuple(kept.message.id for kept in standing[::-1][:limit])

    def handed_on(self, ids: Collection[str]) -> None:
        with self._journal.write():
            self._awaiting.difference_update(ids)
            self._put_back(ids)

    def _put_back(self, ids: Iterable[str]) -> None:
        for message in (self._shelf.kept[id].message for id in ids if id in self._shelf.kept):
            self._aside.pop((message.source, message.provider_id), None)

    def _differs(self, message: Message) -> bool:
        kept = self._shelf.kept[message.id]
        return kept.message != message or kept.removed_at is not None

    def _keep(self, message: Message) -> None:
        self._taken += 1
        known = self._shelf.kept.get(message.id)
        stays = known is not None and known.message.received_at == message.received_at
        number = known.number if known is not None and stays else self._taken
        self._shelf.kept[message.id] = _Kept(message, number)

    def relabel(self, labels: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        with self._journal.write() as journal:
            kept = self._shelf.kept
            changed = tuple(id for id, wanted in labels.items() if id in kept and kept[id].message.labels != wanted)
            for id in changed:
                kept[id].message = replace(kept[id].message, labels=frozenset(labels[id]))
            journal.note("message", changed)
        return changed

    def remove(self, ids: Iterable[str], at: datetime) -> tuple[str, ...]:
        with self._journal.write() as journal:
            kept = self._shelf.kept
            marked = tuple(id for id in dict.fromkeys(ids) if id in kept and kept[id].removed_at is None)
            for id in marked:
                kept[id].removed_at = at
            journal.note("message", marked, at)
        return marked

    def get(self, id: str) -> ClassifiedMessage:
        with self._journal.lock:
            if id not in self._shelf.kept:
                raise NotFound(f"there is no message {id}")
            return self._shelf.classified(self._shelf.kept[id])

    def get_many(self, ids: Sequence[str]) -> dict[str, ClassifiedMessage]:
        with self._journal.lock:
            kept = self._shelf.kept
            return {id: self._shelf.classified(kept[id]) for id in ids if id in kept}

    def known(self, ids: Iterable[str]) -> set[str]:
        with self._journal.lock:
            return {id for id in ids if id in self._shelf.kept}

    def labels(self, ids: Iterable[str]) -> dict[str, frozenset[str]]:
        with self._journal.lock:
            kept = {id: self._shelf.kept[id] for id in ids if id in self._shelf.kept}
            return {id: each.message.labels for id, each in kept.items() if each.removed_at is None}

    def list(self, query: MessageQuery, cursor: str | None = None, limit: int = 50) -> Page[ClassifiedMessage]:
        below = None if cursor is None else self._read_cursor(cursor)
        with self._journal.lock:
            found = [kept for kept in self._fitting(query) if below is None or kept.place < below]
            shown = tuple(_with_snippet(self._shelf.classified(kept)) for kept in found[:limit])
        return Page(shown, _write_cursor(found[limit - 1]) if len(found) > limit else None)

    def _fitting(self, query: MessageQuery) -> Sequence[_Kept]:
        fitting = fits(query, self._shelf.snoozes)
        found = (kept for kept in self._shelf.kept.values() if fitting(self._shelf.classified(kept)))
        return sorted(found, key=lambda kept: kept.place, reverse=True)

    def _read_cursor(self, cursor: str) -> _Place:
        moment, _, number = cursor.partition("/")
        try:
            return datetime.fromisoformat(moment), int(number)
        except ValueError:
            raise Invalid(f"{cursor!r} is not a cursor of this list", where="cursor") from None

    def thread(self, thread_id: str, account: str) -> tuple[ClassifiedMessage, ...]:
        with self._journal.lock:
            found = [
                kept
                for kept in self._shelf.kept.values()
                if (kept.message.thread_id, kept.message.account) == (thread_id, account) and kept.removed_at is None
            ]
            return tuple(self._shelf.classified(kept) for kept in sorted(found, key=lambda kept: kept.place))

    def threads_of(self, ids: Iterable[str]) -> set[str]:
        with self._journal.lock:
            kept = self._shelf.kept
            threads = {(kept[id].message.thread_id, kept[id].message.account) for id in ids if id in kept}
            return {
                id
                for id, each in kept.items()
                if each.removed_at is None and (each.message.thread_id, each.message.account) in threads
            }

    def count(self, query: MessageQuery) -> int:
        with self._journal.lock:
            return len(self._fitting(query))

    def set_aside(self, source: str, provider_id: str, reason: str, at: datetime) -> None:
        with self._journal.write():
            self._aside.setdefault((source, provider_id), (reason, at))

    def set_aside_since(self, since: datetime) -> tuple[tuple[str, str, str], ...]:
        with self._journal.lock:
            found = sorted((at, *key, reason) for key, (reason, at) in self._aside.items() if at >= since)
            return tuple((source, provider_id, reason) for _, source, provider_id, reason in found)


def _write_cursor(kept: _Kept) -> str:
    return f"{kept.message.received_at.isoformat()}/{kept.number}"


def _with_snippet(listed: ClassifiedMessage) -> ClassifiedMessage:
    """Return what a list shows: the body's text is the snippet alone."""
    snippet = listed.message.snippet
    body = Chat(snippet) if isinstance(listed.message.body, Chat) else Mail(snippet)
    return replace(listed, message=replace(listed.message, body=body))


class MemoryClassifications(Classifications):
    def __init__(self, journal: Journal, shelf: Shelf) -> None:
        self._journal = journal
        self._shelf = shelf
        self._corrections: list[tuple[Correction, bool]] = []

    def put(self, classifications: Sequence[Classification]) -> None:
        with self._journal.write() as journal:
            self._put(journal, classifications)

    def add(self, classifications: Sequence[Classification]) -> tuple[Classification, ...]:
        with self._journal.write() as journal:
            verdicts = self._shelf.verdicts
            self._put(journal, [each for each in classifications if each.message_id not in verdicts])
            return tuple(verdicts[each.message_id] for each in classifications)

    def _put(self, journal: Journal, classifications: Sequence[Classification]) -> None:
        for each in classifications:
            if each.message_id not in self._shelf.kept:
                raise NotFound(f"there is no message {each.message_id}")
        for each in classifications:
            self._shelf.verdicts[each.message_id] = each
            journal.note("message", (each.message_id,), each.at)

    def get(self, message_id: str) -> Classification | None:
        return self._shelf.verdicts.get(message_id)

    def known(self, message_ids: Iterable[str]) -> set[str]:
        with self._journal.lock:
            return {id for id in message_ids if id in self._shelf.verdicts}

    def correct(self, correction: Correction, classification: Classification) -> None:
        with self._journal.write() as journal:
            self._put(journal, (classification,))
            self._corrections.append((correction, False))

    def corrections(self) -> tuple[Correction, ...]:
        with self._journal.lock:
            taken_back = {each.message_id: at for at, (each, back) in enumerate(self._corrections) if back}
            return tuple(
                each
                for at, (each, back) in enumerate(self._corrections)
                if not back and at > taken_back.get(each.message_id, -1)
            )

    def take_back(self, message_id: str, at: datetime) -> None:
        with self._journal.write() as journal:
            self._corrections.append((Correction(message_id, at), True))
            self._shelf.verdicts.pop(message_id, None)
            journal.note("message", (message_id,), at)
