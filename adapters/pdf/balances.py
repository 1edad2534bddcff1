"""Where a document states balances, and what they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.pdf.currency import printed_with
from adapters.pdf.rows import Sheet
from adapters.pdf.sheet import Item
from adapters.pdf.vocabulary import Label
from domain.finance.amounts import PrintedAmount
from domain.finance.dates import PrintedDate


@dataclass(frozen=True, slots=True)
class Mark:
    """One balance as printed, and in which line. `currency` is the code or sign printed with it, nothing without."""

    index: int
    label: Label
    value: Decimal
    date: PrintedDate | None = None
    currency: str = ""


_IN_DEBT = re.compile(r"zu (?:ihren |meinen )?lasten|overdrawn|im soll|débiteur|deudor|a debito|terlebih")
_NEXT = 3
"""Lines below a label without an amount in which its amount is still looked for."""


def marks_of(sheet: Sheet) -> tuple[Mark, ...]:
    """Return every balance in the order of the document."""
    marks: list[Mark] = []
    for item in sheet.items:
        if item.index in sheet.labels:
            marks += _labelled(sheet, item)
        elif item.amounts and not item.lead:
            marks += _split_label(sheet, item)
    return tuple(marks)


def _labelled(sheet: Sheet, item: Item) -> Sequence[Mark]:
    found = sheet.labels[item.index]
    after = [amount for amount in item.amounts if amount.end > found.end]
    if len(after) > 1 and found.label is Label.OPENING and (both := _both(sheet, item, after)):
        return both
    if after:
        return [_mark(item, item, found.label, after[0])]
    if found.label not in (Label.OPENING, Label.CLOSING):
        return []
    return _below(sheet, item)


def _below(sheet: Sheet, item: Item) -> Sequence[Mark]:
    """Read the balances of a heading from the line below it."""
    found = sheet.labels[item.index]
    for below in sheet.items[item.index + 1 : item.index + 1 + _NEXT]:
        if below.lead and not below.amounts:
            continue
        if below.index in sheet.labels and sheet.labels[below.index].label is not Label.INTERIM:
            return []
        if not below.amounts:
            continue
        if len(below.amounts) > 1 and (both := _both(sheet, item, below.amounts, below)):
            return both
        return [_mark(below, item, found.label, below.amounts[-1])]
    return []


def _both(sheet: Sheet, item: Item, amounts: Sequence[PrintedAmount], holder: Item | None = None) -> Sequence[Mark]:
    """Read a line of headings that begins with the opening and ends with the closing balance."""
    opening = sheet.vocabulary.labels[Label.OPENING].search(item.lowered)
    closing = sheet.vocabulary.labels[Label.CLOSING].search(item.lowered)
    if opening is None or closing is None or closing.start() < opening.end():
        return []
    holder = holder or item
    last = amounts[-1]
    if holder is item:
        last = next((amount for amount in item.amounts if amount.end > closing.end()), last)
    return [_mark(holder, item, Label.OPENING, amounts[0]), _mark(holder, item, Label.CLOSING, last)]


_LAST_WORD = re.compile(r"(\w+)\W*$")


def _split_label(sheet: Sheet, item: Item) -> Sequence[Mark]:
    """Read a label of two words, of which the first ends the line above and the second stands before the amount."""
    above = _LAST_WORD.search(sheet.items[item.index - 1].lowered) if item.index else None
    before = _LAST_WORD.search(item.lowered, 0, item.amounts[-1].start)
    if above is None or before is None:
        return []
    phrase = f"{above[1]} {before[1]}"
    for label in (Label.OPENING, Label.CLOSING):
        if sheet.vocabulary.labels[label].fullmatch(phrase):
            return [_mark(item, item, label, item.amounts[-1])]
    return []


def _mark(holder: Item, labelled: Item, label: Label, amount: PrintedAmount) -> Mark:
    value = amount.signed
    if amount.sign == 0 and _IN_DEBT.search(labelled.lowered):
        value = -value
    dates = labelled.dates or holder.dates
    return Mark(holder.index, label, value, dates[0] if dates else None, printed_with(amount, holder, labelled))


def distinct(values: Sequence[Decimal], at_most: int = 4) -> tuple[Decimal, ...]:
    """Return the first few unlike values in order."""
    return tuple(dict.fromkeys(values))[:at_most]
