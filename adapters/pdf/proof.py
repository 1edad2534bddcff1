"""One table, every way in which its amounts may be meant, and the one that adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, product

from adapters.pdf.balances import distinct
from adapters.pdf.document import Document
from adapters.pdf.rows import Column, Row, role_of
from adapters.pdf.signs import Unsigned, signed
from adapters.pdf.vocabulary import Label
from domain.finance.amounts import PrintedAmount
from domain.finance.dates import PrintedDate, in_order
from domain.finance.statements import AccountKind, Statement, StatementTransaction


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of which it is settled which amount is the money and which the balance after it."""

    row: Row
    amount: PrintedAmount
    balance: PrintedAmount | None
    side: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to mean a table. `turn` is -1 where balances are what is owed; `use_interim` heeds balances between."""

    document: Document
    entries: tuple[Entry, ...]
    opening: Decimal | None
    closing: Decimal | None
    turn: int
    start: int
    use_interim: bool

    def first(self) -> Decimal | None:
        """Return the opening balance as the account's owner sees it, else what the first running balance implies."""
        if self.opening is not None:
            return self.opening * self.turn
        entry = self.entries[0] if self.entries else None
        if entry is None or entry.balance is None or not (_sign(entry)):
            return None
        return (entry.balance.signed - entry.amount.value * (_sign(entry))) * self.turn

    def last(self) -> Decimal | None:
        if self.closing is not None:
            return self.closing * self.turn
        final = self.entries[-1].balance if self.entries else None
        return final.signed * self.turn if final is not None else None

    def checkpoints(self) -> dict[int, Decimal]:
        """Return the balance after each entry that has one."""
        running = {
            index: entry.balance.signed * self.turn
            for index, entry in enumerate(self.entries)
            if entry.balance is not None
        }
        return {**self._interim(), **running} if self.use_interim else running

    def _interim(self) -> dict[int, Decimal]:
        found: dict[int, Decimal] = {}
        for mark in self.document.marks:
            if mark.label is not Label.INTERIM or mark.index < self.start:
                continue
            before = [index for index, entry in enumerate(self.entries) if entry.row.item.index < mark.index]
            if before and before[-1] + 1 < len(self.entries):
                found[before[-1]] = mark.value * self.turn
        return found


def prove(document: Document, rows: Sequence[Row], start: int, end: int) -> Statement | None:
    """Return the statement that adds up, if there is one."""
    if not document.currency:
        return None
    return next((found for trial in _trials(document, rows, start, end) if (found := _settled(trial))), None)


def without_transactions(document: Document) -> Statement | None:
    """Return the statement of a period in which nothing moved, where the document says so and states both balances."""
    sheet, (first, last) = document.sheet, next(iter(_balances(document, 0, len(document.sheet.items))))
    says_so = any(sheet.vocabulary.no_transactions.search(item.lowered) for item in sheet.items)
    if not says_so or first is None or first != last or not document.currency or not document.period.is_stated:
        return None
    turn = -1 if document.is_card and first > 0 else 1
    return Statement(
        bank=document.bank,
        account=_account(document, len(sheet.items)),
        currency=document.currency,
        start=document.period.start,
        end=document.period.end,
        opening=first * turn,
        closing=first * turn,
        transactions=(),
        reader=document.manner.name,
        kind=AccountKind.CARD if document.is_card else AccountKind.BANK,
    )


def draft(document: Document, rows: Sequence[Row], start: int, end: int) -> Statement | None:
    """Return the likeliest reading of what does not add up."""
    for trial in _trials(document, rows, start, end):
        first, last = trial.first(), trial.last()
        if first is not None and last is not None:
            amounts = [entry.amount.value * (_sign(entry) or _wording(document, entry) or 1) for entry in trial.entries]
            return _statement(trial, amounts, first, last)
    return None


def _trials(document: Document, rows: Sequence[Row], start: int, end: int) -> Iterator[Trial]:
    interim = any(mark.label is Label.INTERIM and start <= mark.index < end for mark in document.marks)
    for meaning in _meanings(document, rows):
        entries = _oldest_first(document, meaning)
        for opening, closing in _balances(document, start, end):
            for turn in (-1, 1) if document.is_card else (1,):
                trial = Trial(document, entries, opening, closing, turn, start, use_interim=False)
                yield trial
                if interim:
                    yield replace(trial, use_interim=True)


def _meanings(document: Document, rows: Sequence[Row]) -> Iterator[list[Entry]]:
    """Return which amount of a row is the money and which the balance, the likelier meaning first."""
    if not rows:
        return
    if document.columns:
        yield [_by_column(row, document.columns) for row in rows]
    several = any(len(row.amounts) > 1 for row in rows)
    if several:
        yield [_with_balance(row) for row in rows]
        if _run(rows) or _run(rows[::-1]):
            return
    yield [Entry(row, row.amounts[-1], None, 0) for row in rows]
    if several:
        yield [Entry(row, row.amounts[0], None, 0) for row in rows]


def _run(rows: Sequence[Row]) -> bool:
    """Tell whether the last amounts are running balances, at least mostly; then none of them may be passed over."""
    entries = [_with_balance(row) for row in rows]
    steps = [
        abs(later.balance.signed - before.balance.signed) == later.amount.value
        for before, later in pairwise(entries)
        if before.balance is not None and later.balance is not None
    ]
    return len(steps) > 1 and sum(steps) * 3 >= len(steps)


def _with_balance(row: Row) -> Entry:
    if len(row.amounts) == 1:
        return Entry(row, row.amounts[0], None, 0)
    money = [amount for amount in row.amounts[:-1] if amount.value] or list(row.amounts[:1])
    return Entry(row, money[-1], row.amounts[-1], 0)


_SIDES = {"debit": -1, "credit": 1}


def _by_column(row: Row, columns: Sequence[Column]) -> Entry:
    by_role = {role_of(row, amount, columns): amount for amount in row.amounts}
    by_role.pop("", None)
    balance = by_role.pop("balance", None)
    money = ((role, amount) for role, amount in by_role.items() if amount.value)
    role, amount = next(money, ("amount", row.amounts[0] if balance is not row.amounts[-1] else row.amounts[-1]))
    return Entry(row, amount, None if amount is balance else balance, _SIDES.get(role, 0))


def _oldest_first(document: Document, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    days = [_dates(document, entry.row, None)[0] for entry in entries]
    if len(days) > 1 and days[0] > days[-1] and in_order(days):
        return tuple(reversed(entries))
    return tuple(entries)


def _balances(document: Document, start: int, end: int) -> Iterator[tuple[Decimal | None, Decimal | None]]:
    """Return the pairs of opening and closing balance that the document may mean."""
    within = [mark for mark in document.marks if start <= mark.index < end]
    openings = distinct([mark.value for mark in within if mark.label is Label.OPENING])
    closings = distinct([mark.value for mark in reversed(within) if mark.label is Label.CLOSING])
    if len(openings) > 1 and len(closings) > 1:
        openings, closings = openings[:1], closings[:1]
    loose = [mark.value for mark in within if mark.label in (Label.INTERIM, Label.CARRY)]
    first: tuple[Decimal | None, ...] = openings or (None, *loose[:1])
    last: tuple[Decimal | None, ...] = closings or (None, *loose[-1:])
    yield from product(first, last)


def _settled(trial: Trial) -> Statement | None:
    first, last = trial.first(), trial.last()
    if first is None or last is None or not trial.entries:
        return None
    checkpoints = trial.checkpoints()
    for unsigned in _unsigned_may_be(trial):
        known = [_known(trial, index, unsigned, checkpoints) for index in range(len(trial.entries))]
        amounts = signed(known, first, last, checkpoints)
        if amounts is not None:
            statement = _statement(trial, amounts, first, last)
            if statement.adds_up() and _is_sound(trial, statement):
                return _as_owner_sees(trial, statement)
    return None


def _known(trial: Trial, index: int, unsigned: int, checkpoints: Mapping[int, Decimal]) -> Unsigned:
    """Return what is known of an amount; its wording is not asked where a balance on either side settles it."""
    entry = trial.entries[index]
    sign = _sign(entry) or unsigned
    is_settled = index in checkpoints and (index == 0 or index - 1 in checkpoints)
    wording = 0 if sign or is_settled else _wording(trial.document, entry)
    return Unsigned(entry.amount.value, sign, wording)


def _wording(document: Document, entry: Entry) -> int:
    return document.sheet.vocabulary.wording(entry.row.words)


def _sign(entry: Entry) -> int:
    return entry.side or entry.amount.sign


def _as_owner_sees(trial: Trial, statement: Statement) -> Statement:
    """Turn a card's statement in which what is owed stands as plus, and payments as minus."""
    owed = (statement.opening or 0) + (statement.closing or 0)
    if not trial.document.is_card or trial.turn < 0 or owed <= 0:
        return statement
    transactions = tuple(
        replace(each, amount=-each.amount, balance=None if each.balance is None else -each.balance)
        for each in statement.transactions
    )
    opening, closing = -(statement.opening or Decimal(0)), -(statement.closing or Decimal(0))
    return replace(statement, opening=opening, closing=closing, transactions=transactions)


def _unsigned_may_be(trial: Trial) -> tuple[int, ...]:
    """Return what the sign of an unsigned amount may be, 0 for each its own."""
    if trial.document.manner.unsigned:
        return (trial.document.manner.unsigned,)
    printed = {entry.amount.sign for entry in trial.entries if entry.amount.value}
    if printed == {0, -1}:
        return (1, 0)
    if printed == {0, 1}:
        return (-1, 0)
    return (0, -1, 1) if 0 in printed else (0,)


def _statement(trial: Trial, amounts: Sequence[Decimal], first: Decimal, last: Decimal) -> Statement:
    document = trial.document
    transactions: list[StatementTransaction] = []
    checkpoints = trial.checkpoints() if any(entry.balance for entry in trial.entries) else {}
    day: dt.date | None = None
    for index, (entry, amount) in enumerate(zip(trial.entries, amounts, strict=True)):
        day, value_date = _dates(document, entry.row, day)
        transactions.append(
            StatementTransaction(
                day,
                _described(entry),
                amount,
                value_date,
                checkpoints.get(index) if entry.balance is not None else None,
                entry.row.lines,
            )
        )
    days = [each.date for each in transactions]
    return Statement(
        bank=document.bank,
        account=_account(document, trial.entries[0].row.item.index),
        currency=document.currency,
        start=document.period.start if document.period.is_stated else min(days),
        end=document.period.end if document.period.is_stated else max(days),
        opening=first,
        closing=last,
        transactions=tuple(each for each in transactions if each.amount),
        reader=document.manner.name,
        kind=AccountKind.CARD if document.is_card else AccountKind.BANK,
        is_derived=trial.opening is None or trial.closing is None,
    )


def _account(document: Document, index: int) -> str:
    """Return the number printed last before the line, else the first of the document."""
    if not document.accounts:
        return ""
    return next((number for at, number in reversed(document.accounts) if at <= index), document.accounts[0][1])


def _dates(document: Document, row: Row, after: dt.date | None) -> tuple[dt.date, dt.date | None]:
    """Return booking and value date; a row above which no date stands bears the statement's."""
    dates = _fitting(document, row)
    if not dates:
        return document.period.end, None
    booked, *others = reversed(dates) if document.value_date_first else dates
    day = document.period.place(booked, document.order, after)
    return day, document.period.beside(others[0], document.order, day) if others else None


def _fitting(document: Document, row: Row) -> list[PrintedDate]:
    """Return the first two dates that belong to the row: in front, before its amounts, or alone in the line below."""
    dates = [date for date in row.dated.dates if date.fits(document.order)]
    if row.dated.lead:
        lead = [date for date in dates if date.end <= row.dated.lead]
        beside = [date for date in dates if row.amounts and date.start >= _before_amounts(row)]
        dates = lead + [date for date in beside if date not in lead]
    if len(dates) == 1 and row.details and row.details[0].lead and not row.details[0].amounts:
        dates += row.details[0].dates[:1]
    return dates[:2] or list(row.dated.dates[:1])


def _before_amounts(row: Row) -> int:
    """Return where the run of dates and amounts at the line's end begins."""
    start = row.amounts[0].start
    for date in reversed(row.holder.dates):
        if date.end <= start and not row.holder.text[date.end : start].strip():
            start = date.start
    return start


def _described(entry: Entry) -> str:
    """Return the words of the row without its dates and amounts, in one line."""
    row, text = entry.row, entry.row.item.text
    if row.holder is row.item:
        used = [amount.start for amount in (entry.amount, entry.balance) if amount is not None]
        text = text[: min(used)]
    below = (each.text[: entry.amount.start] if each is row.holder else each.text for each in row.details)
    parts = [_without_dates(text, row), *below]
    return " ".join(" ".join(parts).split())[:500]


def _without_dates(text: str, row: Row) -> str:
    for date in reversed(row.item.dates):
        if date.end <= max(row.item.lead, 0) or not text[date.end :].strip():
            text = text[: date.start] + text[date.end :]
    return text.strip(" -/|")


def _is_sound(trial: Trial, statement: Statement) -> bool:
    """Refuse what adds up by nothing: no transaction, days far from the period, or balances only worked out."""
    if not statement.transactions:
        return False
    if statement.is_derived and len(trial.checkpoints()) < len(trial.entries):
        return False
    if statement.is_derived and len(trial.entries) < _RUN:
        return False
    return all(trial.document.period.is_near(each.date) for each in statement.transactions)


_RUN = 3
"""Running balances that must follow on each other before they prove a table without an opening or a closing."""
