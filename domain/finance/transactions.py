"""Transactions as they stand in the books: what a statement said, and what was made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from domain.finance.categories import NO_SPENDING, Spending
from domain.finance.merchants import merchant_in
from domain.finance.money import Money, totals
from domain.finance.statements import AccountKind, Proof, Statement


class Judge(StrEnum):
    """Who said what a transaction is, the one whose word counts most first."""

    OWNER = "owner"
    KEYWORDS = "keywords"
    LOCAL = "local"
    MODEL = "model"
    NOBODY = "nobody"


class StatementState(StrEnum):
    """What became of a bank's document. Only what is `counted` stands in the books."""

    COUNTED = "counted"
    NEEDS_PASSWORD = "needs_password"
    SET_ASIDE = "set_aside"
    SCANNED = "scanned"
    DAMAGED = "damaged"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One booked line. `amount` is exact, minus is money out; `merchant` is the cleaned name, None where none is seen.

    `own_transfer` names the other half where money went between the owner's own accounts.
    """

    id: str
    statement_id: str
    bank: str
    account: str
    date: dt.date
    description: str
    amount: Decimal
    currency: str
    merchant: str | None = None
    category: Spending = Spending.OTHER
    judge: Judge = Judge.NOBODY
    balance: Decimal | None = None
    own_transfer: str | None = None
    refund: bool = False

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_spending(self) -> bool:
        """Whether it counts as money spent: what came back of a purchase counts against it."""
        return self.category not in NO_SPENDING and (self.amount < 0 or self.refund)


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement of one document, or a document that could not be counted, and why.

    `lines` are those of a document that was set aside, for the owner to mend. `file` is the SHA-256 of the document.
    """

    id: str
    file: str
    filename: str
    state: StatementState
    at: dt.datetime
    bank: str = ""
    account: str = ""
    currency: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    kind: AccountKind = AccountKind.BANK
    proof: Proof = Proof.NONE
    reader: str = ""
    reason: str = ""
    message_id: str | None = None
    transactions: int = 0
    lines: tuple[str, ...] = field(default=(), repr=False)


def booked(statement: Statement, statement_id: str) -> tuple[Transaction, ...]:
    """Return the lines of a statement as they go into the books, unclassified; equal lines stay apart."""
    return tuple(
        Transaction(
            id=f"{statement_id}-{number}",
            statement_id=statement_id,
            bank=statement.bank,
            account=statement.account,
            date=line.date,
            description=line.description,
            amount=line.amount,
            currency=statement.currency,
            merchant=merchant_in(line.description),
            balance=line.balance,
        )
        for number, line in enumerate(statement.transactions, 1)
    )


def spent(transactions: Iterable[Transaction]) -> dict[str, Money]:
    """Return what was spent in all, one positive sum per currency; refunds count against it."""
    return {code: -money for code, money in totals(each.money for each in transactions if each.is_spending).items()}


def with_transfers(
    transactions: Sequence[Transaction], within: dt.timedelta = dt.timedelta(days=4)
) -> tuple[Transaction, ...]:
    """Return `transactions` with the two halves of each move between own accounts marked and tied together.

    The halves are equal and opposite, in one currency, in two accounts, and a few days apart at most; each half is
    used once, the nearest in time first. What a shop was paid is never half of a transfer.
    """
    tied: dict[str, Transaction] = {}
    arrivals = [each for each in transactions if each.amount > 0 and _may_be_transfer(each)]
    for out in (each for each in transactions if each.amount < 0 and _may_be_transfer(each)):
        fits = [into for into in arrivals if into.id not in tied and _are_halves(out, into, within)]
        if fits:
            into = min(fits, key=lambda each: abs(each.date - out.date))
            tied[out.id] = replace(out, category=Spending.TRANSFER, own_transfer=into.id)
            tied[into.id] = replace(into, category=Spending.TRANSFER, own_transfer=out.id)
    return tuple(tied.get(each.id, each) for each in transactions)


def _may_be_transfer(transaction: Transaction) -> bool:
    return transaction.judge is not Judge.OWNER and transaction.category in (Spending.TRANSFER, Spending.OTHER)


def _are_halves(out: Transaction, into: Transaction, within: dt.timedelta) -> bool:
    same = (out.currency, -out.amount) == (into.currency, into.amount)
    apart = (out.bank, out.account) != (into.bank, into.account)
    return same and apart and abs(out.date - into.date) <= within


def with_refunds(transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
    """Return `transactions` with money that came back from a merchant paid before marked, in the same category."""
    paid: dict[tuple[str, str], Transaction] = {}
    marked: list[Transaction] = []
    for each in sorted(transactions, key=lambda each: (each.date, each.id)):
        key = (each.merchant or "", each.currency)
        if each.amount < 0 and each.merchant:
            paid[key] = each
        before = paid.get(key)
        if each.amount > 0 and before is not None and each.amount <= -before.amount and each.own_transfer is None:
            each = replace(each, refund=True, category=before.category)
        marked.append(each)
    return tuple(marked)
