"""Amounts as banks print them: which mark stands before the cents, and where the sign hides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import NamedTuple

from domain.errors import Invalid
from domain.finance.money import currencies

# What begins none is passed over before each is tried.
_CURRENCY = (
    r"(?=[A-Zzk$€£¥₹₺₩฿₫])"
    r"(?:(?!(?:CR|DR)(?![A-Z]))[A-Z]{3}|(?:US|S|HK|A|C|NZ|NT|R)?\$|[€£¥₹₺₩฿₫]|RM|Rp\.?|Fr\.?|zł|Kč|kr\.?|Euro)"
)
_MINUS = r"\-−–‒"
_SIDES = "CR|DR|Cr|Dr|cr|dr"
_BLANKS = "\u00a0\u2007\u2009\u202f"
_GROUPS = f"'’‘´`{_BLANKS}"
_UNGROUPED = dict.fromkeys(map(ord, f"., {_GROUPS}"))


class Notation(Enum):
    """What parts the cents, and what groups the thousands: `1.234,56`, `1,234.56`, and both with spaces.

    An apostrophe and a blank of no usual width group thousands in every notation; lakhs and crores stand apart with a
    comma beside a point: `1,23,456.78`.
    """

    COMMA = "comma"
    POINT = "point"
    COMMA_SPACED = "comma spaced"
    POINT_SPACED = "point spaced"

    @property
    def mark(self) -> str:
        return "," if self in (Notation.COMMA, Notation.COMMA_SPACED) else "."

    @property
    def is_spaced(self) -> bool:
        return self in (Notation.COMMA_SPACED, Notation.POINT_SPACED)


class PrintedAmount(NamedTuple):
    """An amount inside a line. `sign` is 0 where none is printed; `value` has none."""

    value: Decimal
    sign: int
    start: int
    end: int
    currency: str = ""

    @property
    def signed(self) -> Decimal:
        return -self.value if self.sign < 0 else self.value


@cache
def _pattern(notation: Notation, digits: int) -> re.Pattern[str]:
    group = _GROUPS + ("." if notation.mark == "," else ",") + (" " if notation.is_spaced else "")
    lakhs = r"|\d{1,2}(?:,\d\d)+,\d{3}" if notation.mark == "." else ""
    cents = rf"{re.escape(notation.mark)}(?P<cents>\d{{{digits}}})" if digits else "(?P<cents>)"
    return re.compile(
        rf"(?<![\w.,/:%*#])"
        rf"(?P<lead>[+({_MINUS}]\s?)?(?:(?P<currency>{_CURRENCY})[ \u00a0]?(?P<inner>[+{_MINUS}]\s?)?)?"
        rf"(?P<whole>\d{{1,3}}+(?:[{group}]\d{{3}})+{lakhs}|\d++){cents}(?![\d%])(?![.,:/]\d)"
        rf"(?P<after>[ \u00a0]?(?:{_CURRENCY})(?!\w)(?![ \u00a0]?\d))?"
        rf"(?P<tail>\)|[ \u00a0]?(?:(?:{_SIDES})(?:\.(?!\s*[^\W\d]))?|[SHCD])(?![\w/.:])"
        rf"|[+{_MINUS}](?!\d)|\s[+{_MINUS}](?=\s*$))?"
    )


def amounts_in(line: str, notation: Notation, digits: int = 2) -> tuple[PrintedAmount, ...]:
    """Return every amount with so many digits after the mark, in order; with none, every whole number."""
    if digits and notation.mark not in line:
        return ()
    return tuple(map(_printed, _pattern(notation, digits).finditer(line)))


def _printed(match: re.Match[str]) -> PrintedAmount:
    lead, before, inner, whole, cents, after, tail = match.groups()
    start, end = match.span()
    digits = whole if whole.isdigit() else whole.translate(_UNGROUPED)
    value = Decimal(f"{digits}.{cents}" if cents else digits)
    if not (lead or before or after or tail):
        return PrintedAmount(value, 0, start, end)
    sign = _sign(lead or inner or "", tail.strip() if tail else "")
    currency = (before or after or "").strip()
    if len(currency) == 3 and currency.isalpha() and currency not in currencies():
        currency, start = "", match.start("inner") if inner else match.start("whole")
    return PrintedAmount(value, sign, start, end, currency)


def _sign(lead: str, tail: str) -> int:
    lead = lead.strip()
    if tail:
        if tail == ")":
            return -1 if lead == "(" else 0
        return 1 if tail.upper().rstrip(".") in ("CR", "H", "C", "+") else -1
    if lead in ("", "("):
        return 0
    return 1 if lead == "+" else -1


def usual_notations(lines: Iterable[str], digits: int = 2) -> tuple[tuple[Notation, ...], ...]:
    """Return the notations that a document may be written in, the likeliest first.

    Two stand together where a space may group thousands as well as part a number from words: each may add up, as
    `2 590,23` and `590,23` do. Amounts without a fraction tell by what groups their thousands.
    """
    text = "\n".join(lines)
    comma, point = (len(re.findall(rf"{mark}(?<=\d.)\d{{{digits or 3}}}(?![\d,.])", text)) for mark in (",", r"\."))
    if not digits:
        comma, point = point, comma
    firsts = (Notation.COMMA, Notation.COMMA_SPACED), (Notation.POINT, Notation.POINT_SPACED)
    likely, other = firsts if comma >= point else firsts[::-1]
    others = (other,) if min(comma, point) * 4 > max(comma, point) else ()
    return tuple(_spacing(text, plain, spaced, digits) for plain, spaced in (likely, *others))


_BETWEEN_LETTERS = re.compile(rf"(?<=[^\W\d])[{_BLANKS}](?=[^\W\d])")


def with_plain_spaces(texts: Sequence[str]) -> list[str]:
    """Return a document's texts with plain spaces for the blanks that part words in it, and so group nothing."""
    plain = {ord(blank): " " for text in texts for blank in _BETWEEN_LETTERS.findall(text)}
    return [text.translate(plain) for text in texts]


def _spacing(text: str, plain: Notation, spaced: Notation, digits: int) -> tuple[Notation, ...]:
    """Tell what a space is between digits: zeros before `039,58` are printed only in a group of thousands."""
    fraction = rf"{re.escape(plain.mark)}\d{{{digits}}}" if digits else ""
    grouped = r"(?<![\w.,/:%*#])\d{1,3}(?: \d{3})*"
    if re.search(rf"{grouped} \d{{3}}{fraction}(?!\d)", text) is None:
        return (plain,)
    if digits and re.search(rf"{grouped} 0\d\d(?: \d{{3}})*{fraction}(?!\d)", text):
        return (spaced,)
    mark = r"\." if plain.mark == "," else ","
    is_grouped = re.search(rf"(?<![\w.,])\d{{1,3}}(?:{mark}|['’])\d{{3}}{fraction}(?!\d)", text) is not None
    return (plain, spaced) if is_grouped else (spaced, plain)


_WHOLE = re.compile(
    rf"^(?P<lead>[+({_MINUS}]?)\s*(?:{_CURRENCY})?\s*(?P<inner>[+{_MINUS}]?)\s*"
    rf"(?P<number>\d[\d.,'’ \u00a0\u202f]*)\s*(?:{_CURRENCY})?\s*"
    rf"(?P<tail>\)|(?:{_SIDES})\.?|[SHCD]|[+{_MINUS}])?$"
)


def read_amount(text: str, mark: str | None = None) -> Decimal:
    """Read a whole cell as one signed amount; raise `Invalid` for what is no amount.

    Without `mark` the last of `.` and `,` parts the fraction, unless it can only group thousands.
    """
    match = _WHOLE.match(text.strip())
    if match is None or (match["lead"] and match["inner"]):
        raise Invalid(f"{text.strip()[:40]!r} is not an amount")
    number = _plain(match["number"], mark, text)
    tail = (match["tail"] or "").strip()
    return -number if _sign(match["lead"] or match["inner"], tail) < 0 else number


def sign_of(text: str) -> int:
    """Return the sign that a whole cell prints; 0 where it prints none, or is no amount."""
    match = _WHOLE.match(text.strip())
    return _sign(match["lead"] or match["inner"], (match["tail"] or "").strip()) if match else 0


_GROUPING = re.compile(r"['’\s\u00a0\u202f]")
_MARKS = re.compile(r"[.,]")


def _plain(number: str, mark: str | None, text: str) -> Decimal:
    number = _GROUPING.sub("", number)
    point = mark or _fraction_mark(number)
    whole, found, fraction = number.rpartition(point) if point else (number, "", "")
    if not found:
        whole, fraction = fraction or whole, ""
    groups = _MARKS.split(whole)
    if not _are_thousands(groups):
        raise Invalid(f"{text.strip()[:40]!r} is not an amount")
    try:
        return Decimal(f"{''.join(groups) or '0'}.{fraction or '0'}" if fraction else "".join(groups))
    except InvalidOperation:
        raise Invalid(f"{text.strip()[:40]!r} is not an amount") from None


def _are_thousands(groups: Sequence[str]) -> bool:
    """Whether these are groups of three, or of two before the last three as lakh and crore are written."""
    first, *others = map(len, groups)
    return not others or (
        others[-1] == 3 and first <= 3 and (set(others) == {3} or (set(others[:-1]) == {2} and first <= 2))
    )


def _fraction_mark(number: str) -> str | None:
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return None
    mark = number[last]
    only_groups = number.count(mark) > 1 or (len(number) - last == 4 and not set(number) & ({".", ","} - {mark}))
    return None if only_groups and len(number) - last == 4 else mark
