"""Amounts in running text: read as they are written, and held against those that are known."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finance.figures import figures_in, nothing_in, numbers_in, unfounded
from domain.finance.money import Money, currencies

WRITTEN = {
    "MYR 1,234.56": ("1234.56", "MYR"),
    "RM1,234.56": ("1234.56", "MYR"),
    "MYR -12.00": ("12", "MYR"),
    "€ 1.234,56": ("1234.56", "EUR"),
    "1.234,56 EUR": ("1234.56", "EUR"),
    "12,50 €": ("12.5", "EUR"),
    "500 euros": ("500", "EUR"),
    "$1.2k": ("1200", ""),
    "£3 million": ("3000000", "GBP"),
    "1 234,50 EUR": ("1234.5", "EUR"),
}

amounts = st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2)


@pytest.mark.parametrize("words", WRITTEN)
def test_an_amount_is_read_however_it_is_written(words: str) -> None:
    value, currency = WRITTEN[words]
    for text in (words, f"You spent {words}, sir.", f"({words})", f"**{words}**"):
        assert [(each.value, each.currency) for each in figures_in(text)] == [(Decimal(value), currency)]


@pytest.mark.parametrize(
    "text", ["12 mails", "at 10:30", "on 23.11.2026", "the 40 % of it", "PR 1234", "ISO 4217", "USB 30", "in 2026"]
)
def test_what_is_no_money_is_no_figure(text: str) -> None:
    assert figures_in(text) == ()


@given(amounts, st.sampled_from(["MYR", "EUR", "USD", "SGD"]))
def test_what_was_looked_up_is_borne_out_also_in_whole_units(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    known = figures_in(f"You spent {money} on food")
    assert unfounded(f"It was {money}, sir, or about {currency} {amount:,.0f}.", known) == ()


@given(amounts, amounts)
def test_another_amount_is_named(right: Decimal, told: Decimal) -> None:
    known = figures_in(str(Money(right, "MYR")))
    named = [each.words for each in unfounded(f"It was {Money(told, 'MYR')}.", known)]
    assert named == ([] if right == told else [str(Money(told, "MYR"))])


def test_the_same_number_in_another_currency_is_another_amount() -> None:
    assert unfounded("SGD 10.00", figures_in("MYR 10.00"))
    assert not unfounded("$10.00", figures_in("SGD 10.00"))


def test_nothing_is_an_amount_where_it_is_said() -> None:
    assert not unfounded("MYR 0.00", nothing_in("You spent nothing in May"))
    assert unfounded("MYR 0.00", nothing_in("You spent MYR 5.00 in May"))


def test_in_others_words_an_amount_may_lack_its_currency() -> None:
    assert not unfounded("EUR 1,200.00", numbers_in("Total due: 1.200,00"))


@given(st.sampled_from(sorted(currencies())), st.integers(1, 10**9))
def test_every_currency_is_known(currency: str, amount: int) -> None:
    (figure,) = figures_in(f"{currency} {amount:,}")
    assert (figure.currency, figure.value) == (currency, amount)


@pytest.mark.parametrize("long", ["1" * 50_000, "1 111" * 20_000, "1,111" * 20_000, "MYR " * 20_000, "€1." * 20_000])
def test_a_hostile_text_takes_no_time(long: str) -> None:
    begun = time.process_time()
    figures_in(long)
    numbers_in(long)
    assert time.process_time() - begun < 10
