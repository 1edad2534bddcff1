"""Takes in what a source has: fetch, read, store; what cannot be read is set aside and the rest goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from application.intake.behind import Behind
from application.intake.first_reading import EVER, NEVER, first_news, news_since
from application.intake.joining import OneWay
from application.intake.one_time_codes import OneTimeCodes
from application.intake.visits import Visits
from application.ports.clock import Clock
from application.ports.mail import Batch, Bearing, MessageSource
from application.ports.mime import MailReader, RawMail, Unreadable
from application.ports.store import MessageQuery, Store, Taken
from domain.errors import CursorExpired
from domain.messages import Message, message_id
from domain.pages import every_page
from domain.sources import Covered, account_of

log = logging.getLogger(__name__)

FIRST_LIMIT = 50
LONG_BATCH = 50
LISTED_AT_ONCE = 500
BACKFILL = "backfill/"


@dataclass(slots=True)
class TakenIn:
    """What one poll of a source brought: ids of new and changed messages, how many were set aside, and progress.

    `arrived` is a batch's news and `past` what else was new in it, as they are stored; what a whole poll brought would
    be too much to hold.
    """

    source: str
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    set_aside: int = 0
    done: int = 0
    total: int = 0
    arrived: tuple[Message, ...] = ()
    past: tuple[Message, ...] = ()


OnBatch = Callable[[TakenIn], None]
Keep = Callable[[Sequence[Message]], Taken]


class ReadBatch(NamedTuple):
    """A batch's messages, and how many of it could not be read."""

    messages: list[Message]
    set_aside: int


class Intake:
    """Polls sources from their cursors. Each batch is stored before the cursor that covers it.

    What is new awaits being handed on from the moment it is stored; history does not.

    `joining` knows which of a source's messages came by another way already, and whose rows they are.
    """

    def __init__(
        self,
        store: Store,
        reader: MailReader,
        codes: OneTimeCodes,
        visits: Visits,
        clock: Clock,
        first_limit: int = FIRST_LIMIT,
        joining: OneWay | None = None,
    ) -> None:
        self._store = store
        self._reader = reader
        self._codes = codes
        self._visits = visits
        self._clock = clock
        self._first_limit = first_limit
        self._joining = joining or OneWay()

    def poll(self, source: MessageSource, on_batch: OnBatch) -> TakenIn:
        """Take in everything new; `on_batch` is called after each stored batch with what that batch brought.

        Raises what the source raises, after the source's state was noted.
        """
        taken = TakenIn(source.name)

        def take(batch: Batch, read: ReadBatch) -> None:
            part = self._stored(source.name, batch, read, EVER)
            if batch.cursor is not None:
                self._store.sources.set_cursor(source.name, batch.cursor)
            _add(taken, part)
            on_batch(part)

        with self._visits.visit(source.name, partial(self._oldest_looked_at, source.name)):
            self._each(self._batches(source), take)
        return taken

    def take(self, source: str, messages: Sequence[RawMail | Message], on_batch: OnBatch) -> None:
        """Take in messages that were handed over; the time they come from counts as covered."""
        batch = Batch(tuple(messages))
        with self._visits.visit(source):
            part = self._stored(source, batch, self._read(batch), EVER)
        on_batch(part)

    def take_early(self, source: str, found: Batch, on_batch: OnBatch) -> None:
        """Take in news that was found before the round that would have brought it: the round still looks."""
        on_batch(self._stored(source, found, self._read(found), EVER))

    def take_found(self, source: str, found: Batch, on_batch: OnBatch) -> None:
        """Take in what was searched for in the past: it is no news, and says nothing of the time around it."""
        on_batch(self._stored(source, found, self._read(found), NEVER))

    def backfill(self, source: MessageSource, months: int, on_batch: OnBatch) -> TakenIn:
        """Fill in history from before what is covered, `months` back; resumes where an earlier call stopped."""
        mark = BACKFILL + source.name
        plan = self._backfill_plan(mark, source.name, months)
        taken = TakenIn(source.name)
        after, before = datetime.fromisoformat(str(plan["after"])), datetime.fromisoformat(str(plan["before"]))

        def take(batch: Batch, read: ReadBatch) -> None:
            part = self._stored(source.name, batch, read, NEVER)
            _add(taken, part)
            on_batch(part)
            self._store.preferences.put(mark, {**plan, "page": batch.cursor})

        self._each(source.history(after, before, plan["page"]), take)
        self._store.preferences.delete(mark)
        self._store.sources.cover(Covered(source.name, after, before))
        return taken

    def sweep(
        self, source: MessageSource, days: int, on_batch: OnBatch, turn: AbstractContextManager[object]
    ) -> TakenIn:
        """Look through the last `days` days, so that what webhooks and cursors missed is found; the cursor stays.

        What came before Alfred did is history. `turn` is held while a batch is taken, not while it is fetched.
        """
        now = self._clock.now()
        taken, since = TakenIn(source.name), first_news(self._store, source.name)
        held: dict[str, frozenset[str]] = {}

        def known(ids: list[str]) -> set[str]:
            held.update(self._standing(source.name, ids))
            return held.keys() & set(ids)

        def take(batch: Batch, read: ReadBatch) -> None:
            with turn:
                part = self._stored(source.name, self._still_true(source.name, batch, held), read, since)
                _add(taken, part)
                on_batch(part)

        self._each(source.reconcile(now - timedelta(days=days), now, known), take)
        return taken

    def _still_true(self, source: str, batch: Batch, held: Mapping[str, frozenset[str]]) -> Batch:
        """Leave out labels of what a round has changed since they were asked for: it knows better."""
        ids = {*batch.relabelled, *(batch.bearing.ids if batch.bearing is not None else ())}
        same = frozenset(id for id, labels in self._standing(source, ids).items() if held.get(id) == labels)
        bearing = replace(batch.bearing, ids=same) if batch.bearing is not None else None
        relabelled = {id: labels for id, labels in batch.relabelled.items() if id in same}
        return replace(batch, relabelled=relabelled, bearing=bearing)

    def _backfill_plan(self, mark: str, source: str, months: int) -> dict[str, str | None]:
        known = self._store.preferences.get(mark)
        if isinstance(known, dict) and known.get("months") == str(months):
            return {name: value if isinstance(value, str) else None for name, value in known.items()}
        before = news_since(self._store, source, self._clock.now())
        after = before - timedelta(days=30 * months)
        return {"months": str(months), "after": after.isoformat(), "before": before.isoformat(), "page": None}

    def _batches(self, source: MessageSource) -> Iterator[Batch]:
        cursor = self._store.sources.cursor(source.name)
        if cursor is None:
            yield from source.latest(self._first_limit)
            return
        try:
            yield from source.changes(cursor)
        except CursorExpired:
            log.info("cursor expired, listing back to known messages", extra={"source": source.name})
            yield from self._back_to_known(source)

    def _back_to_known(self, source: MessageSource) -> Iterator[Batch]:
        """List back to what is known; what came before Alfred did is no news, wherever it is listed."""
        began = first_news(self._store, source.name)
        for batch in source.back_to_known(partial(self._known, source.name)):
            yield replace(batch, arrived=tuple(each for each in batch.arrived if each.received_at >= began))

    def _known(self, source: str, provider_ids: list[str]) -> set[str]:
        return set(self._standing(source, provider_ids))

    def _standing(self, source: str, provider_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the labels of what is known of these and not gone, by whatever way it came."""
        ids = {each: message_id(account_of(source), each) for each in provider_ids}
        rows = self._joining.rows_of(ids.values())
        labels = self._store.messages.labels(rows.get(id, id) for id in ids.values())
        return {each: labels[row] for each, id in ids.items() if (row := rows.get(id, id)) in labels}

    def _each(self, batches: Iterator[Batch], take: Callable[[Batch, ReadBatch], None]) -> None:
        """Read and take each batch, in order; a long one is taken while the next is fetched and read."""
        with Behind() as behind:
            for batch in batches:
                read = self._read(batch)
                if len(read.messages) >= LONG_BATCH:
                    behind.begin(partial(take, batch, read))
                else:
                    behind.join()
                    take(batch, read)

    def _stored(self, source: str, batch: Batch, read: ReadBatch, since: datetime) -> TakenIn:
        """Store what a batch says; what is new in it is news where it came `since` then, and history where before."""
        account = account_of(source)
        kept = self._joining.new_to_us(source, read.messages)
        news = _kept(self._store.messages.take_news, [each for each in kept if each.received_at >= since])
        past = _kept(self._store.messages.take, [each for each in kept if each.received_at < since])
        for provider_id, reason in batch.refused.items():
            self._set_aside(source, provider_id, reason)
        told = {**self._borne(source, batch.bearing), **batch.relabelled}
        labels = {message_id(account, each): labels for each, labels in told.items()}
        ids = [message_id(account, each) for each in batch.gone]
        if batch.everything is not None:
            ids += self._not_among(source, {message_id(account, each) for each in batch.everything})
        known = {message.id for message in kept}
        elsewhere = {message.id: message.labels for message in read.messages if message.id not in known}
        changed = self._changed(source, labels, elsewhere, ids)
        return TakenIn(
            source,
            [*news.new, *past.new],
            [*news.changed, *past.changed, *changed],
            read.set_aside + len(batch.refused),
            batch.done,
            batch.total,
            news.kept,
            past.kept,
        )

    def _borne(self, source: str, bearing: Bearing | None) -> dict[str, frozenset[str]]:
        """Return the labels of what is known and bears others than before, now that some of them were listed."""
        if bearing is None:
            return {}
        held = self._standing(source, bearing.ids)
        return {each: now for each, before in held.items() if (now := bearing.on(each, before)) != before}

    def _changed(
        self,
        source: str,
        labels: dict[str, frozenset[str]],
        elsewhere: dict[str, frozenset[str]],
        gone: list[str],
    ) -> tuple[str, ...]:
        """Note new labels, and what is gone; what is known by another way, `elsewhere` included, is told of its row."""
        rows = self._joining.rows_of({*labels, *elsewhere, *gone})
        labels = labels | {id: those for id, those in elsewhere.items() if id in rows}
        named = {rows.get(id, id): those for id, those in labels.items()}
        relabelled = self._store.messages.relabel(named) if named else ()
        left = [rows.get(id, id) for id in gone]
        return (*relabelled, *(self._store.messages.remove(left, self._clock.now()) if left else ()))

    def _not_among(self, source: str, standing: set[str]) -> list[str]:
        """Return the ids of what is known of a source and is not among what stands there."""
        query = MessageQuery(source=source)
        pages = every_page(lambda cursor: self._store.messages.list(query, cursor, LISTED_AT_ONCE))
        known = (each.message.id for page in pages for each in page.items)
        return [id for id in known if id not in standing]

    def _read(self, batch: Batch) -> ReadBatch:
        ready = [each for each in batch.arrived if isinstance(each, Message)]
        raws = [each for each in batch.arrived if isinstance(each, RawMail)]
        set_aside = 0
        for read in self._reader.read_many(raws):
            if isinstance(read, Unreadable):
                set_aside += 1
                self._set_aside(read.raw.source, read.raw.provider_id, read.reason)
            else:
                ready.append(read)
        return ReadBatch([self._codes.lift(message) for message in ready], set_aside)

    def _set_aside(self, source: str, provider_id: str, reason: str) -> None:
        log.warning("message set aside", extra={"source": source, "id": provider_id})
        self._store.messages.set_aside(source, provider_id, reason, self._clock.now())

    def _oldest_looked_at(self, source: str, started: datetime) -> datetime:
        """The first poll covers the time since the oldest message it brought."""
        page = self._store.messages.list(MessageQuery(source=source), None, self._first_limit)
        return page.items[-1].message.received_at if page.items else started


def _kept(keep: Keep, messages: Sequence[Message]) -> Taken:
    return keep(messages) if messages else Taken((), ())


def _add(taken: TakenIn, part: TakenIn) -> None:
    taken.new += part.new
    taken.changed += part.changed
    taken.set_aside += part.set_aside
    taken.done, taken.total = part.done, part.total
