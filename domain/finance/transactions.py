"""Transactions as they stand in the books: what a statement said, and what was made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.finance.categories import NO_SPENDING, Spending
from domain.finance.merchants import merchant_in
from domain.finance.money import Money
from domain.finance.statements import AccountKind, Proof, Statement

MOST_LINES_KEPT = 2_000
"""Lines of a document that are kept for the owner to mend, and that a mended one may have."""


class Judge(StrEnum):
    """Who said what a transaction is, the one whose word counts most first."""

    OWNER = "owner"
    OWN_KEYWORDS = "own_keywords"
    KEYWORDS = "keywords"
    LOCAL = "local"
    MODEL = "model"
    NOBODY = "nobody"


class StatementState(StrEnum):
    """What became of a bank's document. Only what is `counted` stands in the books.

    `not_read` and `no_statement` are of a whole mail: it brought what could not be read, or nothing but other papers.
    """

    COUNTED = "counted"
    NEEDS_PASSWORD = "needs_password"
    SET_ASIDE = "set_aside"
    SCANNED = "scanned"
    DAMAGED = "damaged"
    DUPLICATE = "duplicate"
    NOT_READ = "not_read"
    NO_STATEMENT = "no_statement"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One booked line. `amount` is exact, minus is money out; `merchant` is the cleaned name, None where none is seen.

    `own_transfer` names the other half where money went between the owner's own accounts, or the account in the books
    that it went to or came from where that half is still to come.
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
    def is_own_move(self) -> bool:
        """Whether it surely only changed accounts: its other half says so, an account in the books, or the owner."""
        is_sure = self.own_transfer is not None or self.judge in (Judge.OWNER, Judge.OWN_KEYWORDS)
        return self.category is Spending.TRANSFER and is_sure

    @property
    def is_unmatched(self) -> bool:
        """Whether words call it a transfer that nothing bears out; until something does it counts as spent."""
        return self.category is Spending.TRANSFER and not self.is_own_move

    @property
    def is_spending(self) -> bool:
        """Whether it counts as money spent: what came back of a purchase counts against it."""
        counts = self.category not in NO_SPENDING or self.is_unmatched
        return counts and (self.amount < 0 or self.refund)


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement of one document, or a document that could not be counted, and why.

    `lines` are those of a document that was set aside, for the owner to mend, and `draft` is the best reading of them,
    which is never counted. `file` is the SHA-256 of the document, nothing for a mail, `of` how many statements it holds
    in all. `joined` names the statements that hold those of its lines that were booked before.
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
    of: int = 1
    draft: Statement | None = field(default=None, repr=False)
    joined: tuple[str, ...] = ()


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
    sums: dict[str, Decimal] = {}
    for each in transactions:
        if each.is_spending:
            sums[each.currency] = sums.get(each.currency, Decimal(0)) - each.amount
    return {currency: Money(amount, currency) for currency, amount in sums.items()}
