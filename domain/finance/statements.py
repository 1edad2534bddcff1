"""What a bank wrote about one account over one period, and whether it adds up."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from domain.finance.money import Money

_PARTING = re.compile(r"[^0-9A-Z*•]")
_AHEAD = 7
"""Days by which a booking may be dated ahead of the day on which it is read."""

DATED = frozenset({"camt", "mt940", "ofx"})
"""Readers of formats in which each date is written in one way alone."""

OWNER = "owner"
"""The reader of what the owner mended with his own hands."""


def plain_number(account: str) -> str:
    """Return an account's number as it is compared: letters, digits and what masks them alone."""
    return _PARTING.sub("", account.upper())


class AccountKind(Enum):
    """A card's balance is what is owed; it is kept negative, so that minus is money out everywhere."""

    BANK = "bank"
    CARD = "card"


class Proof(Enum):
    """Why a statement is believed."""

    BALANCES = "balances"
    """Opening + transactions = closing, both as printed."""

    RUNNING = "running"
    """Every line's running balance follows from the one before; opening or closing was not printed."""

    FORMAT = "format"
    """A format for machines that states no balances: nothing was guessed, and nothing can be proved."""

    NONE = "none"


@dataclass(frozen=True, slots=True)
class StatementTransaction:
    """One line of a statement. `amount` is signed, minus is money out; `lines` are its printed lines, untouched."""

    date: dt.date
    description: str
    amount: Decimal
    value_date: dt.date | None = None
    balance: Decimal | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One account over one period, in one currency, the oldest transaction first.

    `account` is the number as printed, which may be masked. `reader` names what read it, a profile or a format.
    `is_derived` marks opening and closing that were worked out from running balances, as the bank printed only those.
    `is_machine_made` marks formats in which nothing had to be guessed.
    """

    bank: str
    account: str
    currency: str
    start: dt.date | None
    end: dt.date | None
    opening: Decimal | None
    closing: Decimal | None
    transactions: tuple[StatementTransaction, ...]
    reader: str
    kind: AccountKind = AccountKind.BANK
    is_derived: bool = False
    is_machine_made: bool = False

    def adds_up(self) -> bool:
        """Tell whether opening + transactions = closing, and every running balance agrees."""
        return self.flaw() == ""

    def flaw(self) -> str:
        """Say in one sentence what does not add up; nothing where all does."""
        if self.opening is None or self.closing is None:
            missing = "opening" if self.opening is None else "closing"
            return f"no {missing} balance was found"
        gap = self.closing - self.opening - self.moved()
        if gap:
            return f"opening {self.opening} and transactions {self.moved():+} miss the closing {self.closing} by {gap}"
        return self._broken_run()

    @property
    def proof(self) -> Proof:
        if self.adds_up():
            return Proof.RUNNING if self.is_derived else Proof.BALANCES
        if self.is_machine_made and None in (self.opening, self.closing) and not self._broken_run():
            return Proof.FORMAT
        return Proof.NONE

    def is_ahead_of(self, day: dt.date) -> bool:
        """Tell whether it dates anything so long after the day that a year was misread, if dates had to be."""
        return self.reader not in DATED and any((each.date - day).days > _AHEAD for each in self.transactions)

    def moved(self) -> Decimal:
        """Return the exact sum of all transactions."""
        return sum((each.amount for each in self.transactions), Decimal(0))

    def money(self, transaction: StatementTransaction) -> Money:
        return Money(transaction.amount, self.currency)

    def _broken_run(self) -> str:
        at = self.opening
        for transaction in self.transactions:
            if at is not None:
                at += transaction.amount
            if transaction.balance is None:
                continue
            if at is not None and at != transaction.balance:
                line = f"{transaction.date} {transaction.description[:40]!r}"
                return f"after {line} the balance {transaction.balance} does not follow"
            at = transaction.balance
        return ""


def are_rivals(statements: Sequence[Statement]) -> bool:
    """Tell whether these are readings of the same lines of one account, of which one at most is true."""
    lines = [tuple(line for each in one.transactions for line in each.lines) for one in statements]
    meant = {(one.account, one.currency, printed) for one, printed in zip(statements, lines, strict=True)}
    return len(statements) > 1 and len(meant) == 1 and any(lines)
