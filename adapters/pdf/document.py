"""A document understood in one notation: its lines, balances, columns, period and account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.pdf import facts
from adapters.pdf.balances import Mark, marks_of
from adapters.pdf.currency import currency_by_country, currency_of
from adapters.pdf.kind import kind_of
from adapters.pdf.rows import Column, Shape, Sheet, columns_of, rows_of, sheet_of
from adapters.pdf.sheet import Item
from adapters.pdf.vocabulary import Vocabulary
from domain.finance.dates import Order, Period, certain_order
from domain.finance.statements import AccountKind


@dataclass(frozen=True, slots=True)
class Manner:
    """What is known of a bank beforehand; the general reader knows nothing."""

    bank: str = ""
    name: str = "general"
    currency: str = ""
    order: Order | None = None
    unsigned: int = 0
    """The sign of an amount that bears none, 0 where it is not known."""

    kind: AccountKind | None = None
    value_date_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The lines, understood in one notation."""

    sheet: Sheet
    marks: tuple[Mark, ...]
    columns: tuple[Column, ...]
    period: Period
    rivals: tuple[Period, ...]
    """What the period may be just as well."""

    order: Order
    manner: Manner
    currency: str
    bank: str
    accounts: tuple[tuple[int, str], ...]
    kind: AccountKind | None
    value_date_first: bool


def understand(items: Sequence[Item], vocabulary: Vocabulary, manner: Manner, hinted: str) -> Document | None:
    sheet = sheet_of(items, vocabulary)
    marks = marks_of(sheet)
    currency = manner.currency or currency_of(sheet.items) or currency_by_country(sheet.items) or hinted
    order = manner.order or _order(sheet, marks, currency)
    periods = facts.periods_of(sheet.items, marks, order)
    if not periods:
        return None
    outside = _outside(sheet)
    return Document(
        sheet,
        marks,
        columns_of(sheet),
        *(periods[0], periods[1:]),
        order,
        manner,
        currency,
        manner.bank or facts.bank_in(sheet.items),
        facts.accounts_in(outside),
        manner.kind or kind_of(outside),
        _value_date_first(sheet) if manner.value_date_first is None else manner.value_date_first,
    )


def _outside(sheet: Sheet) -> Sequence[Item]:
    """Return the lines that are no transaction's in whatever shape."""
    rows = (row for shape in (Shape.LEADING, Shape.OPEN, Shape.INNER) for row in rows_of(sheet, shape))
    within = {item.index for row in rows for item in (row.item, *row.details)}
    return [item for item in sheet.items if item.index not in within]


def _order(sheet: Sheet, marks: Sequence[Mark], currency: str) -> Order:
    """Tell which number is the day: by dates that leave no choice, by what falls into the period, by the country."""
    plain = [date for item in sheet.items for date in item.dates if date.is_plain]
    certain = certain_order(plain)
    if certain is not None:
        return certain
    usual = (Order.MONTH_FIRST, Order.DAY_FIRST) if currency == "USD" else (Order.DAY_FIRST, Order.MONTH_FIRST)
    return max(usual, key=lambda order: _inside(sheet, marks, order)) if plain else usual[0]


def _inside(sheet: Sheet, marks: Sequence[Mark], order: Order) -> int:
    """Count the rows' dates that fall into the period, when read in that order."""
    period = next(iter(facts.periods_of(sheet.items, marks, order)), None)
    heads = [item.dates[0] for item in sheet.items if item.lead and item.dates[0].is_plain]
    days = [period.place(date, order) for date in heads if period and date.fits(order)]
    return sum(period.is_near(day, slack=0) for day in days) if period else 0


def _value_date_first(sheet: Sheet) -> bool:
    """Tell by the first heading with both whether the value date stands before the booking date."""
    columns = sheet.vocabulary.columns
    for item in sheet.items:
        if item.amounts:
            continue
        words = [word.strip("().:,") for word in item.lowered.split()]
        value = next((place for place, word in enumerate(words) if word in columns["value_date"]), None)
        booked = next((place for place, word in enumerate(words) if word in columns["date"]), None)
        if value is not None and booked is not None:
            return value < booked
    return False
