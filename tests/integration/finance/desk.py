"""A household whose banks send a year of statements, over a mailbox in memory, and the right answers to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from adapters.ledgers.reader import LedgerReader
from adapters.local import LocalBrain
from adapters.pdf.examination import examine
from application.announcing import Announcing
from application.finance.desk import Finance
from application.models.models import Models
from application.ports.documents import NO_HINT, Hint, NotAStatement, Reading, StatementReader
from application.ports.store import Store
from daemon.statement_readers import EveryReader
from domain.messages import Label
from domain.privacy import Privacy
from sandbox import household
from sandbox.households.model import Household
from sandbox.statements.year import ACCOUNT, CARD, BankStatement
from tests.integration.api.house import NOON, ZONE, House, build

SENDERS = (ACCOUNT.address, CARD.address.partition("@")[2])


RECEIVED = b"Received: by mx.google.com with SMTP\r\n"
"""Who received the mail last, and so whose word on its sender counts."""


class PdfHere(StatementReader):
    """Reads PDFs in this process, to save the second one."""

    def read(self, content: bytes, passwords: Sequence[str] = (), hint: Hint = NO_HINT) -> Reading:
        return examine(content, passwords, hint) if content.startswith(b"%PDF-") else NotAStatement("no PDF")

    def close(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """The household, its books, and what its banks wrote."""

    house: House
    finance: Finance
    written: tuple[BankStatement, ...]

    @property
    def store(self) -> Store:
        return self.house.store

    def restarted(self) -> Bookkeeping:
        """The same household with nothing left in memory."""
        return Bookkeeping(self.house, money_of(self.house), self.written)

    def deliver(self, written: Iterable[BankStatement], at: datetime | None = None) -> None:
        """Let the statements' mails come in, as on their day, and be sorted."""
        for each in written:
            self.put(each, at)
        self.house.services.rounds.poll(self.house.mailbox)
        self.house.services.rounds.tidy()

    def put(self, written: BankStatement, at: datetime | None = None) -> None:
        """Put a mail into the mailbox, where nobody has looked yet."""
        mail = written.mail
        self.house.mailbox.deliver(RECEIVED + mail.raw, (Label.INBOX,), at or mail.received, mail.id)


def the_household() -> Household:
    return household.load("monday", seed=0, now=NOON)


def keep_books(store: Store, home: Path) -> Bookkeeping:
    house = build(store, home, LocalBrain(ZONE))
    return Bookkeeping(house, money_of(house), the_household().statements)


def money_of(
    house: House, models: Models | None = None, privacy: Callable[[str], Privacy] = lambda _: Privacy.ANY
) -> Finance:
    services = house.services
    return Finance(
        services.store,
        services.connections,
        services.rounds.take_in_found,
        EveryReader(lambda: [PdfHere(), LedgerReader()]),
        models or services.models,
        privacy,
        Announcing(services.store, house.clock),
        house.vault,
        SENDERS,
        house.clock,
        ZONE,
    )


def food_of(written: Iterable[BankStatement]) -> dict[str, Decimal]:
    """What was spent on food by month, by the household's own key."""
    return spent_on(written, frozenset({"dining", "groceries"}))


def spent_on(written: Iterable[BankStatement], categories: frozenset[str]) -> dict[str, Decimal]:
    months: dict[str, Decimal] = defaultdict(Decimal)
    for each in written:
        for line in each.lines:
            if line.category in categories:
                months[f"{line.date:%Y-%m}"] -= line.amount
    return dict(months)
