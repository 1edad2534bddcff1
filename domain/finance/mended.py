"""A statement that was mended by hand: read as it was typed, and everything that is wrong with it named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.errors import Invalid
from domain.finance.amounts import Notation, amounts_in, read_amount
from domain.finance.dates import Period, dates_in
from domain.finance.money import currencies, minor_digits
from domain.finance.statements import OWNER, AccountKind, Statement, StatementTransaction
from domain.finance.transactions import MOST_LINES_KEPT, StatementRecord

LONGEST_NAME, LONGEST_WORDING, LONGEST_NUMBER = 100, 500, 40
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class MendedLine:
    """One line as typed: the day as YYYY-MM-DD, minus is money out; `balance` is empty where none is printed."""

    date: str
    description: str
    amount: str
    balance: str = ""


@dataclass(frozen=True, slots=True)
class MendedStatement:
    """A statement as typed, the oldest line first. Amounts are decimals, or as banks print them."""

    account: str
    currency: str
    start: str
    end: str
    opening: str
    closing: str
    lines: tuple[MendedLine, ...]
    bank: str = ""
    kind: AccountKind = AccountKind.BANK


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where, such as `lines[3].amount`."""

    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a statement may be booked: it adds up, and is not booked already.

    `gap` is how much opening and lines come to beyond the closing balance, of what can be read; None where a balance
    cannot.
    """

    adds_up: bool
    gap: Decimal | None
    flaws: tuple[Flaw, ...]


def is_emptied(record: StatementRecord, statement: Statement) -> bool:
    """Whether it has no line, though the draft has some, or a day is printed beside money that is not its balance."""
    if statement.transactions:
        return False
    drafted = record.draft is not None and len(record.draft.transactions) > 0
    balances = {abs(each) for each in (statement.opening, statement.closing, Decimal(0)) if each is not None}
    return drafted or any(_moves_money(line, statement.currency, balances) for line in record.lines)


def _moves_money(line: str, currency: str, balances: Collection[Decimal]) -> bool:
    undated = line
    for each in reversed(dates_in(line)):
        undated = f"{undated[: each.start]} {undated[each.end :]}"
    printed = (each for notation in Notation for each in amounts_in(undated, notation, minor_digits(currency)))
    return undated != line and any(each.value not in balances for each in printed)


def check_of(typed: MendedStatement) -> Check:
    """Say what is wrong with it, all of it, each with its place."""
    return _Reading(typed).check


def statement_of(typed: MendedStatement) -> Statement:
    """Return the statement that adds up; raise `Invalid` with the place of the first thing that is wrong."""
    reading = _Reading(typed)
    for flaw in reading.check.flaws:
        raise Invalid(flaw.says, where=flaw.where)
    if not reading.check.adds_up:
        raise Invalid(reading.statement.flaw(), where="closing", code="does_not_add_up")
    return reading.statement


@dataclass(slots=True)
class _Reading:
    """Reads each field by itself, so that one that is wrong leaves the others to be judged."""

    typed: MendedStatement
    flaws: list[Flaw] = field(default_factory=list)
    statement: Statement = field(init=False)
    check: Check = field(init=False)

    def __post_init__(self) -> None:
        if len(self.typed.lines) > MOST_LINES_KEPT:
            raise Invalid(f"{len(self.typed.lines)} lines are more than {MOST_LINES_KEPT}", where="lines")
        self.statement = self._statement()
        self.flaws += _broken_run(self.statement.opening, self.statement.transactions)
        adds_up = not self.flaws and self.statement.adds_up()
        self.check = Check(adds_up, _gap(self.statement), tuple(self.flaws))

    def _statement(self) -> Statement:
        typed = self.typed
        if typed.currency not in currencies():
            self._wrong("currency", f"{typed.currency[:10]!r} is not a currency of ISO 4217")
        period = self._period()
        return Statement(
            bank=self._words(typed.bank, "bank", LONGEST_NAME, needed=False),
            account=self._words(typed.account, "account", LONGEST_NAME, needed=False),
            currency=typed.currency,
            start=period.start if period else None,
            end=period.end if period else None,
            opening=self._amount(typed.opening, "opening"),
            closing=self._amount(typed.closing, "closing"),
            transactions=tuple(self._lines(period)),
            reader=OWNER,
            kind=typed.kind,
        )

    def _period(self) -> Period | None:
        start, end = self._day(self.typed.start, "start"), self._day(self.typed.end, "end")
        if start and end and start > end:
            self._wrong("end", "it lies before the first day")
            return None
        return Period(start, end) if start and end else None

    def _lines(self, period: Period | None) -> Iterator[StatementTransaction]:
        for number, line in enumerate(self.typed.lines):
            where = f"lines[{number}]"
            day = self._day(line.date, f"{where}.date")
            if day and period and not period.is_near(day):
                self._wrong(f"{where}.date", f"{day} lies far from the statement's days")
            amount = self._amount(line.amount, f"{where}.amount")
            if amount == 0:
                self._wrong(f"{where}.amount", "a line without money is left out")
            balance = self._amount(line.balance, f"{where}.balance") if line.balance.strip() else None
            words = self._words(line.description, f"{where}.description", LONGEST_WORDING, needed=True)
            yield StatementTransaction(day or dt.date.min, words, amount or Decimal(0), balance=balance)

    def _day(self, text: str, where: str) -> dt.date | None:
        try:
            if _DAY.fullmatch(text):
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        self._wrong(where, "a day such as 2026-11-23 is needed")
        return None

    def _amount(self, text: str, where: str) -> Decimal | None:
        try:
            return typed_amount(text, self.typed.currency)
        except Invalid as error:
            self._wrong(where, str(error))
            return None

    def _words(self, text: str, where: str, longest: int, *, needed: bool) -> str:
        words = " ".join(text.split())
        if needed and not words:
            self._wrong(where, "its wording is needed")
        if len(words) > longest:
            self._wrong(where, f"more than {longest} letters")
        return words

    def _wrong(self, where: str, says: str) -> None:
        self.flaws.append(Flaw(where, says))


def typed_amount(text: str, currency: str) -> Decimal:
    """Read an amount as it is typed, `-1234.5`, or as it is printed, `1.234,50 DR`; raise `Invalid`.

    A point stands before the fraction where the whole can be read so, and a fraction that the currency cannot have is
    refused: `1.234` euro may be meant either way.
    """
    bare = text.strip().replace("−", "-")
    if not bare or len(bare) > LONGEST_NUMBER:
        raise Invalid("an amount is needed")
    value = Decimal(bare) if _PLAIN.fullmatch(bare) else read_amount(bare)
    digits = minor_digits(currency)
    if value.adjusted() > 14:
        raise Invalid("that is too much money")
    exact = value.quantize(Decimal(1).scaleb(-digits))
    if exact != value:
        raise Invalid(f"{currency} has {digits} digits after the mark; {text.strip()} may be meant otherwise")
    return exact


def _gap(statement: Statement) -> Decimal | None:
    if statement.opening is None or statement.closing is None:
        return None
    return statement.opening + statement.moved() - statement.closing


def _broken_run(opening: Decimal | None, lines: Sequence[StatementTransaction]) -> Iterator[Flaw]:
    """Say which running balances do not follow, each judged by the one before."""
    at = opening
    for number, line in enumerate(lines):
        at = None if at is None else at + line.amount
        if line.balance is None:
            continue
        if at is not None and at != line.balance:
            yield Flaw(f"lines[{number}].balance", f"it comes to {at} here")
        at = line.balance
