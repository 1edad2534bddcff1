"""What comes again and again is found whatever else its merchant sold, and only that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finance.categories import Spending
from domain.finance.recurring import Recurring, recurring_in, with_subscriptions
from domain.finance.series import Rhythm
from domain.finance.transactions import StatementRecord, StatementState, Transaction

FIRST = dt.date(2025, 1, 5)
PRICES = st.integers(100, 9_999).map(lambda cents: Decimal(cents) / 100)


def paid(amount: str | Decimal, day: dt.date, merchant: str = "Streambox") -> Transaction:
    id = f"{day}-{amount}"
    return Transaction(id, "s", "Bank", "1", day, merchant, -Decimal(amount), "MYR", merchant)


def month(number: int, day: int = 5) -> dt.date:
    """The day of a month, counted from January 2025 on."""
    return dt.date(2025 + (number - 1) // 12, (number - 1) % 12 + 1, day)


def monthly(*amounts: str, day: int = 5) -> list[Transaction]:
    """One payment a month; an empty amount is a month without."""
    return [paid(each, month(number, day)) for number, each in enumerate(amounts, 1) if each]


def found(payments: Sequence[Transaction]) -> list[tuple[str, str, int]]:
    return [(each.rhythm.value, str(each.last.amount), each.times) for each in recurring_in(payments)]


def only(payments: Sequence[Transaction]) -> Recurring:
    (one,) = recurring_in(payments)
    return one


def test_a_payment_that_was_skipped_ends_nothing() -> None:
    assert found(monthly("45.00", "45.00", "", "45.00", "45.00")) == [("monthly", "45.00", 4)]


def test_what_comes_every_second_month_is_not_monthly() -> None:
    assert found(monthly("45.00", "", "45.00", "", "45.00", "", "45.00")) == []


def test_a_purchase_at_the_same_merchant_ends_nothing() -> None:
    assert found([*monthly("45.00", "45.00", "45.00"), paid("310.00", month(2, 17))]) == [("monthly", "45.00", 3)]


def test_two_subscriptions_at_one_merchant_are_two() -> None:
    both = [*monthly("45.00", "45.00", "45.00"), *monthly("9.90", "9.90", "9.90", "9.90", day=20)]
    assert found(both) == [("monthly", "45.00", 3), ("monthly", "9.90", 4)]


def test_two_subscriptions_of_one_price_are_two() -> None:
    both = [*monthly("35.00", "35.00", "35.00"), *monthly("35.00", "35.00", "35.00", day=15)]
    assert found(both) == [("monthly", "35.00", 3), ("monthly", "35.00", 3)]


def test_a_yearly_payment_is_known_from_two() -> None:
    assert found([paid("139.00", FIRST), paid("139.00", FIRST + dt.timedelta(days=366))]) == [("yearly", "139.00", 2)]
    twice = [paid("20.00", FIRST), paid("20.00", FIRST + dt.timedelta(days=366)), paid("31.00", month(4))]
    assert found(twice) == []


@pytest.mark.parametrize("later", [(), ("80.00",), ("80.00", "80.00")])
def test_a_rise_of_whatever_size_goes_on_and_is_dated(later: tuple[str, ...]) -> None:
    one = only(monthly("45.00", "45.00", "45.00", "80.00", *later))
    assert (one.times, str(one.rise), one.rose_on) == (4 + len(later), "MYR 35.00", month(4))


def test_a_price_that_fell_or_a_bill_that_varies_is_no_rise() -> None:
    assert only(monthly("45.00", "45.00", "45.00", "40.00")).rise is None
    assert only(monthly("80.00", "90.00", "85.00", "95.00")).rise is None


def test_a_bill_that_differs_a_little_is_one_whatever_months_are_alike() -> None:
    assert found(monthly("80.00", "80.00", "80.00", "85.00", "90.00", "82.00")) == [("monthly", "82.00", 6)]


VARYING = ("204.30", "122.96", "160.00", "95.00", "180.00")


def test_a_metered_bill_that_halves_or_doubles_goes_on_but_groceries_of_such_sums_are_no_series() -> None:
    power, food = (
        [replace(each, category=category) for each in monthly(*VARYING)]
        for category in (Spending.UTILITIES, Spending.GROCERIES)
    )
    assert found(power) == [("monthly", "180.00", 5)]
    assert found(food) == []


@pytest.mark.parametrize(
    ("covered_until", "is_over"), [(month(3, 28), False), (month(4, 28), False), (month(5, 28), True)]
)
def test_a_series_is_over_once_two_payments_are_missing_from_days_that_the_books_know(
    covered_until: dt.date, is_over: bool
) -> None:
    at = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    record = StatementRecord("s", "f", "f.pdf", StatementState.COUNTED, at, "Bank", "1", start=FIRST, end=covered_until)
    assert only(monthly("45.00", "45.00", "45.00")).is_over((record,)) is is_over


def test_who_buys_every_working_day_has_no_subscription() -> None:
    days = (FIRST + dt.timedelta(days=number) for number in range(120))
    assert found([paid("4.50", day) for day in days if day.weekday() < 5]) == []


def test_only_the_subscription_is_taken_for_one_not_the_purchase_beside_it() -> None:
    lines = [*monthly("45.00", "45.00", "45.00"), paid("310.00", month(2, 17))]
    assert [each.category.value for each in with_subscriptions(lines)] == [*["subscriptions"] * 3, "other"]


@given(PRICES, st.integers(5, 20), st.integers(1, 3), st.lists(PRICES, max_size=3, unique=True), st.randoms())
def test_a_subscription_is_found_among_purchases_and_with_a_month_left_out(
    price: Decimal, times: int, skipped: int, purchases: list[Decimal], chance: Random
) -> None:
    days = [month(number) for number in range(1, times + 2) if number != skipped + 1]
    others = [paid(each, month(3, 9 + place)) for place, each in enumerate(purchases) if each != price]
    lines = [*(paid(price, day) for day in days), *others]
    chance.shuffle(lines)
    one = next(each for each in recurring_in(lines) if each.last.amount == price)
    assert (one.rhythm, one.times, one.last_on) == (Rhythm.MONTHLY, times, days[-1])


@given(st.lists(st.tuples(PRICES, st.integers(0, 700)), max_size=30, unique_by=lambda each: each[1]))
def test_whatever_is_found_kept_its_rhythm_and_lies_among_what_was_paid(bought: list[tuple[Decimal, int]]) -> None:
    lines = [paid(price, FIRST + dt.timedelta(days=day)) for price, day in bought]
    for each in recurring_in(lines):
        assert each.rhythm.least_times <= each.times <= len(lines)
        assert each.last.amount in {price for price, _ in bought}
        assert each.due > each.last_on
    assert recurring_in(lines[::-1]) == recurring_in(lines)
