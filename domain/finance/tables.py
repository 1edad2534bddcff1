"""A statement's table as a model tells it, believed only as far as printed lines and arithmetic prove it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from domain.errors import Invalid
from domain.finance.amounts import Notation, PrintedAmount, amounts_in, usual_notations
from domain.finance.dates import Order, Period, PrintedDate, certain_order, dates_in
from domain.finance.statements import AccountKind, Statement, StatementTransaction

MODEL = "model"
"""The reader of what a model told."""

_LEAD = 6
"""Letters that may stand before a date with which a line begins, such as a running number."""

_FRONT = 18
"""Letters before the last of the dates in front, as a value date stands behind the day."""

_CLOSE = 7
"""Days beyond the period within which its dates lie, where they can be read in two ways."""

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One transaction: the numbers of all its lines, its date's first; minus is money out."""

    lines: tuple[int, ...]
    date: dt.date
    amount: Decimal
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ToldTable:
    """A whole table. Lines are counted from 1; the rows stand as printed."""

    opening: Decimal
    opening_line: int
    closing: Decimal
    closing_line: int
    rows: tuple[ToldRow, ...]


def proved(told: ToldTable, lines: Sequence[str], draft: Statement) -> Statement:
    """Return the statement that the lines prove; raise `Invalid` with what they do not.

    Every date, amount and balance must be printed where it is said to be, every line is used once, no amount between
    the rows is left over, nor any line with a day and an amount, and all must add up. Currency, period and account are
    the `draft`'s, wordings are the lines'.
    """
    _check_places(told, len(lines))
    trouble = Invalid("no amount is printed in it")
    for notation in _notations(told, lines):
        try:
            return _Proof(told, tuple(_line(text, notation) for text in lines), draft).statement()
        except Invalid as error:
            trouble = error
    raise trouble


def _notations(told: ToldTable, lines: Sequence[str]) -> Iterator[Notation]:
    """Yield the notations to read it in, none in which a space cuts the thousands off a balance."""
    ends = [lines[number - 1] for number in (told.opening_line, told.closing_line)]
    for notations in usual_notations(lines):
        read = [[_line(text, each).amounts for text in ends] for each in notations]
        yield from (each for each in notations if each.is_spaced or read[0] == read[-1])


def _check_places(told: ToldTable, many: int) -> None:
    flat = [number for row in told.rows for number in row.lines]
    if not all(row.lines for row in told.rows) or not flat:
        raise Invalid("a row names no line")
    if any(first >= second for first, second in pairwise(flat)):
        raise Invalid("a line is named twice, or out of order")
    ends = (told.opening_line, told.closing_line)
    if not all(1 <= number <= many for number in (*flat, *ends)):
        raise Invalid("there is no such line")
    if any(flat[0] <= number <= flat[-1] for number in ends):
        raise Invalid("a balance is said to stand among the rows")
    money = [told.opening, told.closing, *(row.amount for row in told.rows)]
    if not all(each.is_finite() for each in (*money, *(row.balance or Decimal(0) for row in told.rows))):
        raise Invalid("an amount is no number")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    dates: tuple[PrintedDate, ...]
    amounts: tuple[PrintedAmount, ...]

    @property
    def leads(self) -> bool:
        return bool(self.dates) and self.dates[0].start <= _LEAD

    @property
    def money(self) -> tuple[PrintedAmount, ...]:
        return tuple(each for each in self.amounts if each.value)


def _line(text: str, notation: Notation) -> _Line:
    dates = dates_in(text)
    amounts = (each for each in amounts_in(text, notation) if not any(_overlap(each, date) for date in dates))
    return _Line(text, dates, tuple(amounts))


def _overlap(amount: PrintedAmount, date: PrintedDate) -> bool:
    return amount.start < date.end and date.start < amount.end


@dataclass(frozen=True, slots=True)
class _Proof:
    """One way to read the printed amounts, and what was told of them."""

    told: ToldTable
    lines: tuple[_Line, ...]
    draft: Statement

    def statement(self) -> Statement:
        order, heads = self._order(), [self._at(row.lines[0]) for row in self.told.rows]
        self._check_balances()
        rows = [self._row(row, order) for row in self.told.rows]
        self._check_nothing_left(leading=all(head.leads for head in heads))
        if self._is_backwards:
            rows.reverse()
        statement = self._made(tuple(rows))
        if not statement.adds_up():
            raise Invalid(statement.flaw())
        self._check_signs()
        return statement

    @property
    def _is_backwards(self) -> bool:
        return self.told.rows[0].date > self.told.rows[-1].date

    @property
    def _period(self) -> Period | None:
        start, end = self.draft.start, self.draft.end
        return Period(start, end) if start and end and start <= end else None

    def _at(self, number: int) -> _Line:
        return self.lines[number - 1]

    def _order(self) -> Order:
        """Return which number is the day; raise `Invalid` where both may be."""
        dates = [date for row in self.told.rows for date in self._at(row.lines[0]).dates[:1]]
        certain = certain_order(dates)
        if certain is not None:
            return certain
        if not any(each.is_plain and each.first != each.second for each in dates):
            return Order.DAY_FIRST
        fitting = [order for order in Order if all(self._is_near(self._day(each, order), _CLOSE) for each in dates)]
        if len(fitting) != 1:
            raise Invalid("its dates can be read in two ways")
        return fitting[0]

    def _day(self, date: PrintedDate, order: Order) -> dt.date | None:
        if not date.fits(order):
            return None
        if self._period is not None:
            return self._period.place(date, order)
        return date.in_year(date.year, order) if date.year is not None else None

    def _is_near(self, day: dt.date | None, slack: int = 45) -> bool:
        return day is not None and self._period is not None and self._period.is_near(day, slack)

    def _check_balances(self) -> None:
        ends = ((self.told.opening, self.told.opening_line), (self.told.closing, self.told.closing_line))
        for value, number in ends:
            if not any(self._states(each, value) for each in self._at(number).amounts):
                raise Invalid(f"line {number} does not state {value}")
        first = self.told.rows[-1 if self._is_backwards else 0]
        if first.balance is None and {abs(self.told.opening), abs(self.told.closing)} == self._totals():
            raise Invalid("its balances may be what came in and what went out, which always add up")

    def _totals(self) -> set[Decimal]:
        amounts = [row.amount for row in self.told.rows]
        return {abs(sum((each for each in amounts if (each > 0) is way), Decimal(0))) for way in (True, False)}

    def _states(self, printed: PrintedAmount, value: Decimal) -> bool:
        """Whether a balance is printed so; without a sign it is what an account holds, and what is owed on a card."""
        owed = self.draft.kind is AccountKind.CARD
        return _prints(printed, value) and (bool(printed.sign) or not value or (value < 0) == owed)

    def _row(self, row: ToldRow, order: Order) -> StatementTransaction:
        head = self._at(row.lines[0])
        if not any(self._day(date, order) == row.date and self._is_near(row.date) for date in head.dates):
            raise Invalid(f"line {row.lines[0]} does not bear the day {row.date}")
        self._check_amounts(row, head)
        if any(self._at(number).leads and self._at(number).money for number in row.lines[1:]):
            raise Invalid(f"the row of line {row.lines[0]} swallows another")
        lines = tuple(self._at(number).text for number in row.lines)
        return StatementTransaction(row.date, self._wording(row), row.amount, balance=row.balance, lines=lines)

    def _check_amounts(self, row: ToldRow, head: _Line) -> None:
        printed = [each for number in row.lines for each in self._at(number).money]
        left = list(head.money)
        for value in (row.amount, row.balance):
            if not value:
                continue
            found = [each for each in printed if _prints(each, value)]
            if not found:
                raise Invalid(f"the lines of row {row.lines} do not state {value}")
            printed.remove(found[0])
            if found[0] in left:
                left.remove(found[0])
        if not row.amount or left:
            raise Invalid(f"an amount in line {row.lines[0]} is not accounted for")

    def _check_nothing_left(self, *, leading: bool) -> None:
        flat = [number for row in self.told.rows for number in row.lines]
        used = {*flat, self.told.opening_line, self.told.closing_line}
        for number, line in enumerate(self.lines, 1):
            if number in used or not line.money:
                continue
            inside = flat[0] < number < flat[-1]
            carried = inside and all(each.value == abs(self._balance_at(number)) for each in line.money)
            if not carried and (inside or (line.leads if leading else line.dates)):
                raise Invalid(f"the amount in line {number} is left over")

    def _balance_at(self, number: int) -> Decimal:
        above = sum((row.amount for row in self.told.rows if row.lines[0] < number), Decimal(0))
        return self.told.closing - above if self._is_backwards else self.told.opening + above

    def _check_signs(self) -> None:
        """Refuse signs that differ where neither print nor balances on both sides tell them apart.

        To try them until they add up would make up for a lost row by chance.
        """
        if len({amount > 0 for amount in self._free()}) > 1:
            raise Invalid("which of its amounts are money in cannot be proved")

    def _free(self) -> Iterator[Decimal]:
        is_known = True
        for row in reversed(self.told.rows) if self._is_backwards else self.told.rows:
            printed = [each for number in row.lines for each in self._at(number).money if _prints(each, row.amount)]
            if not any(each.sign for each in printed) and not (is_known and row.balance is not None):
                yield row.amount
            is_known = row.balance is not None

    def _wording(self, row: ToldRow) -> str:
        own = (row.amount, row.balance or row.amount)
        words = " ".join(" ".join(_bare(self._at(number), own) for number in row.lines).split())
        return (words or self._at(row.lines[0]).text)[:_LONGEST]

    def _made(self, transactions: tuple[StatementTransaction, ...]) -> Statement:
        days = [each.date for each in transactions]
        return Statement(
            bank=self.draft.bank,
            account=self.draft.account,
            currency=self.draft.currency,
            start=min([*days, *filter(None, [self.draft.start])]),
            end=max([*days, *filter(None, [self.draft.end])]),
            opening=self.told.opening,
            closing=self.told.closing,
            transactions=transactions,
            reader=MODEL,
            kind=self.draft.kind,
        )


def _prints(printed: PrintedAmount, value: Decimal) -> bool:
    return printed.value == abs(value) and (not printed.sign or (printed.sign < 0) == (value < 0))


def _bare(line: _Line, own: Sequence[Decimal]) -> str:
    """Return the words of a line without the dates in front and the row's own amounts."""
    text = line.text
    spans = [(date.start, date.end) for date in line.dates if date.start <= _FRONT]
    spans += [(each.start, each.end) for each in line.amounts if any(_prints(each, value) for value in own)]
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return text.strip(" -/|")
