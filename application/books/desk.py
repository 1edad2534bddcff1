"""Everything about the owner's money, put together once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, tzinfo

from application.books.asking import Asking
from application.books.budgets import Budgets
from application.books.collecting import Collecting
from application.books.entering import Document, Entering
from application.books.filling import Filled, Filling, TakeIn
from application.books.mending import MendedStatement, Mending
from application.books.senders import BankSenders
from application.books.sorting import Sorting
from application.books.watching import Watching
from application.models.models import Models
from application.ports.clock import Clock
from application.ports.documents import StatementReader
from application.ports.model import LanguageModel, Role
from application.ports.providers import Connections
from application.ports.secrets import Vault
from application.ports.store import Store
from application.telling.announcing import Announcing
from domain.briefing import MoneyAlert
from domain.finance.transactions import StatementRecord, StatementState
from domain.privacy import Privacy

FIRST_FILLED = "books/begun"
FILLS_FOR = 3.0


class MoneyDesk:
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
        self.senders = BankSenders(store, vault, senders)
        self.sorting = Sorting(store, models, self._allowed_models, clock)
        self.entering = Entering(store, reader, self.senders, self.sorting, clock)
        self.mending = Mending(store, self.entering)
        self.collecting = Collecting(store, connections, self.entering, self.senders, clock)
        self.filling = Filling(store, connections, take_in, self.collecting, self.senders, clock, zone)
        self.asking = Asking(store)
        self.budgets = Budgets(store, self.asking, announcing, clock, zone)
        self.watching = Watching(store, self.asking, announcing, clock, zone)

    def collect(self) -> int:
        """Enter what waits, and tell of what is new in the books; what stood there at the first time is no news."""
        with self._collecting_now:
            had_books = self._store.preferences.get(FIRST_FILLED) is not None
            entered = self.collecting.collect()
            if entered:
                self._tell(news=had_books)
            return entered

    def fill_in(self, seconds: float = FILLS_FOR) -> Filled:
        """Go on filling in the past for a while; what is found there is no news, but what is locked is asked for."""
        until = time.monotonic() + seconds
        with self._collecting_now:
            before = progress = self.filling.progress()
            while self.filling.is_due() and time.monotonic() < until:
                progress = self.filling.step()
            if progress.found != before.found:
                self._tell(news=False)
            return progress

    def enter(self, document: Document, passwords: Sequence[str] = ()) -> tuple[StatementRecord, ...]:
        """Enter what the owner gives by hand; nothing is returned for what is no statement."""
        with self._collecting_now:
            entered = self.entering.enter(document, passwords)
            if any(each.state is StatementState.COUNTED for each in entered):
                self._tell(news=False)
            return entered

    def mend(self, id: str, typed: MendedStatement) -> StatementRecord:
        """Book what the owner mended; raise `Invalid` with the place of what is wrong with it."""
        with self._collecting_now:
            mended = self.mending.mend(id, typed)
            self._tell(news=False)
            return mended

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

    def _tell(self, *, news: bool) -> None:
        self._store.preferences.put(FIRST_FILLED, True)
        self.watching.tell(news=news)
        self.budgets.tell()

    def _allowed_models(self) -> list[LanguageModel]:
        """Return the models that every account which brings mail lets read what it holds; with none, those here."""
        privacies = [self._privacy(each.account.name) for each in self._connections.all() if each.messages]
        models = self._models.of(Role.CLASSIFY)
        return [
            model for model in models if all(each.allows(local=model.local) for each in privacies or [Privacy.LOCAL])
        ]
