"""Everything about the owner's money, put together once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, tzinfo
from functools import partial

from application.announcing import Announcing
from application.finance.budgets import Budgets
from application.finance.collecting import Collecting
from application.finance.entering import Document, Entering
from application.finance.expecting import Expecting
from application.finance.figures import Figures
from application.finance.filling import Filled, Filling, TakeIn
from application.finance.mending import Mending
from application.finance.senders import BankSenders
from application.finance.sorting import Sorting
from application.finance.table_reading import TableReading
from application.finance.watching import Watching
from application.models.models import Models
from application.ports.clock import Clock
from application.ports.documents import StatementReader
from application.ports.model import LanguageModel, Role
from application.ports.providers import Connections
from application.ports.secrets import Vault
from application.ports.store import MessageQuery, Store
from domain.briefing import MoneyAlert
from domain.errors import NotFound
from domain.finance.mended import MendedStatement
from domain.finance.money import Money
from domain.finance.transactions import StatementRecord, StatementState
from domain.privacy import BY_HAND, Privacy

FIRST_FILLED = "books/begun"
FILLS_FOR = 3.0


class Finance:
    """The books as the rest of Alfred uses them."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        take_in: TakeIn,
        reader: StatementReader,
        models: Models,
        privacy: Callable[[str], Privacy],
        announcing: Announcing,
        vault: Vault,
        senders: Sequence[str],
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._store = store
        self._connections = connections
        self._models = models
        self._privacy = privacy
        self._clock = clock
        self._zone = zone
        self._collecting_now = threading.Lock()
        self._filling_now = threading.Lock()
        self.senders = BankSenders(store, vault, senders)
        self.sorting = Sorting(store, models, partial(self._allowed_models, Role.CLASSIFY), clock)
        tables = TableReading(models, partial(self._allowed_models, Role.EXTRACT))
        self.entering = Entering(store, reader, tables, self.senders, self.sorting, clock)
        self.mending = Mending(store, self.entering)
        self.collecting = Collecting(store, connections, self.entering, self.senders, clock)
        self.filling = Filling(
            store, connections, take_in, self.collecting, self._enter_past, self.senders, clock, zone
        )
        self.figures = Figures(store)
        self.budgets = Budgets(store, self.figures, announcing, clock, zone)
        self.expecting = Expecting(store, clock, zone)
        self.watching = Watching(store, self.figures, self.expecting, announcing, clock, zone)
        self._watched: tuple[int, date, int, dict[str, Money]] | None = None

    def collect(self) -> int:
        """Enter what waits, and tell of what is new in the books; what stood there at the first time is no news.

        While somebody else is at the books it is left to the next time.
        """
        with _unless_held(self._collecting_now) as is_free:
            if not is_free:
                return 0
            had_books = self._store.preferences.get(FIRST_FILLED) is not None
            entered = self.collecting.collect()
            if entered:
                self._tell(news=had_books)
            return entered

    def fill_in(self, seconds: float = FILLS_FOR) -> Filled:
        """Go on filling in the past for a while, unless that is being done."""
        until = time.monotonic() + seconds
        with _unless_held(self._filling_now) as is_free:
            while is_free and self.filling.is_due() and time.monotonic() < until:
                self.filling.step()
        return self.filling.progress()

    def enter(self, document: Document, passwords: Sequence[str] = ()) -> tuple[StatementRecord, ...]:
        """Enter what the owner gives by hand; raise `Invalid` for what is no statement."""
        with self._collecting_now:
            entered = self.entering.enter(document, passwords)
            if any(each.state is StatementState.COUNTED for each in entered):
                self._tell(news=False)
            else:
                self.watching.pass_over()
            return entered

    def mend(self, id: str, typed: MendedStatement) -> StatementRecord:
        """Book what the owner mended; raise `Invalid` with the place of what is wrong with it."""
        with self._collecting_now:
            mended = self.mending.mend(id, typed)
            self._tell(news=False)
            return mended

    def strike(self, statement_id: str) -> None:
        """Take a statement out of the books, so that it can be read again. Raise `NotFound`."""
        with self._collecting_now:
            self.collecting.strike(statement_id)

    def watch(self) -> None:
        """Tell of what came of a day gone by, a mail, a new limit or a correction, for which no statement had to come.

        Until the books are first filled there is nothing to watch; while somebody is at them it is left to the next
        time.
        """
        with _unless_held(self._collecting_now) as is_free:
            if not is_free or self._store.preferences.get(FIRST_FILLED) is None:
                return
            self.expecting.look()
            expected = len(self.expecting.all())
            seen = (self._store.books.revision, self.today(), expected, self.budgets.limits())
            if seen != self._watched:
                self._tell(news=True)
                self._watched = seen

    def alerts(self) -> tuple[MoneyAlert, ...]:
        """What the briefing says of money: budgets that run out, and what was found in the books."""
        budgets = [MoneyAlert("budget", each.words) for each in self.budgets.all() if each.level != "ok"]
        return (*budgets, *(MoneyAlert(each.kind.value, each.text) for each in self.watching.findings()))

    def today(self) -> date:
        """The day that the owner has."""
        return self._clock.now().astimezone(self._zone).date()

    def unlock(self, password: str) -> tuple[StatementRecord, ...]:
        """Try a password on everything that waits for one; return what became of each."""
        with self._collecting_now:
            read = self.collecting.read_again(password)
            if any(each.state is StatementState.COUNTED for each in read):
                self._tell(news=False)
            return read

    def _enter_past(self, query: MessageQuery) -> int:
        """Enter what was found in the past: it is no news, but what is locked is asked for."""
        with self._collecting_now:
            entered = self.collecting.collect_past(query)
            if entered:
                self._tell(news=False)
            return entered

    def _tell(self, *, news: bool) -> None:
        self._store.preferences.put(FIRST_FILLED, True)
        self.expecting.look()
        self.watching.tell(news=news)
        self.budgets.tell()

    def _allowed_models(self, role: Role, message_id: str | None) -> list[LanguageModel]:
        """Return the models that may see what a message brought; what was given by hand stays on this machine."""
        privacy = self._privacy(self._account_of(message_id))
        return [model for model in self._models.of(role) if privacy.allows(local=model.local)]

    def _account_of(self, message_id: str | None) -> str:
        try:
            return BY_HAND if message_id is None else self._store.messages.get(message_id).message.account
        except NotFound:
            return BY_HAND


@contextmanager
def _unless_held(lock: threading.Lock) -> Iterator[bool]:
    """Hold `lock` where nobody does, and say so: a job that waited for one would keep the other jobs from theirs."""
    is_free = lock.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            lock.release()
