"""Amounts of money, each in one currency, and never mixed without saying so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from domain.errors import Invalid

# ISO 4217, list one (current currency codes), funds and metals left out.
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_PRINTED_WHOLE = "IDR HUF TWD COP"
"""Currencies with a minor unit that hardly anything is priced in any more."""

_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"


@cache
def currencies() -> frozenset[str]:
    """Return every ISO 4217 code that Alfred knows."""
    return frozenset(_CODES.split())


def minor_digits(currency: str) -> int:
    """Return how many digits follow the decimal mark in `currency`."""
    if currency in _NO_MINOR_UNIT:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def unusual_digits(currency: str) -> tuple[int, ...]:
    """Return how many digits besides two may stand behind the mark where amounts of a currency are printed."""
    digits = 0 if currency in _PRINTED_WHOLE.split() else minor_digits(currency)
    return (digits,) if currency in currencies() and digits != 2 else ()


def check_currency(currency: str) -> str:
    """Return the code itself; raise `Invalid` for one that ISO 4217 does not list."""
    if currency not in currencies():
        raise Invalid(f"{currency!r} is not a currency of ISO 4217", where="currency")
    return currency


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount; minus is money out. Sums of unlike currencies are refused, not converted."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        check_currency(self.currency)
        if not self.amount.is_finite():
            raise Invalid(f"{self.amount} is not an amount", where="amount")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._alike(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._alike(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.rounded().amount:,f}"

    def rounded(self) -> Money:
        """Return the amount in whole minor units, halves to even."""
        unit = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money(self.amount.quantize(unit, ROUND_HALF_EVEN), self.currency)

    def _alike(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise Invalid(f"{self.currency} and {other.currency} are not to be summed", where="currency")
        return other


def totals(amounts: Iterable[Money]) -> dict[str, Money]:
    """Return one exact sum per currency."""
    sums: dict[str, Money] = {}
    for money in amounts:
        sums[money.currency] = sums[money.currency] + money if money.currency in sums else money
    return sums
