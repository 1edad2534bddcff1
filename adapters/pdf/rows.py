"""The lines of a table that are transactions, and which of their amounts is which."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from adapters.pdf.sheet import Item
from adapters.pdf.vocabulary import Found, Vocabulary
from domain.finance.amounts import PrintedAmount
from domain.finance.dates import dates_in


class Shape(Enum):
    """By what a transaction is known, the surest first."""

    LEADING = "a date in front, an amount behind"
    OPEN = "a date in front, the amount perhaps some lines below"
    INNER = "a date anywhere, an amount behind"
    UNDATED = "an amount behind, below a line with a date"


@dataclass(frozen=True, slots=True)
class Column:
    role: str
    left: float
    right: float


class Row(NamedTuple):
    """One transaction as printed: its first line, the lines below, and the amounts at the end of one of them."""

    item: Item
    details: tuple[Item, ...]
    holder: Item
    amounts: tuple[PrintedAmount, ...]
    dated: Item

    @property
    def words(self) -> str:
        """Return the words of its first two lines, in lower case."""
        return " ".join(item.lowered for item in (self.item, *self.details[:1]))

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.item.text, *(each.text for each in self.details))


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines, and the labels of those that have one, by index."""

    items: Sequence[Item]
    labels: Mapping[int, Found]
    vocabulary: Vocabulary
    found: dict[tuple[int, ...], tuple[Row, ...]] = field(default_factory=dict, compare=False)
    """Rows by their heads between two lines: several shapes mostly find the same."""


def sheet_of(items: Sequence[Item], vocabulary: Vocabulary) -> Sheet:
    found = ((item.index, vocabulary.label_in(item.lowered, item.lead)) for item in items)
    return Sheet(items, {index: label for index, label in found if label is not None}, vocabulary)


_GAP = re.compile(r"(?:\s|[A-Z]{3}\b|[€$£*|/-]|Euro\b|RM\b)*")
_HEADING = 160
_LONGEST = 16
_REACH = 7
"""Lines below its date in which an amount is still looked for."""


def rows_of(sheet: Sheet, shape: Shape, start: int = 0, end: int | None = None) -> tuple[Row, ...]:
    """Return the transactions between two lines."""
    items = sheet.items[start:end]
    heads = [place for place, item in enumerate(items) if _heads(sheet, items, place, shape)]
    if shape is Shape.UNDATED:
        heads = _with_undated(sheet, items, heads)
    key = (start, len(items), *heads)
    if key not in sheet.found:
        sheet.found[key] = _rows(sheet, items, heads)
    return sheet.found[key]


def _rows(sheet: Sheet, items: Sequence[Item], heads: Sequence[int]) -> tuple[Row, ...]:
    days = [head - 1 for head in heads if head and _is_day(sheet, items[head - 1], items[head])]
    stops = sorted([*heads, *days, len(items)])
    rows = (_row(sheet, items[head : stops[bisect_right(stops, head)]]) for head in heads)
    return _dated([row for row in rows if row is not None], [items[place] for place in days])


def _heads(sheet: Sheet, items: Sequence[Item], place: int, shape: Shape) -> bool:
    item = items[place]
    if item.index in sheet.labels or not item.dates:
        return False
    if item.lead and item.ending:
        return not _is_range(item)
    if shape is Shape.OPEN:
        return bool(item.lead) and _amount_below(sheet, items, place) is not None
    return shape is Shape.INNER and _dates_beside(item) and not _is_range(item)


def _dates_beside(item: Item) -> bool:
    """Tell whether a date stands right before the amounts at the line's end, or ends the line."""
    amounts = item.ending
    if not amounts:
        return False
    return any(
        date.end >= amounts[-1].end or _GAP.fullmatch(item.text, date.end, amounts[0].start) for date in item.dates
    )


_RANGE = re.compile(r"\b(?:bis|to|until|au|al|hasta|t/m|hingga|through)\b", re.IGNORECASE)


def _is_range(item: Item) -> bool:
    """Tell whether the first two dates are the ends of a stretch of time, as in tables of interest."""
    if len(item.dates) < 2:
        return False
    return _RANGE.search(item.text, item.dates[0].end, item.dates[1].start) is not None


def _amount_below(sheet: Sheet, items: Sequence[Item], place: int) -> Item | None:
    for item in items[place + 1 : place + _REACH]:
        if item.index in sheet.labels or item.lead:
            return None
        if item.ending:
            return item
    return None


def _with_undated(sheet: Sheet, items: Sequence[Item], heads: Sequence[int]) -> list[int]:
    """Add the lines with an amount below the table's headings, sums left out."""
    firsts = heads or [place for place, item in enumerate(items) if _is_bare_day(sheet, item)]
    begin = next(
        (place for place, item in enumerate(items) if _is_heading(sheet, item)), min(firsts, default=len(items))
    )
    known = set(heads)
    extra = {
        place
        for place, item in enumerate(items)
        if place > begin
        and item.index not in sheet.labels
        and item.ending
        and not sheet.vocabulary.speaks_of_sums(item.lowered)
    }
    return sorted(known | extra)


def _is_heading(sheet: Sheet, item: Item) -> bool:
    """Tell whether the line names a column of dates and one of money."""
    if item.amounts or len(item.text) > _HEADING:
        return False
    words, columns = _names_in(item), sheet.vocabulary.columns
    money = columns["amount"] | columns["debit"] | columns["credit"]
    return bool(words & columns["date"]) and bool(words & money)


def _names_in(item: Item) -> frozenset[str]:
    return frozenset(word.strip("()[].:,*") for word in item.lowered.split())


def _row(sheet: Sheet, items: Sequence[Item]) -> Row | None:
    """Return the transaction that the first line begins; it ends at the next label, heading or foot of a page."""
    ends = (place for place, item in enumerate(items) if place and _ends_row(sheet, item))
    items = items[: next(ends, _LONGEST)]
    holder = next((item for item in items[:_REACH] if item.ending), None)
    if holder is None:
        return None
    return Row(items[0], tuple(items[1:]), holder, holder.ending, items[0])


_FOOT = re.compile(r"\b(?:page|seite|blatt|pagina|página|muka surat|halaman)\W*\d+", re.IGNORECASE)


def _ends_row(sheet: Sheet, item: Item) -> bool:
    return item.index in sheet.labels or _is_heading(sheet, item) or _FOOT.search(item.text) is not None


def _is_day(sheet: Sheet, item: Item, head: Item) -> bool:
    """Tell whether the line is a heading of the rows below it: a day and at most its name, right above the head of a
    row that bears none."""
    return not _bears_day(head) and _is_bare_day(sheet, item)


def _is_bare_day(sheet: Sheet, item: Item) -> bool:
    if len(item.dates) != 1 or item.amounts or item.index in sheet.labels:
        return False
    (date,) = item.dates
    words = _NAMES.findall(item.lowered[: date.start] + " " + item.lowered[date.end :])
    return len(words) <= 1 and not any(word.isdigit() or word in sheet.vocabulary.columns["date"] for word in words)


_NAMES = re.compile(r"\w+")


def _bears_day(item: Item) -> bool:
    return bool(item.lead) or _dates_beside(item)


def _dated(rows: Sequence[Row], days: Sequence[Item]) -> tuple[Row, ...]:
    """Let a row without a date of its own bear that of the heading or the row above, whichever is nearer."""
    dated: list[Row] = []
    for row in rows:
        above = [day for day in days if day.index < row.item.index][-1:]
        if _bears_day(row.item) or (row.item.dates and not above):
            dated.append(row)
            continue
        nearest = max([*above, *(each.dated for each in dated[-1:])], key=lambda each: each.index, default=row.item)
        dated.append(row._replace(dated=nearest))
    return tuple(dated)


def hides_day(row: Row, days: Sequence[str]) -> bool:
    """Tell whether a row that bears the day above it begins with one of its own, to which its wording sticks.

    A month's name makes one only among days that have one, and not where it begins a longer word, as in `3 Market`.
    """
    if row.dated is row.item:
        return False
    fronts = (_front(row.item.text, end) for end in range(4, max(map(len, days), default=0) + 2))
    found = (front[date.start : date.end] for front in fronts for date in dates_in(front))
    are_named = any(map(_has_letter, days))
    return any(are_named or not _has_letter(each) for each in found)


def _front(text: str, end: int) -> str:
    """Return what a text begins with, on to the end of a word that goes on in small letters."""
    while text[end - 1 : end].isalpha() and text[end : end + 1].islower():
        end += 1
    return text[:end]


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


def parts_sides(sheet: Sheet) -> bool:
    """Tell whether a heading names a column of money in and one of money out, wherever they stand.

    Most of its words name columns: small print may speak of payments in, and of a date, as well.
    """
    columns = sheet.vocabulary.columns
    known = {word for names in columns.values() for name in names for word in name.split()}
    headings = (_names_in(item) for item in sheet.items if _is_heading(sheet, item))
    named = (words for words in headings if 2 * len(words & known) > len(words))
    return any(columns["debit"] & words and columns["credit"] & words for words in named)


def columns_of(sheet: Sheet) -> tuple[Column, ...]:
    """Return the columns of money by the first heading that names them; none without positions."""
    for item in sheet.items:
        if item.amounts or not item.line.words:
            continue
        found = _columns(sheet, item)
        roles = {column.role for column in found}
        if {"debit", "credit"} <= roles or {"amount", "balance"} <= roles:
            return found
    return ()


def _columns(sheet: Sheet, item: Item) -> tuple[Column, ...]:
    columns = []
    for word in item.line.words:
        text = word.text.lower().strip("()[].:,*")
        for role in ("debit", "credit", "balance", "amount"):
            if text in sheet.vocabulary.columns[role]:
                columns.append(Column(role, word.left, word.right))
                break
    return tuple(columns)


def beyond(sheet: Sheet, rows: Sequence[Row], start: int, end: int) -> tuple[bool, bool]:
    """Tell whether a line with an amount of the table stands above the rows, below its headings, and below them.

    Balances and sums are none; nor is what stands beside the amounts of all rows, where positions are known.
    """
    first, last = min(row.item.index for row in rows), max(row.holder.index for row in rows)
    items = sheet.items[start:end]
    top = next((item.index for item in items if _is_heading(sheet, item)), first)
    spans = {row.holder.line.span(amount.start, amount.end) for row in rows for amount in row.amounts}
    left = [item.index for item in items if _holds_money(sheet, item, spans)]
    return any(top < index < first for index in left), any(index > last for index in left)


def _holds_money(sheet: Sheet, item: Item, spans: Collection[tuple[float, float] | None]) -> bool:
    if not item.ending or item.index in sheet.labels or sheet.vocabulary.speaks_of_sums(item.lowered):
        return False
    found = [item.line.span(amount.start, amount.end) for amount in item.ending]
    return any(one is None or other is None or _meet(one, other) for one in found for other in spans)


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def role_of(row: Row, amount: PrintedAmount, columns: Sequence[Column]) -> str:
    """Return the role of the column in which the amount stands; nothing where it stands in none."""
    span = row.holder.line.span(amount.start, amount.end)
    if span is None:
        return ""
    distances = [_distance(span, column) for column in columns]
    nearest = min(distances)
    return columns[distances.index(nearest)].role if nearest <= _ASTRAY else ""


_ASTRAY = 40.0
"""Points beside its heading in which an amount still belongs to the column."""


def _distance(span: tuple[float, float], column: Column) -> float:
    apart = max(column.left - span[1], span[0] - column.right, 0.0)
    return apart + abs(column.right - span[1]) / 1000
