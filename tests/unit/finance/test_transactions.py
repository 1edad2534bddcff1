"""What is made of booked lines: merchants, categories, transfers, refunds, what recurs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.finance.categories import NO_SPENDING, Spending, categories_called
from domain.finance.keywords import KeywordRule, category_by_keywords, category_by_own
from domain.finance.merchants import merchant_in
from domain.finance.money import Money
from domain.finance.recurring import Rhythm, recurring_in, with_subscriptions
from domain.finance.transactions import Judge, Transaction, spent
from domain.finance.tying import with_refunds, with_transfers

DAY = dt.date(2026, 2, 3)


def line(
    id: str, amount: str, *, day: dt.date = DAY, account: str = "1", merchant: str | None = None,
    category: Spending = Spending.OTHER, judge: Judge = Judge.NOBODY, currency: str = "MYR",
) -> Transaction:  # fmt: skip
    return Transaction(
        id, "s", "Bank", account, day, merchant or id, Decimal(amount), currency, merchant, category, judge
    )


@pytest.mark.parametrize(
    ("wording", "name"),
    [
        ("GRAB*RIDE 8821 KUALA LUMPUR", "Grab"),
        ("SQ *COFFEE BEAN LONDON", "Coffee Bean"),
        ("PAYPAL *SPOTIFY", "Spotify"),
        ("POS PURCHASE TESCO STORES 2231 KUALA LUMPUR MY", "Tesco Stores"),
        ("Kartenzahlung REWE Markt GmbH 1234", "REWE Markt"),
        ("Starbucks", "Starbucks"),
        ("7-ELEVEN 1123 SINGAPORE SG", "7-Eleven"),
        ("POS 4FINGERS 88", "4Fingers"),
        ("H&M 0442 KUALA LUMPUR", "H&M"),
        ("12-MAR TESCO 5KG", "Tesco"),
        ("12345678 02/11", None),
        ("POS 4711", None),
    ],
)
def test_a_merchant_is_called_as_people_call_it(wording: str, name: str | None) -> None:
    assert merchant_in(wording) == name


@pytest.mark.parametrize(
    ("wording", "category"),
    [
        ("GRAB*RIDE 1", Spending.TRANSPORT),
        ("GRABFOOD 1", Spending.DINING),
        ("Gehalt Februar", Spending.INCOME),
        ("ATM WITHDRAWAL", Spending.CASH),
        ("PRLV EDF", Spending.UTILITIES),
        ("Barometer repair", None),
    ],
)
def test_whole_words_tell_the_category_and_the_longest_counts(wording: str, category: Spending | None) -> None:
    assert category_by_keywords(wording, None) is category


def test_the_owners_words_come_before_the_shipped_ones() -> None:
    own = [KeywordRule("grab*ride", Spending.TRAVEL)]
    assert category_by_own("GRAB*RIDE 1", None, own) is Spending.TRAVEL
    assert category_by_own("TAXI 1", None, own) is None


@pytest.mark.parametrize(
    "wording",
    [
        "AUTOPAY MAXIS 0123", "VERIZON AUTOPAY", "NETFLIX AUTOPAY", "CARD AUTOPAY", "OFFICE DEPOT 221", "HOME DEPOT",
        "DEPOT COFFEE", "VANGUARD CAR RENTAL", "ASB HAWAII", "ETF TRAINING CENTRE", "TABUNG GAS",
        "CUSTOMS BROKERAGE DHL", "BROKERAGE FEE", "INVESTMENT ADVISER FEE", "INVESTMENT HOUSE CAFE", "DAIRY OWNACCOUNT",
        "SAVINGS BANK ATM",
        "TRANSFER FEE", "PAYMENT RECEIVED CLINIC", "BANK TRANSFER RENT",
    ],
)  # fmt: skip
def test_no_word_that_a_shop_may_bear_takes_money_out_of_the_sums(wording: str) -> None:
    category = category_by_keywords(wording, None) or Spending.OTHER
    assert line("a", "-9.90", merchant=wording, category=category, judge=Judge.KEYWORDS).is_spending
    assert category not in NO_SPENDING


def card_payment(wording: str = "FUND TRANSFER TO CARD KINARA 5521", **changes: object) -> Transaction:
    paid = line("out", "-2100", category=Spending.TRANSFER, judge=Judge.KEYWORDS)
    return replace(paid, description=wording, **changes)  # type: ignore[arg-type]


def test_a_transfer_by_its_words_alone_counts_as_spent_and_is_called_unmatched() -> None:
    (paid,) = with_transfers([card_payment()])
    assert (paid.is_unmatched, spent([paid])) == (True, {"MYR": Money(Decimal(2100), "MYR")})


def test_a_transfer_to_an_account_that_the_books_know_counts_before_its_other_half_is_there() -> None:
    bought = line("shop", "-80", account="XXXX-XXXX-XXXX-5521", category=Spending.SHOPPING)
    paid, _ = with_transfers([card_payment(), bought])
    assert (paid.own_transfer, paid.is_unmatched) == ("Bank XXXX-XXXX-XXXX-5521", False)
    assert with_transfers([paid, bought]) == (paid, bought)


@pytest.mark.parametrize(
    ("wording", "account"),
    [("TO CARD 5522", "X5521"), ("TO CARD 521", "X5521"), ("TO CARD 5521", "1"), ("TO CARD", "")],
)
def test_another_number_bears_no_transfer_out(wording: str, account: str) -> None:
    paid, _ = with_transfers([card_payment(wording), line("shop", "-80", account=account)])
    assert paid.is_unmatched


@pytest.mark.parametrize("judge", [Judge.OWNER, Judge.OWN_KEYWORDS])
def test_what_the_owner_calls_a_transfer_is_one(judge: Judge) -> None:
    assert spent(with_transfers([card_payment(judge=judge)])) == {}


def test_what_the_owner_calls_a_transfer_is_tied_to_its_other_half() -> None:
    paid, arrived = with_transfers([card_payment(judge=Judge.OWNER), line("in", "2100", account="2")])
    assert (paid.own_transfer, arrived.own_transfer) == ("in", "out")


def test_people_call_categories_by_many_names() -> None:
    assert categories_called("Food") == {Spending.GROCERIES, Spending.DINING}
    assert categories_called("eating  out") == {Spending.DINING}
    assert categories_called("zeppelins") == frozenset()


def test_money_between_own_accounts_is_tied_together_and_is_no_spending() -> None:
    out, into = line("out", "-500", account="1"), line("in", "500", account="2", day=DAY + dt.timedelta(days=1))
    tied = {each.id: each for each in with_transfers([out, into])}
    assert (tied["out"].own_transfer, tied["in"].own_transfer) == ("in", "out")
    assert spent(tied.values()) == {}


def test_a_card_that_was_taken_for_a_subscription_is_a_transfer_once_its_other_half_is_known() -> None:
    months = [DAY.replace(month=month) for month in (2, 3, 4)]
    paid = [line(f"out {day}", "-2100.00", day=day, merchant="Kinara Card") for day in months]
    alone = with_subscriptions(paid)
    assert {each.category for each in alone} == {Spending.SUBSCRIPTIONS}
    arrived = [line(f"in {day}", "2100.00", day=day, account="2") for day in months]
    tied = with_transfers([*alone, *arrived])
    assert {each.category for each in tied} == {Spending.TRANSFER}
    assert [each.own_transfer for each in tied[:3]] == [each.id for each in arrived]


def test_what_only_looks_like_a_transfer_is_none() -> None:
    same_account = [line("a", "-500"), line("b", "500")]
    late = [line("a", "-500"), line("b", "500", account="2", day=DAY + dt.timedelta(days=9))]
    other_money = [line("a", "-500"), line("b", "500", account="2", currency="EUR")]
    a_shop = [line("a", "-500", category=Spending.SHOPPING), line("b", "500", account="2")]
    for pair in (same_account, late, other_money, a_shop):
        assert all(each.own_transfer is None for each in with_transfers(pair))


@pytest.mark.parametrize(("days", "tied"), [(9, True), (11, False)])
def test_where_both_are_called_a_transfer_the_halves_may_be_further_apart(days: int, tied: bool) -> None:
    into = line("in", "2100", account="2", day=DAY + dt.timedelta(days=days), category=Spending.TRANSFER)
    out, _ = with_transfers([card_payment(), replace(into, judge=Judge.KEYWORDS)])
    assert out.is_own_move is tied


def test_each_half_is_used_once_and_the_nearest_first() -> None:
    lines = [
        line("a", "-9", day=DAY), line("b", "-9", day=DAY + dt.timedelta(days=2)),
        line("x", "9", account="2", day=DAY + dt.timedelta(days=2)), line("y", "9", account="2", day=DAY),
    ]  # fmt: skip
    tied = {each.id: each.own_transfer for each in with_transfers(lines)}
    assert tied == {"a": "y", "b": "x", "x": "b", "y": "a"}


def test_money_back_from_a_merchant_counts_against_what_was_spent_there() -> None:
    bought = line("a", "-120.00", merchant="Zara", category=Spending.SHOPPING)
    back = line("b", "20.00", merchant="Zara", day=DAY + dt.timedelta(days=5))
    marked = with_refunds([back, bought])
    assert {each.id: each.refund for each in marked} == {"a": False, "b": True}
    assert spent(marked) == {"MYR": Money(Decimal("100.00"), "MYR")}


def test_what_is_spent_is_never_mixed_between_currencies() -> None:
    assert spent([line("a", "-1.10"), line("b", "-2.20"), line("c", "-3", currency="EUR")]) == {
        "MYR": Money(Decimal("3.30"), "MYR"),
        "EUR": Money(Decimal(3), "EUR"),
    }


def monthly(*amounts: str) -> list[Transaction]:
    return [line(f"n{i}", amount, day=dt.date(2026, i, 5), merchant="Netflix") for i, amount in enumerate(amounts, 1)]


def test_a_subscription_is_found_with_its_next_day_and_its_rise() -> None:
    (found,) = recurring_in(monthly("-45", "-45", "-45", "-55"))
    assert (found.rhythm, found.usual.amount, found.times) == (Rhythm.MONTHLY, Decimal("45.00"), 4)
    assert found.rise == Money(Decimal("10.00"), "MYR")
    assert found.due == dt.date(2026, 5, 6)


def test_what_comes_irregularly_or_in_unlike_amounts_does_not_recur() -> None:
    assert recurring_in(monthly("-45", "-12", "-99")) == ()
    assert recurring_in([*monthly("-45", "-45"), line("z", "-45", day=dt.date(2026, 2, 9), merchant="Netflix")]) == ()
