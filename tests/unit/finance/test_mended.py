"""What the owner types of a statement: every flaw is named with its place, and only what adds up is a statement."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.finance.mended import MendedLine, MendedStatement, check_of, statement_of, typed_amount
from domain.finance.statements import OWNER, Proof

RENT = MendedLine("2026-03-02", "Rent", "-40.00")
PAY = MendedLine("2026-03-05", "Pay", "900.00")
RIGHT = MendedStatement("DE12", "EUR", "2026-03-01", "2026-03-31", "100.00", "960.00", (RENT, PAY))

cents = st.integers(-(10**9), 10**9).map(lambda number: Decimal(number).scaleb(-2))


def places(typed: MendedStatement) -> list[str]:
    return [flaw.where for flaw in check_of(typed).flaws]


def test_what_adds_up_is_a_statement_of_the_owners() -> None:
    statement = statement_of(RIGHT)
    assert (statement.reader, statement.proof) == (OWNER, Proof.BALANCES)
    assert [str(each.amount) for each in statement.transactions] == ["-40.00", "900.00"]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        (replace(RIGHT, currency="RM"), "currency"),
        (replace(RIGHT, start="1.3.2026"), "start"),
        (replace(RIGHT, end="2026-02-28"), "end"),
        (replace(RIGHT, opening=""), "opening"),
        (replace(RIGHT, closing="much"), "closing"),
        (replace(RIGHT, bank="b" * 101), "bank"),
        (replace(RIGHT, lines=(RENT, replace(PAY, amount="900.001"))), "lines[1].amount"),
        (replace(RIGHT, lines=(RENT, replace(PAY, amount="1.234"))), "lines[1].amount"),
        (replace(RIGHT, lines=(RENT, replace(PAY, amount="NaN"))), "lines[1].amount"),
        (replace(RIGHT, lines=(RENT, replace(PAY, amount="9" * 30))), "lines[1].amount"),
        (replace(RIGHT, lines=(replace(RENT, amount="0"), PAY)), "lines[0].amount"),
        (replace(RIGHT, lines=(replace(RENT, description=" "), PAY)), "lines[0].description"),
        (replace(RIGHT, lines=(replace(RENT, date="2026-02-30"), PAY)), "lines[0].date"),
        (replace(RIGHT, lines=(replace(RENT, date="2025-03-02"), PAY)), "lines[0].date"),
        (replace(RIGHT, lines=(RENT, replace(PAY, balance="961.00"))), "lines[1].balance"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(typed: MendedStatement, place: str) -> None:
    assert place in places(typed)
    with pytest.raises(Invalid) as refused:
        statement_of(typed)
    assert refused.value.where == place


def test_the_gap_is_exact_and_says_on_which_side_it_lies() -> None:
    for closing, gap in (("959.70", "0.30"), ("960.30", "-0.30"), ("960.00", "0.00")):
        check = check_of(replace(RIGHT, closing=closing))
        assert (str(check.gap), check.adds_up) == (gap, gap == "0.00")


def test_a_line_that_is_still_empty_leaves_the_gap_of_the_others() -> None:
    check = check_of(replace(RIGHT, closing="959.70", lines=(RENT, PAY, MendedLine("", "", ""))))
    assert str(check.gap) == "0.30"
    assert {flaw.where for flaw in check.flaws} == {"lines[2].date", "lines[2].description", "lines[2].amount"}


def test_what_does_not_add_up_is_never_a_statement() -> None:
    with pytest.raises(Invalid, match="miss the closing") as refused:
        statement_of(replace(RIGHT, closing="960.01"))
    assert (refused.value.where, refused.value.code) == ("closing", "does_not_add_up")


def test_a_right_sum_hides_no_line_after_which_the_printed_balance_does_not_follow() -> None:
    lines = (replace(RENT, amount="-45.00", balance="60.00"), replace(PAY, amount="905.00", balance="960.00"))
    check = check_of(replace(RIGHT, lines=lines))
    assert (str(check.gap), check.adds_up) == ("0.00", False)
    assert [flaw.where for flaw in check.flaws] == ["lines[0].balance", "lines[1].balance"]


@pytest.mark.parametrize(
    ("typed", "currency", "value"),
    [
        ("-1234.5", "EUR", "-1234.50"),
        ("1.234,56", "EUR", "1234.56"),
        ("1,234.56 DR", "MYR", "-1234.56"),
        ("−40,00", "EUR", "-40.00"),
        ("(12.30)", "USD", "-12.30"),
        ("1000", "JPY", "1000"),
        ("1.234", "KWD", "1.234"),
    ],
)
def test_amounts_are_read_as_typed_and_as_printed(typed: str, currency: str, value: str) -> None:
    assert str(typed_amount(typed, currency)) == value


@given(cents, st.lists(cents.filter(bool), max_size=20), cents)
def test_a_statement_is_taken_exactly_where_its_gap_is_nothing(
    opening: Decimal, amounts: list[Decimal], off: Decimal
) -> None:
    lines = tuple(MendedLine("2026-03-02", "Line", str(each)) for each in amounts)
    closing = opening + sum(amounts) - off
    check = check_of(replace(RIGHT, opening=str(opening), closing=str(closing), lines=lines))
    assert (check.gap, check.adds_up) == (off, off == 0)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_amount_or_said_to_be_none(text: str) -> None:
    with suppress(Invalid):
        assert typed_amount(text, "EUR").is_finite()
