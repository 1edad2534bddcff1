"""Fills in the past: what each bank sent is searched for and entered month by month, backwards through a year."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from application.finance.collecting import Collecting
from application.finance.senders import BankSenders
from application.kept import forget_all
from application.ports.clock import Clock
from application.ports.mail import Batch, MessageSource
from application.ports.providers import Connections
from application.ports.store import MessageQuery, Store
from domain.codec import decode, encode
from domain.errors import AlfredError
from domain.finance.months import months_back, next_month
from domain.messages import MessageKind
from domain.pauses import still_rests

log = logging.getLogger(__name__)

FILLED = "books/filled-by-month/"
FORMERLY_FILLED = "books/filled/"
MONTHS = 12
AGAIN = timedelta(minutes=15)
TakeIn = Callable[[str, Batch], None]
"""Takes in what was found of a source."""
Enter = Callable[[MessageQuery], int]
"""Enters what the messages that fit carry; returns how many documents were entered."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """How far the mails of one bank in one source are: `next` is the month to enter, nothing once all are.

    `months` are still to do, `found` documents were entered.
    """

    source: str
    sender: str
    next: date | None
    months: int
    found: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """How far the past is filled in, in months of all banks; `error` is why it waits, where it does."""

    done: int
    total: int
    found: int
    running: bool
    month: str = ""
    error: str = ""


class Filling:
    """Goes on one month at a time; where it is, is kept, so that a restart goes on there."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        take_in: TakeIn,
        collecting: Collecting,
        enter: Enter,
        senders: BankSenders,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._store = store
        self._connections = connections
        self._take_in = take_in
        self._collecting = collecting
        self._enter = enter
        self._senders = senders
        self._clock = clock
        self._zone = zone
        self._waits_until: datetime | None = None
        self._error = ""

    def is_due(self) -> bool:
        """Whether something is to be done now: all senders known, sources reached once, no trouble just now."""
        waits = still_rests(self._waits_until, self._clock.now(), AGAIN)
        return not waits and any(each.next is not None for each in self._stretches())

    def hurry(self) -> None:
        """Go on now, also where the last trouble was a moment ago."""
        self._waits_until, self._error = None, ""

    def progress(self) -> Filled:
        stretches = list(self._stretches())
        total, left = len(stretches) * (MONTHS + 1), sum(each.months for each in stretches)
        ahead = [each.next for each in stretches if each.next is not None]
        found = sum(each.found for each in stretches)
        month = f"{max(ahead):%Y-%m}" if ahead else ""
        return Filled(total - left, total, found, bool(ahead), month, self._error)

    def step(self) -> Filled:
        """Do the next month of the next bank; what the source refuses is tried again in a while."""
        waiting = next((each for each in self._stretches() if each.next is not None), None)
        if waiting is not None:
            self._forget_former_marks()
            try:
                self._go_on(waiting)
                self._error = ""
            except AlfredError as error:
                log.info("the past of the books later", extra={"source": waiting.source, "code": error.code})
                self._error, self._waits_until = str(error), self._clock.now() + AGAIN
        return self.progress()

    def _forget_former_marks(self) -> None:
        """Those of the search for single months that each bank's mails with files took the place of."""
        forget_all(self._store.preferences, FORMERLY_FILLED)

    def _go_on(self, at: Stretch) -> None:
        assert at.next is not None
        first, after = self._midnight(at.next), self._midnight(next_month(at.next))
        for batch in self._connections.source(at.source).attached(at.sender, first, after):
            self._take_in(at.source, batch)
            self._collecting.note_refused(at.source, at.sender, batch.refused)
        query = MessageQuery(text=f'"{at.sender}"', source=at.source, since=first, until=after)
        found = at.found + self._enter(query)
        earlier = (at.next - timedelta(days=1)).replace(day=1) if at.months > 1 else None
        self._store.preferences.put(_mark(at), encode(replace(at, next=earlier, months=at.months - 1, found=found)))

    def _stretches(self) -> Iterator[Stretch]:
        this_month = next(months_back(self._clock.now().astimezone(self._zone).date(), 1))
        for source in self._sources():
            for sender in self._senders.all():
                begun = Stretch(source.name, sender, this_month, MONTHS + 1)
                kept = self._store.preferences.get(_mark(begun))
                yield begun if kept is None else decode(Stretch, kept, "filled")

    def _sources(self) -> Iterator[MessageSource]:
        """Yield mailboxes that were read once: before, signing in may still be under way."""
        for connection in self._connections.all():
            for source in connection.messages:
                was_read = self._store.sources.state(source.name).last_success is not None
                if source.holds is MessageKind.MAIL and was_read:
                    yield source

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def _mark(at: Stretch) -> str:
    return f"{FILLED}{at.source}/{at.sender}"
