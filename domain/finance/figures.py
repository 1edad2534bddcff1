"""Amounts of money in running text, and which of them stand in nothing that was looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.expressions import expression
from domain.finance.money import currencies

_NUMBER = r"\d{1,15}(?:[.,'’ \u00a0\u202f]\d{3}(?!\d)){0,5}(?:[.,]\d{1,2})?(?!\d)"
_SIGNED = rf"[-−+]?(?P<PLACE>{_NUMBER})(?P<PLACE_times> ?(?:k|thousand|m|million)\b)?"
_MARK = r"(?:US|S|HK|A|C|NZ)?\$|[€£¥₹]|(?:RM|(?-i:[A-Z]{3}))(?![a-zA-Z])"
_WORD = r"euros?|dollars?|ringgit|pounds?|rupees|yen|francs?"
_AMOUNT = expression(
    rf"(?<![\w$])(?P<before>{_MARK})[ \u00a0]?{_SIGNED.replace('PLACE', 'first')}"
    rf"|(?<![\w.,]){_SIGNED.replace('PLACE', 'second')}[ \u00a0]?(?P<after>(?:{_MARK}|{_WORD})(?!\w))",
    re.IGNORECASE,
)
_BARE = expression(rf"(?<![\w.,]){_NUMBER}")
_CENTS = re.compile(r"[.,](\d{1,2})$")
_NOTHING = expression(r"\bnothing\b", re.IGNORECASE)
_CODES = {"rm": "MYR", "ringgit": "MYR", "€": "EUR", "euro": "EUR", "£": "GBP", "pound": "GBP", "us$": "USD"}
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount as it stands in a text. `value` has no sign, `currency` is empty where it is not told for certain.

    `coarseness` is the unit of its last digit.
    """

    words: str
    value: Decimal
    currency: str = ""
    coarseness: Decimal = Decimal(1)

    def is_borne_out_by(self, known: Figure) -> bool:
        """Whether `known` is this amount, or it is `known` rounded to the digits that it has."""
        alike = not self.currency or not known.currency or self.currency == known.currency
        return alike and abs(self.value - known.value) * 2 <= self._slack

    @property
    def _slack(self) -> Decimal:
        return self.coarseness if self.coarseness > Decimal("0.01") else Decimal(0)


def figures_in(text: str) -> tuple[Figure, ...]:
    """Return the amounts that bear a currency."""
    return tuple(figure for found in _AMOUNT.finditer(text) if (figure := _figure(found)) is not None)


def numbers_in(text: str) -> tuple[Figure, ...]:
    """Return every number as if it were an amount, of whatever currency."""
    return tuple(Figure(found.group(), _read(found.group())[0]) for found in _BARE.finditer(text))


def nothing_in(text: str) -> tuple[Figure, ...]:
    """Return the amount of nothing, where the text says that it is nothing."""
    return (Figure("nothing", Decimal(0)),) if _NOTHING.search(text) else ()


def unfounded(text: str, known: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return the amounts in `text` that `known` does not bear out, each once."""
    there = tuple(known)
    lacking = (each for each in figures_in(text) if not any(each.is_borne_out_by(one) for one in there))
    return tuple({each.words: each for each in lacking}.values())


def _figure(found: re.Match[str]) -> Figure | None:
    place = "first" if found["first"] else "second"
    mark = (found["before"] or found["after"]).lower()
    if mark.isalpha() and len(mark) == 3 and mark != "yen" and not _currency(mark):
        return None
    times = _TIMES.get((found[f"{place}_times"] or "").strip().lower(), 1)
    value, unit = _read(found[place])
    return Figure(found.group().strip(), value * times, _currency(mark), unit * times)


def _currency(mark: str) -> str:
    known = _CODES.get(mark.removesuffix("s"))
    return known or (mark.upper() if mark.upper() in currencies() else "")


def _read(number: str) -> tuple[Decimal, Decimal]:
    """Return the value, and the unit of its last digit; three digits after a mark are thousands."""
    cents = _CENTS.search(number)
    whole = re.sub(r"\D", "", number[: cents.start()] if cents else number)
    digits = cents[1] if cents else ""
    return Decimal(f"{whole}.{digits or 0}"), Decimal(1).scaleb(-len(digits))
