"""Tables of transactions in CSV, whatever the bank calls its columns."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from adapters.ledgers.garbled import Garbled, Nameless, Unsigned
from adapters.ledgers.sides import Sides, sides_of
from application.ports.documents import LETTERS_OF_A_LINE, NO_HINT, Hint
from domain.errors import Invalid
from domain.finance.amounts import read_amount
from domain.finance.dates import Order, Period, PrintedDate, certain_order, dates_in
from domain.finance.money import currencies, minor_digits
from domain.finance.statements import Statement, StatementTransaction, plain_number

_ENOUGH = 40
_SAMPLE, _SAMPLED_LINES = 8000, 20  # letters and lines by which it is told what parts the cells
_ANY = Period(dt.date(1970, 1, 1), dt.date(2099, 12, 31))


@dataclass(frozen=True, slots=True)
class _Table:
    columns: Mapping[str, int]
    currency: str
    """Named in the headings of the amounts, nothing where it is not."""

    words: tuple[int, ...]
    rows: Sequence[tuple[int, Sequence[str]]]
    """Each that is booked, with the number of its line."""

    mark: str | None
    last_mark: str | None
    """What stands before three digits at the end of all amounts that hold a mark."""

    order: Order
    sides: Sides

    def mark_in(self, currency: str) -> str | None:
        """Return the mark before the fraction; three digits behind one are thousands but where that is a fraction."""
        return self.last_mark if self.mark is None and minor_digits(currency) == 3 else self.mark

    def cell(self, row: Sequence[str], name: str) -> str:
        return _cell(self.columns, row, name)


def _cell(columns: Mapping[str, int], row: Sequence[str], name: str) -> str:
    place = columns.get(name)
    return row[place].strip() if place is not None and place < len(row) else ""


def read_csv(text: str, hint: Hint = NO_HINT) -> tuple[Statement, ...] | None:
    """Return one statement per account and currency, nothing where the columns are none of a bank's.

    A currency that a row does not name is that of the headings, else the account's in the books, else the owner's word.
    Raise `Garbled` for rows that cannot be read, `Nameless` where nothing names a currency, `Unsigned` where nothing
    tells money out from money in, or signs and words contradict each other, and no balances prove the signs.
    """
    table = _table(text)
    if table is None:
        return None
    with_fees = _grouped(table, hint, fees=True)
    if table.sides.doubt and (table.sides.may_be_turned or not all(each.adds_up() for each in with_fees)):
        raise Unsigned(table.sides.doubt, with_fees)
    if "fee" not in table.columns or all(each.adds_up() for each in with_fees):
        return with_fees
    within = _grouped(table, hint, fees=False)
    return within if all(each.adds_up() for each in within) else with_fees


def _grouped(table: _Table, hint: Hint, *, fees: bool) -> tuple[Statement, ...]:
    """Return the statements; `fees` tells whether they come on top of the amounts or are within them."""
    known = {plain_number(account): currency for account, currency in hint.accounts}
    grouped: dict[tuple[str, str], list[StatementTransaction]] = {}
    for number, row in table.rows:
        account = table.cell(row, "account")
        code = table.cell(row, "currency").upper() or table.currency or known.get(plain_number(account))
        currency = _checked(code or hint.currency, number)
        grouped.setdefault((account, currency), []).append(_transaction(table, number, row, currency, fees=fees))
    return tuple(_statement(account, code, found) for (account, code), found in grouped.items())


def _checked(code: str, number: int) -> str:
    if not code:
        raise Nameless
    if code not in currencies():
        raise Garbled(f"line {number}: {code!r} is not a currency")
    return code


def _table(text: str) -> _Table | None:
    lines = [(number, row) for number, row in _rows(text) if any(map(str.strip, row))]
    for place, (_, row) in enumerate(lines[:_ENOUGH]):
        headings = [_heading(cell) for cell in row]
        columns, words, states = _columns([name for name, _ in headings])
        if "date" in columns and ("amount" in columns or {"debit", "credit"} <= set(columns)):
            below = [(number, cells) for number, cells in lines[place + 1 :] if len(cells) > columns["date"]]
            body = [(number, cells) for number, cells in below if not _is_not_booked(cells, states)]
            named = {headings[columns[each]][1] for each in _MONEY if each in columns} - {""}
            if len(named) > 1:
                raise Garbled(f"its columns are in several currencies: {', '.join(sorted(named))}")
            currency = next(iter(named), "")
            cells = _cells(columns, body, _MONEY)
            return _Table(
                columns,
                currency,
                words,
                body,
                mark=_mark(cells),
                last_mark=_last_mark(cells),
                order=_order(columns, body),
                sides=_sides(columns, body),
            )
    return None


def _rows(text: str) -> Iterable[tuple[int, list[str]]]:
    sample = text[:_SAMPLE]
    delimiter = max(";\t,|", key=lambda each: _steadiness(sample, each))
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise Garbled(f"line {reader.line_num}: {error}") from None


def _steadiness(sample: str, delimiter: str) -> int:
    """Return how many cells the lines have in common, which is greatest for what really parts them."""
    counts = [line.count(delimiter) for line in sample.splitlines()[:_SAMPLED_LINES] if line.strip()]
    common = max(set(counts), key=counts.count, default=0)
    return common * counts.count(common)


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    said = tomllib.loads((Path(__file__).parent / "columns.toml").read_text("utf-8"))
    return {meaning: tuple(names) for meaning, names in said.items()}


_MARKS = re.compile(r"[\"'()\[\]*:._/-]+")
_MONEY = ("amount", "debit", "credit", "balance", "fee")


def _heading(cell: str) -> tuple[str, str]:
    """Return the name of a column, and the currency behind it: `Betrag in EUR` is `betrag`, in EUR."""
    name = " ".join(_MARKS.sub(" ", cell.lower().lstrip("\ufeff")).split())
    *before, last = name.split() or [""]
    if not before or last.upper() not in currencies():
        return name, ""
    return " ".join(before).removesuffix(" in"), last.upper()


def _columns(names: Sequence[str]) -> tuple[dict[str, int], tuple[int, ...], tuple[int, ...]]:
    """Return the column of each meaning, those of the wording, and those that tell whether a row is booked."""
    columns: dict[str, int] = {}
    for meaning, known in _names().items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None and meaning not in ("words", "states") and place not in columns.values():
            columns[meaning] = place
    words, states = (
        tuple(names.index(name) for name in _names()[meaning] if name in names) for meaning in ("words", "states")
    )
    return columns, tuple(place for place in words if place not in columns.values()), states


def _cells(
    columns: Mapping[str, int], rows: Sequence[tuple[int, Sequence[str]]], names: Sequence[str]
) -> tuple[str, ...]:
    places = [columns[name] for name in names if name in columns]
    return tuple(row[place].strip() for _, row in rows for place in places if place < len(row))


def _sides(columns: Mapping[str, int], rows: Sequence[tuple[int, Sequence[str]]]) -> Sides:
    if "amount" not in columns:
        return Sides()
    pairs = [(_cell(columns, row, "amount"), _cell(columns, row, "side")) for _, row in rows]
    with_cards = sum(bool(_cell(columns, row, "card")) for _, row in rows)
    return sides_of(pairs, is_cards=0 < len(rows) <= with_cards * 2)


def _mark(cells: Sequence[str]) -> str | None:
    """Return which mark stands before the fraction in all the amounts, if they tell."""
    for mark in ",.":
        if any(re.search(rf"\d{re.escape(mark)}\d{{1,2}}(?!\d)[^\d]*$", cell) for cell in cells):
            return mark
    return None


def _last_mark(cells: Sequence[str]) -> str | None:
    found = {match[1] for cell in cells if (match := re.search(r"([.,])\d{3}\D*$", cell))}
    return found.pop() if len(found) == 1 else None


def _order(columns: Mapping[str, int], rows: Sequence[tuple[int, Sequence[str]]]) -> Order:
    """Tell which number is the day: by dates that leave no choice, else by what lies closer together."""
    cells = [row[columns["date"]].strip() for _, row in rows if columns["date"] < len(row)]
    dates = [date for cell in cells for date in _dates_in(cell)[:1] if date.year is not None]
    return certain_order(dates) or min(Order, key=lambda order: _spread(set(dates), order))


def _spread(dates: Iterable[PrintedDate], order: Order) -> int:
    days = [_ANY.place(date, order) for date in dates if date.fits(order)]
    return (max(days) - min(days)).days if days else 0


_NOT_BOOKED = (
    "true yes 1 pending processing authorised authorized reserved reverted declined failed cancelled canceled "
    "rejected refused denied void voided expired vorgemerkt storniert abgelehnt fehlgeschlagen abgebrochen pendiente "
    "rechazado rechazada anulado anulada cancelado cancelada annulé annulée refusé refusée échoué échouée annullato "
    "annullata rifiutato rifiutata geweigerd geannuleerd mislukt"
)
"""What banks say of a row that they have not booked yet, as it will come again, or that they never will."""


def _is_not_booked(row: Sequence[str], states: Sequence[int]) -> bool:
    said = (row[place].strip().lower() for place in states if place < len(row))
    return any(each in _NOT_BOOKED.split() or each.startswith(("en attente", "in bearbeitung")) for each in said)


def _transaction(table: _Table, number: int, row: Sequence[str], currency: str, *, fees: bool) -> StatementTransaction:
    mark = table.mark_in(currency)
    words = [row[place].strip() for place in table.words if place < len(row) and row[place].strip()]
    balance = table.cell(row, "balance")
    try:
        return StatementTransaction(
            _booked(table, row),
            " ".join(" ".join(dict.fromkeys(words)).split())[:LETTERS_OF_A_LINE],
            _amount(table, row, mark) - (_fee(table, row, mark) if fees else 0),
            _day(table.cell(row, "value_date"), table.order),
            read_amount(balance, mark) * table.sides.turn if balance else None,
            (" | ".join(row),),
        )
    except Invalid as error:
        raise Garbled(f"line {number}: {error}") from None


def _amount(table: _Table, row: Sequence[str], mark: str | None) -> Decimal:
    if (amount := table.cell(row, "amount")) or "amount" in table.columns:
        return table.sides.meant(read_amount(amount, mark), amount, table.cell(row, "side"))
    debit, credit = table.cell(row, "debit"), table.cell(row, "credit")
    into = abs(read_amount(credit, mark)) if credit else Decimal(0)
    out = abs(read_amount(debit, mark)) if debit else Decimal(0)
    if not debit and not credit:
        raise Invalid("the amount is missing")
    return into - out


def _fee(table: _Table, row: Sequence[str], mark: str | None) -> Decimal:
    fee = table.cell(row, "fee")
    return abs(read_amount(fee, mark)) if fee else Decimal(0)


def _booked(table: _Table, row: Sequence[str]) -> dt.date:
    day = _day(table.cell(row, "date") or table.cell(row, "value_date"), table.order)
    if day is None:
        raise Invalid("the date is missing")
    return day


_OF_ONE_DAY = 64
"""Cells whose dates are kept for a little, as the rows of one day stand together."""


@lru_cache(_OF_ONE_DAY)
def _day(text: str, order: Order) -> dt.date | None:
    if not text:
        return None
    found = _dates_in(text.split("T")[0] if text[:4].isdigit() else text)
    if not found or found[0].year is None or not found[0].fits(order):
        raise Invalid(f"{text[:40]!r} is not a date")
    return _ANY.place(found[0], order)


@lru_cache(_OF_ONE_DAY)
def _dates_in(cell: str) -> tuple[PrintedDate, ...]:
    return dates_in(cell)


def _statement(account: str, currency: str, found: Sequence[StatementTransaction]) -> Statement:
    """Return the rows oldest first; running balances give opening and closing."""
    ordered = list(found)
    if len(ordered) > 1 and (ordered[0].date > ordered[-1].date or _runs_backwards(ordered)):
        ordered.reverse()
    running = all(each.balance is not None for each in ordered)
    first, last = ordered[0], ordered[-1]
    return Statement(
        bank="",
        account=account,
        currency=currency,
        start=min(each.date for each in ordered),
        end=max(each.date for each in ordered),
        opening=first.balance - first.amount if running and first.balance is not None else None,
        closing=last.balance if running else None,
        transactions=tuple(ordered),
        reader="csv",
        is_derived=running,
        is_machine_made=True,
    )


def _runs_backwards(found: Sequence[StatementTransaction]) -> bool:
    """Tell whether the balances of one day follow on each other only from the last row to the first."""
    pairs = [(one, other) for one, other in pairwise(found) if one.balance and other.balance]
    forwards = all((one.balance or 0) + other.amount == other.balance for one, other in pairs)
    backwards = all((other.balance or 0) + one.amount == one.balance for one, other in pairs)
    return bool(pairs) and backwards and not forwards
