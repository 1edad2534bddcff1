"""A document as lines of words, the same for every way of getting at them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from domain.finance.amounts import Notation, PrintedAmount, amounts_in
from domain.finance.dates import PrintedDate, dates_in


class Word(NamedTuple):
    """One word and where it stands, in points from the page's left edge."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `words` is empty where positions were not asked for."""

    text: str
    page: int
    words: tuple[Word, ...] = ()

    def span(self, start: int, end: int) -> tuple[float, float] | None:
        """Return from where to where the characters `start` to `end` of the text stand on the page."""
        at, left = 0, None
        for word in self.words:
            stop = at + len(word.text)
            if left is None and stop > start:
                left = word.left
            if stop >= end:
                return (word.left if left is None else left), word.right
            at = stop + 1
        return None


@dataclass(frozen=True, slots=True)
class Item:
    """A line with the dates and amounts that stand in it.

    `lead` is where the words begin after a running number and leading dates; 0 where the line begins with none.
    `ending` are the amounts at its end, with nothing between them but blanks, currencies and dates.
    """

    index: int
    line: Line
    dates: tuple[PrintedDate, ...]
    amounts: tuple[PrintedAmount, ...]
    lowered: str = field(compare=False)
    lead: int = 0
    ending: tuple[PrintedAmount, ...] = ()

    @property
    def text(self) -> str:
        return self.line.text


def _lead(text: str, dates: Sequence[PrintedDate]) -> int:
    at = 0
    for date in dates:
        between = text[at : date.start]
        if between and not _NOTHING.fullmatch(between) and not (at == 0 and _NUMBER.fullmatch(between)):
            break
        at = date.end
    return at


_BETWEEN = re.compile(r"(?:\s|[A-Z]{3}\b|[€$£*|/-]|\d{1,2}[./ -]\d{2}[./ -]?(?:\d{2,4})?|\d{4}-\d\d-\d\d)*")


def _is_between(text: str, start: int, end: int) -> bool:
    gap = text[start:end]
    return not gap or gap.isspace() or _BETWEEN.fullmatch(gap) is not None


def _ending(text: str, amounts: tuple[PrintedAmount, ...]) -> tuple[PrintedAmount, ...]:
    if not amounts or not _is_between(text, amounts[-1].end, len(text)):
        return ()
    first = len(amounts) - 1
    while first and _is_between(text, amounts[first - 1].end, amounts[first].start):
        first -= 1
    return amounts[first:]


_NOTHING = re.compile(r"[\s/|.:-]*(?:Wertstellung:\s*)?")
_NUMBER = re.compile(r"\s*\d{1,4}[.)]?\s+")
_DIGIT = re.compile(r"\d")


def items_of(lines: Sequence[Line], notation: Notation, digits: int = 2) -> tuple[Item, ...]:
    """Return each line with what stands in it; a number inside a date is no amount.

    All dates are found before the first amount: line by line, either pattern would drive the other out of the cache.
    """
    texts = [line.text if _DIGIT.search(line.text) else "" for line in lines]
    dates = [dates_in(text) for text in texts]
    amounts = [amounts_in(text, notation, digits) for text in texts]
    return tuple(map(_item, range(len(lines)), lines, dates, amounts))


def _item(index: int, line: Line, dates: tuple[PrintedDate, ...], amounts: tuple[PrintedAmount, ...]) -> Item:
    text = line.text
    amounts = _outside(amounts, dates)
    return Item(index, line, dates, amounts, text.lower(), _lead(text, dates), _ending(text, amounts))


def with_years_first(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the lines with each date of numbers read from its year on; none where one cannot be, or there is none."""
    plain = [date for item in items for date in item.dates if date.is_plain]
    if not plain or not all(date.from_year() for date in plain):
        return ()
    return tuple(replace(item, dates=tuple(date.from_year() or date for date in item.dates)) for item in items)


def _outside(amounts: tuple[PrintedAmount, ...], dates: Sequence[PrintedDate]) -> tuple[PrintedAmount, ...]:
    if not dates or not amounts or amounts[0].start >= dates[-1].end:
        return amounts
    return tuple(amount for amount in amounts if not any(_overlap(amount, date) for date in dates))


def _overlap(amount: PrintedAmount, date: PrintedDate) -> bool:
    return amount.start < date.end and date.start < amount.end


def clean(text: str) -> Iterable[str]:
    """Return the lines of a page's text, hyphenated ones apart again, blank ones left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark in ("\ufffe", "\x02", "\u00ad\n"):
        text = text.replace(mark, "-\n")
    return (line for raw in _BLANKS.sub(" ", text).split("\n") if (line := raw.strip()))


_CONTROLS = r"\t\x00-\x08\x0b\x0c\x0e-\x1f"
_BLANKS = re.compile(rf"[ {_CONTROLS}]{{2,}}|[{_CONTROLS}]")
