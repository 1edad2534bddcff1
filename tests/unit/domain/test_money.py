"""Money is exact, and currencies are never mixed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.finance.money import Money, currencies, minor_digits, totals

CENTS = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(CENTS, max_size=60))
def test_sums_are_exact_in_any_order(amounts: list[Decimal]) -> None:
    expected = sum(int(amount * 100) for amount in amounts)
    found = totals(Money(amount, "EUR") for amount in reversed(amounts))
    assert found == ({"EUR": Money(Decimal(expected) / 100, "EUR")} if amounts else {})


def test_unlike_currencies_are_refused_and_kept_apart() -> None:
    one, other = Money(Decimal("1.10"), "EUR"), Money(Decimal("2.20"), "MYR")
    with pytest.raises(Invalid, match="EUR and MYR are not to be summed"):
        one + other
    assert totals([one, other, one]) == {"EUR": Money(Decimal("2.20"), "EUR"), "MYR": other}


@pytest.mark.parametrize("code", ["eur", "XXX", "", "EURO", "BTC"])
def test_what_iso_4217_does_not_list_is_no_currency(code: str) -> None:
    with pytest.raises(Invalid, match="not a currency"):
        Money(Decimal(1), code)


def test_infinite_amounts_are_refused() -> None:
    with pytest.raises(Invalid, match="not an amount"):
        Money(Decimal("Infinity"), "EUR")


def test_minor_units_are_those_of_the_currency() -> None:
    assert {code: minor_digits(code) for code in ("JPY", "EUR", "KWD")} == {"JPY": 0, "EUR": 2, "KWD": 3}
    assert str(Money(Decimal("1234.5"), "MYR")) == "MYR 1,234.50"
    assert str(Money(Decimal("-1234.5"), "JPY")) == "JPY -1,234"
    assert len(currencies()) > 150
