"""Takes in what a source has, from where it was left: what is new, what is old, and what was missed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from application.intake.behind import Behind
from application.intake.first_reading import EVER, NEVER, first_news, news_since
from application.intake.joining import OneWay
from application.intake.one_time_codes import OneTimeCodes
from application.intake.storing import ReadBatch, Storing
from application.intake.taken_in import TakenIn
from application.intake.visits import Visits
from application.ports.clock import Clock
from application.ports.mail import Batch, MessageSource
from application.ports.mime import MailReader, RawMail
from application.ports.store import MessageQuery, Store
from domain.errors import CursorExpired
from domain.messages import Message
from domain.sources import Covered

log = logging.getLogger(__name__)

FIRST_LIMIT = 50
LONG_BATCH = 50
BACKFILL = "backfill/"

OnBatch = Callable[[TakenIn], None]


class Intake:
    """Polls sources from their cursors. Each batch is stored before the cursor that covers it.

    What is new awaits being handed on from the moment it is stored; history does not.
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
        self._visits = visits
        self._clock = clock
        self._first_limit = first_limit
        self._storing = Storing(store, reader, codes, clock, joining or OneWay())

    def poll(self, source: MessageSource, on_batch: OnBatch) -> TakenIn:
        """Take in everything new; `on_batch` is called after each stored batch with what that batch brought.

        Raises what the source raises, after the source's state was noted.
        """
        taken = TakenIn(source.name)

        def take(batch: Batch, read: ReadBatch) -> None:
            part = self._storing.store(source.name, batch, read, EVER)
            if batch.cursor is not None:
                self._store.sources.set_cursor(source.name, batch.cursor)
            taken.add(part)
            on_batch(part)

        with self._visits.visit(source.name, partial(self._oldest_looked_at, source.name)):
            self._each(self._batches(source), take)
        return taken

    def take(self, source: str, messages: Sequence[RawMail | Message], on_batch: OnBatch) -> None:
        """Take in messages that were handed over; the time they come from counts as covered."""
        batch = Batch(tuple(messages))
        with self._visits.visit(source):
            part = self._storing.store(source, batch, self._storing.read(batch), EVER)
        on_batch(part)

    def take_early(self, source: str, found: Batch, on_batch: OnBatch) -> None:
        """Take in news that was found before the round that would have brought it: the round still looks."""
        on_batch(self._storing.store(source, found, self._storing.read(found), EVER))

    def take_found(self, source: str, found: Batch, on_batch: OnBatch) -> None:
        """Take in what was searched for in the past: it is no news, and says nothing of the time around it."""
        on_batch(self._storing.store(source, found, self._storing.read(found), NEVER))

    def backfill(self, source: MessageSource, months: int, on_batch: OnBatch) -> TakenIn:
        """Fill in history from before what is covered, `months` back; resumes where an earlier call stopped."""
        mark = BACKFILL + source.name
        plan = self._backfill_plan(mark, source.name, months)
        taken = TakenIn(source.name)
        after, before = datetime.fromisoformat(str(plan["after"])), datetime.fromisoformat(str(plan["before"]))

        def take(batch: Batch, read: ReadBatch) -> None:
            part = self._storing.store(source.name, batch, read, NEVER)
            taken.add(part)
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
            held.update(self._storing.standing(source.name, ids))
            return held.keys() & set(ids)

        def take(batch: Batch, read: ReadBatch) -> None:
            with turn:
                part = self._storing.store(source.name, self._still_true(source.name, batch, held), read, since)
                taken.add(part)
                on_batch(part)

        self._each(source.reconcile(now - timedelta(days=days), now, known), take)
        return taken

    def _still_true(self, source: str, batch: Batch, held: Mapping[str, frozenset[str]]) -> Batch:
        """Leave out labels of what a round has changed since they were asked for: it knows better."""
        ids = {*batch.relabelled, *(batch.bearing.ids if batch.bearing is not None else ())}
        same = frozenset(id for id, labels in self._storing.standing(source, ids).items() if held.get(id) == labels)
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
        return set(self._storing.standing(source, provider_ids))

    def _each(self, batches: Iterator[Batch], take: Callable[[Batch, ReadBatch], None]) -> None:
        """Read and take each batch, in order; a long one is taken while the next is fetched and read."""
        with Behind() as behind:
            for batch in batches:
                read = self._storing.read(batch)
                if len(read.messages) >= LONG_BATCH:
                    behind.begin(partial(take, batch, read))
                else:
                    behind.join()
                    take(batch, read)

    def _oldest_looked_at(self, source: str, started: datetime) -> datetime:
        """The first poll covers the time since the oldest message it brought."""
        page = self._store.messages.list(MessageQuery(source=source), None, self._first_limit)
        return page.items[-1].message.received_at if page.items else started
