"""Payments that are far from the usual: at their merchant, or at one who was never paid before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.finance.categories import Spending
from domain.finance.transactions import Judge, Transaction
from domain.finance.unusual import ENOUGH_IN_ALL, unusual_in

TODAY = dt.date(2026, 11, 23)
SINCE = TODAY - dt.timedelta(days=45)


def paid(amount: str, merchant: str | None, ago: int, currency: str = "MYR") -> Transaction:
    day = TODAY - dt.timedelta(days=ago)
    id = f"{day}-{merchant}-{amount}"
    return Transaction(id, "s", "Bank", "1", day, merchant or "?", Decimal(amount), currency, merchant)


USUAL = [paid(f"-{10 + number % 50}", f"Shop {number % 7}", 200 - number) for number in range(120)]


def words(*payments: Transaction) -> list[str]:
    return [each.words for each in unusual_in([*USUAL, *payments], SINCE)]


def test_a_large_first_payment_to_a_stranger_is_odd() -> None:
    assert words(paid("-4000", "Zed Trading", 3)) == [
        "Zed Trading took MYR 4,000.00; the first payment there, and a large one."
    ]


def test_a_first_payment_of_a_usual_size_is_none() -> None:
    assert words(paid("-30", "Zed Trading", 3)) == []


def test_a_large_payment_to_one_who_was_paid_before_is_none() -> None:
    assert words(paid("-3900", "Landlord", 90), paid("-4000", "Landlord", 3)) == []


def test_what_is_no_spending_or_names_nobody_is_none() -> None:
    own = Transaction("t", "s", "Bank", "1", TODAY, "t", Decimal(-9000), "MYR", "Card", Spending.TRANSFER, Judge.OWNER)
    assert words(own, paid("-4000", None, 3)) == []


def test_in_young_books_and_in_a_currency_hardly_used_nobody_is_a_stranger() -> None:
    young = [paid(f"-{number}", f"Shop {number}", 40 - number // 3) for number in range(1, 90)]
    assert list(unusual_in([*young, paid("-4000", "Zed", 1)], SINCE)) == []
    assert words(paid("-4000", "Zed", 3, "EUR")) == []


@given(st.lists(st.integers(1, 10_000), min_size=ENOUGH_IN_ALL, max_size=120))
def test_of_a_hundred_payments_a_few_at_most_are_large(amounts: list[int]) -> None:
    lines = [paid(f"-{amount}", f"M{place}", 150 - place) for place, amount in enumerate(amounts)]
    assert sum(each.usual is None for each in unusual_in(lines, dt.date.min)) <= len(lines) * 0.03 + 1
