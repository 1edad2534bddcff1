"""What a row of the table says: which of its amounts is the money, which dates are its own, and its wording."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from adapters.pdf.document import Document
from adapters.pdf.rows import Column, Row, role_of
from application.ports.documents import LETTERS_OF_A_LINE
from domain.finance.amounts import PrintedAmount
from domain.finance.dates import PrintedDate

_SIDES = {"debit": -1, "credit": 1}


class Entry(NamedTuple):
    """A row of which it is settled which amount is the money and which the balance after it."""

    row: Row
    amount: PrintedAmount
    balance: PrintedAmount | None
    side: int


def meanings(document: Document, rows: Sequence[Row]) -> Iterator[list[Entry]]:
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


def _by_column(row: Row, columns: Sequence[Column]) -> Entry:
    by_role = {role_of(row, amount, columns): amount for amount in row.amounts}
    by_role.pop("", None)
    balance = by_role.pop("balance", None)
    money = ((role, amount) for role, amount in by_role.items() if amount.value)
    role, amount = next(money, ("amount", row.amounts[0] if balance is not row.amounts[-1] else row.amounts[-1]))
    return Entry(row, amount, None if amount is balance else balance, _SIDES.get(role, 0))


def dates_of(document: Document, row: Row, after: dt.date | None) -> tuple[dt.date, dt.date | None]:
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
    lead = [date for date in dates if date.end <= row.dated.lead]
    if row.dated.lead and len(lead) < len(dates):
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


def described(entry: Entry) -> str:
    """Return the words of the row without its dates and amounts, in one line."""
    row, text = entry.row, entry.row.item.text
    if row.holder is row.item:
        used = [amount.start for amount in (entry.amount, entry.balance) if amount is not None]
        text = text[: min(used)]
    below = (each.text[: entry.amount.start] if each is row.holder else each.text for each in row.details)
    parts = [_without_dates(text, row), *below]
    return " ".join(" ".join(parts).split())[:LETTERS_OF_A_LINE]


def _without_dates(text: str, row: Row) -> str:
    for date in reversed(row.item.dates):
        if date.end <= max(row.item.lead, 0) or not text[date.end :].strip():
            text = text[: date.start] + text[date.end :]
    return text.strip(" -/|")
