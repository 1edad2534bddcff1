"""What a document says about itself: its period, account and bank."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from adapters.pdf.balances import Mark
from adapters.pdf.sheet import Item
from adapters.pdf.vocabulary import Label
from domain.finance.dates import Order, Period, PrintedDate

_JOINED = re.compile(
    r"\s*(?:[-–—/]|bis(?:\s+zum)?|to|until|through|au|al|a|hasta|t/m|tot|hingga|do|b\.)\s*", re.IGNORECASE
)
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,/-])")


def periods_of(items: Sequence[Item], marks: Sequence[Mark], order: Order) -> tuple[Period, ...]:
    """Return the period as stated, else between the dated balances, else the year up to the statement's date; behind
    it what it may be just as well."""
    if stated := _stated(items, marks, order):
        return stated
    ranged = _between_balances(marks, order)
    found = ranged or _up_to(items, order, _ISSUED) or _up_to(items, order, None) or _year(items)
    return (found,) if found else ()


_ISSUED = re.compile(
    r"statement date|date of statement|statement as (?:at|of)|as (?:at|of)|erstellt am|erstellungsdatum|auszug|datum|"
    r"tarikh penyata|date du relevé|fecha del? extracto|data estratto|\bvom\b|\bdate\b|, (?:am|den) "
)


def _stated(items: Sequence[Item], marks: Sequence[Mark], order: Order) -> tuple[Period, ...]:
    """Return the ranges with which the most of the document agrees; none that contradicts its balances or its rows."""
    heads = [item.dates[0] for item in items if item.lead and item.ending and item.dates[0].fits(order)]
    ranges = [found for item in items if not (item.lead and item.amounts) for found in _ranges(item, order)]
    issued, closed = _issued(items, order), _closed(items, marks, order)
    rank: dict[Period, tuple[bool, int, bool]] = {}
    for period, is_aside in ranges:
        inside = sum(period.is_near(period.place(date, order), _ASTRAY) for date in heads)
        if inside * 2 >= len(heads) and (not closed or any(period.is_near(day, _ASTRAY) for day in closed)):
            rank.setdefault(period, (not is_aside, inside, _is_issued_after(period, issued)))
    return tuple(period for period in rank if rank[period] == max(rank.values()))


_ASTRAY = 7
"""Days beyond the period that its first and last lines, and its balances, may bear."""

_ISSUED_AFTER = range(-3, 22)
"""Days after its period in which a statement is usually written."""

_ASIDE = re.compile(r"zins|interest|intérêt|interés|interess|valid|gültig|\boffer|promo|\btax\b|steuer")
"""What a line speaks of whose range is another than the statement's."""


def _ranges(item: Item, order: Order) -> Iterator[tuple[Period, bool]]:
    for first, second in pairwise(item.dates):
        if second.year and _JOINED.fullmatch(item.text, first.end, second.start):
            start, end = _ends(first, second, order)
            if start <= end and (end - start).days <= 400:
                yield Period(start, end), _ASIDE.search(item.lowered) is not None


def _closed(items: Sequence[Item], marks: Sequence[Mark], order: Order) -> list[dt.date]:
    """Return the days of the closing balances; that by which one is to be paid is none."""
    closings = [
        mark for mark in marks if mark.label is Label.CLOSING and not _TO_COME.search(items[mark.index].lowered)
    ]
    dates = [mark.date for mark in closings if mark.date is not None]
    return [date.in_year(date.year, order) for date in dates if date.year is not None]


def _issued(items: Sequence[Item], order: Order) -> list[dt.date]:
    lines = [item for item in items if not item.amounts and _dates_it(item, _ISSUED) and len(item.dates) == 1]
    return [date.in_year(date.year, order) for item in lines for date in item.dates if date.year and date.fits(order)]


def _is_issued_after(period: Period, issued: Sequence[dt.date]) -> bool:
    return not issued or any((day - period.end).days in _ISSUED_AFTER for day in issued)


def _ends(first: PrintedDate, second: PrintedDate, order: Order) -> tuple[dt.date, dt.date]:
    end = second.in_year(second.year or 1, order)
    start = first.in_year(first.year or end.year, order)
    if first.year is None and start > end:
        start = first.in_year(end.year - 1, order)
    return start, end


def _between_balances(marks: Sequence[Mark], order: Order) -> Period | None:
    days = {
        label: [
            mark.date.in_year(mark.date.year, order)
            for mark in marks
            if mark.label is label and mark.date is not None and mark.date.year is not None
        ]
        for label in (Label.OPENING, Label.CLOSING)
    }
    if not days[Label.OPENING] or not days[Label.CLOSING]:
        return None
    start, end = min(days[Label.OPENING]), max(days[Label.CLOSING])
    return Period(start, end) if start <= end else None


def _up_to(items: Sequence[Item], order: Order, label: re.Pattern[str] | None) -> Period | None:
    """Return the year that ends with the latest full date beside the label, without one with that of any line."""
    lines = [item for item in items if not (item.lead and item.amounts)]
    dates = [date for item in lines if _dates_it(item, label) for date in item.dates]
    days = [date.in_year(date.year, order) for date in dates if date.year and date.fits(order)]
    if not days and label is None:
        days = [date.in_year(date.year, order) for item in items for date in item.dates[:1] if date.year]
    if not days:
        return None
    return Period(max(days) - dt.timedelta(days=364), max(days), is_stated=False)


def _dates_it(item: Item, label: re.Pattern[str] | None) -> bool:
    return (label is None or label.search(item.lowered) is not None) and _TO_COME.search(item.lowered) is None


_TO_COME = re.compile(r"\bdue\b|fällig|zahlbar|gültig|valid|expir|vencimiento|échéance|scadenza|tarikh akhir")
"""What a line speaks of whose dates lie after the statement's."""


def _year(items: Sequence[Item]) -> Period | None:
    for item in items[:60]:
        if match := _YEAR.search(item.text):
            return Period(dt.date(int(match[0]), 1, 1), dt.date(int(match[0]), 12, 31), is_stated=False)
    return None


_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[\dA-Z*]{4}){2,7}(?: ?[\dA-Z*]{1,3})?\b")
_NUMBER = re.compile(
    r"(?:kontonummer|konto-?nr\.?|konto nr\.?|account (?:number|no\.?)|(?:account|konto)(?=:)|a/c no\.?|"
    r"acct\.? no\.?|nombor akaun|no\.? akaun|numéro de compte|compte n°|cuenta|rekeningnummer|"
    r"card (?:number|no\.?)|kartennummer)"
    r"\W*((?:[\dXx*•]+[ -]?){2,8})",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<!\d)(?:[\dXx*•]{4}[ -]){3}\d{3,4}(?!\d)")


def accounts_in(items: Sequence[Item]) -> tuple[tuple[int, str], ...]:
    """Return every account number with the line in which it stands."""
    found = []
    for item in items:
        if item.lead and item.ending:
            continue
        match = _IBAN.search(item.text) or _CARD.search(item.text)
        number = match[0] if match else (named[1] if (named := _NUMBER.search(item.text)) else "")
        if sum(character.isdigit() for character in number) >= 4:
            found.append((item.index, " ".join(number.split())))
    return tuple(found)


_BANK = re.compile(
    r"\b[\w&.'’ -]{0,40}(?:bank|banque|banca|banco|sparkasse|bankhaus|bhd|berhad)\b[\w&.' -]{0,20}", re.IGNORECASE
)


def bank_in(items: Sequence[Item]) -> str:
    """Return the first name in the document that looks like a bank's."""
    for item in items:
        match = None if item.dates or item.amounts else _BANK.search(item.text)
        if match:
            return " ".join(match[0].split())[:60]
    return ""
