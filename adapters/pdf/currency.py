"""In which currency something is printed: by the code or sign beside an amount, else by what the lines name most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from adapters.pdf.sheet import Item
from domain.finance.amounts import PrintedAmount
from domain.finance.money import currencies

_SYMBOLS = {
    "€": "EUR", "Euro": "EUR", "£": "GBP", "S$": "SGD", "HK$": "HKD", "US$": "USD", "A$": "AUD", "NZ$": "NZD",
    "RM": "MYR", "C$": "CAD", "Rp": "IDR", "¥": "JPY", "₹": "INR", "฿": "THB", "₺": "TRY", "₩": "KRW", "zł": "PLN",
    "Kč": "CZK", "NT$": "TWD", "R$": "BRL", "₫": "VND", "Fr": "CHF",
}  # fmt: skip
_SHARED = {
    "$": "USD SGD HKD AUD NZD CAD TWD BRL MXN ARS CLP COP FJD BND JMD TTD BSD BBD BZD XCD NAD LRD",
    "kr": "SEK NOK DKK ISK",
}
"""Signs that several currencies have in common."""

_CODE = re.compile(
    r"(?=[A-Z€£¥₹฿₺₩₫])(?<![A-Za-z])"
    r"(?:[A-Z]{3}(?![A-Za-z])|(?:US|S|HK|A|NZ|C|NT|R)\$|[€£¥₹฿₺₩₫]|Euro\b|RM(?=\s?\d|\)|\s*$)|Rp\b)",
    re.MULTILINE,
)
_FRAME = re.compile(
    r"[(\[]\s*$|(?:\bin|currency|ccy|währung|waehrung|devise|moneda|valuta|matawang|divisa)\W*$|[\d.,][.,]\d\d[-+]?\s?$",
    re.IGNORECASE,
)
_NUMBER_BEHIND = re.compile(r"\s?[-+]?\d[\d.,'’ ]*[.,]\d{2,3}(?!\d)")
_USUAL = (
    "EUR USD GBP CHF SGD MYR HKD AUD CAD NZD JPY CNY INR IDR THB PHP VND KRW TWD SEK NOK DKK PLN CZK HUF AED ZAR MXN"
)
"""Codes that are no words, names or shorthand of any language in which statements are written."""


def code_of(printed: str) -> str:
    """Return the code of a printed code or sign, nothing for a sign that several currencies share."""
    sign = printed.rstrip(".")
    code = _SYMBOLS.get(sign, sign)
    return code if code in currencies() else ""


def may_be(printed: str, currency: str) -> bool:
    """Whether an amount that is printed with this code or sign may be of the currency; a chance word says nothing."""
    sign = printed.rstrip(".")
    if shared := _SHARED.get(sign):
        return currency in shared.split()
    return code_of(printed) in ("", currency) or (sign not in _SYMBOLS and sign not in _USUAL.split())


def printed_with(amount: PrintedAmount, *lines: Item) -> str:
    """Return the code or sign printed with a balance, else the only currency that its lines name."""
    if code_of(amount.currency) or amount.currency.rstrip(".") in _SHARED:
        return amount.currency
    named = {
        code for item in lines for match, code in _codes(item) if _is_framed(item, match) or code in _USUAL.split()
    }
    return named.pop() if len(named) == 1 else ""


def currency_of(items: Iterable[Item]) -> str:
    """Return the currency named most often beside amounts, in brackets, and in lines that are no transactions."""
    counts: Counter[str] = Counter()
    for item in _naming(items):
        for match, code in _codes(item):
            counts[code] += _weight(item, match, code)
    return counts.most_common(1)[0][0] if counts.total() else ""


def _naming(items: Iterable[Item]) -> Iterable[Item]:
    """Return the lines that may name a currency: few do, and one look at all of them together tells which."""
    lines = [*items]
    printed = set(_CODE.findall("\n".join([item.text for item in lines])))
    signs = [sign for sign in printed if _SYMBOLS.get(sign, sign) in currencies()]
    return [item for item in lines if any(sign in item.text for sign in signs)] if signs else ()


def currency_by_country(items: Iterable[Item]) -> str:
    """Return what accounts are kept in that name no currency, where the document shows its country."""
    text = "\n".join(item.text for item in items)
    return "EUR" if any(sign in text for sign in _GERMAN_SIGNS) and _GERMAN.search(text) else ""


def _codes(item: Item) -> Sequence[tuple[re.Match[str], str]]:
    found = ((match, _SYMBOLS.get(match[0], match[0])) for match in _CODE.finditer(item.text))
    return [(match, code) for match, code in found if code in currencies()]


def _weight(item: Item, match: re.Match[str], code: str) -> int:
    if _is_framed(item, match):
        return 1 if item.lead else 3
    return 2 if not item.lead and code in _USUAL.split() else 0


def _is_framed(item: Item, match: re.Match[str]) -> bool:
    framed = _FRAME.search(item.text, 0, match.start()) or _NUMBER_BEHIND.match(item.text, match.end())
    return framed is not None


_GERMAN_SIGNS = ("Bankleitzahl", "BLZ", "IBAN")
_GERMAN = re.compile(r"Bankleitzahl|\bBLZ\b|\bIBAN:? ?(?:DE|AT)\d\d")
"""A bank code of Germany or Austria, where accounts that name no currency are kept in euro."""
