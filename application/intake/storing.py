"""From batches to the store: reads raw mail, keeps what is new, and notes what became of the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from application.finding import listed
from application.intake.joining import OneWay
from application.intake.one_time_codes import OneTimeCodes
from application.intake.taken_in import TakenIn
from application.ports.clock import Clock
from application.ports.mail import Batch, Bearing
from application.ports.mime import MailReader, RawMail, Unreadable
from application.ports.store import MessageQuery, Store, Taken
from domain.messages import Message, message_id
from domain.sources import account_of

log = logging.getLogger(__name__)

Keep = Callable[[Sequence[Message]], Taken]


class ReadBatch(NamedTuple):
    """A batch's messages, and how many of it could not be read."""

    messages: list[Message]
    set_aside: int


class Storing:
    """Stores each batch as a whole; what cannot be read is set aside, and the rest goes on.

    `joining` knows which of a source's messages came by another way already, and whose rows they are.
    """

    def __init__(self, store: Store, reader: MailReader, codes: OneTimeCodes, clock: Clock, joining: OneWay) -> None:
        self._store = store
        self._reader = reader
        self._codes = codes
        self._clock = clock
        self._joining = joining

    def read(self, batch: Batch) -> ReadBatch:
        """Read the raw mail of a batch, and take one-time codes out of all of it."""
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

    def store(self, source: str, batch: Batch, read: ReadBatch, since: datetime) -> TakenIn:
        """Store what a batch says; what is new in it is news where it came `since` then, and history where before."""
        kept = self._joining.new_to_us(source, read.messages)
        news = _kept(self._store.messages.take_news, [each for each in kept if each.received_at >= since])
        past = _kept(self._store.messages.take, [each for each in kept if each.received_at < since])
        for provider_id, reason in batch.refused.items():
            self._set_aside(source, provider_id, reason)
        known = {message.id for message in kept}
        elsewhere = {message.id: message.labels for message in read.messages if message.id not in known}
        changed = self._changed(self._relabelled(source, batch), elsewhere, self._gone(source, batch))
        return TakenIn(
            source,
            new=[*news.new, *past.new],
            changed=[*news.changed, *past.changed, *changed],
            set_aside=read.set_aside + len(batch.refused),
            done=batch.done,
            total=batch.total,
            arrived=news.kept,
            past=past.kept,
        )

    def standing(self, source: str, provider_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the labels of what is known of these and not gone, by whatever way it came."""
        ids = {each: message_id(account_of(source), each) for each in provider_ids}
        rows = self._joining.rows_of(ids.values())
        labels = self._store.messages.labels(rows.get(id, id) for id in ids.values())
        return {each: labels[row] for each, id in ids.items() if (row := rows.get(id, id)) in labels}

    def _relabelled(self, source: str, batch: Batch) -> dict[str, frozenset[str]]:
        """Return the labels that a batch tells of, by our ids."""
        told = {**self._borne(source, batch.bearing), **batch.relabelled}
        return {message_id(account_of(source), each): labels for each, labels in told.items()}

    def _gone(self, source: str, batch: Batch) -> list[str]:
        """Return our ids of what a batch says is gone, or a full listing leaves out."""
        account = account_of(source)
        gone = [message_id(account, each) for each in batch.gone]
        if batch.everything is not None:
            gone += self._not_among(source, {message_id(account, each) for each in batch.everything})
        return gone

    def _borne(self, source: str, bearing: Bearing | None) -> dict[str, frozenset[str]]:
        """Return the labels of what is known and bears others than before, now that some of them were listed."""
        if bearing is None:
            return {}
        held = self.standing(source, bearing.ids)
        return {each: now for each, before in held.items() if (now := bearing.on(each, before)) != before}

    def _changed(
        self, labels: dict[str, frozenset[str]], elsewhere: dict[str, frozenset[str]], gone: list[str]
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
        known = (each.message.id for each in listed(self._store.messages, MessageQuery(source=source)))
        return [id for id in known if id not in standing]

    def _set_aside(self, source: str, provider_id: str, reason: str) -> None:
        log.warning("message set aside", extra={"source": source, "id": provider_id})
        self._store.messages.set_aside(source, provider_id, reason, self._clock.now())


def _kept(keep: Keep, messages: Sequence[Message]) -> Taken:
    return keep(messages) if messages else Taken((), ())
