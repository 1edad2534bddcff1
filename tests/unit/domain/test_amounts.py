"""Amounts in all usual notations come back as they were written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.finance.amounts import Notation, amounts_in, read_amount, usual_notations

AMOUNTS = st.integers(0, 10**11).map(lambda cents: Decimal(cents) / 100)
SHOWN = {
    Notation.POINT: lambda value: f"{value:,.2f}",
    Notation.COMMA: lambda value: f"{value:,.2f}".translate(str.maketrans(",.", ".,")),
    Notation.POINT_SPACED: lambda value: f"{value:,.2f}".replace(",", " "),
    Notation.COMMA_SPACED: lambda value: f"{value:,.2f}".replace(",", " ").replace(".", ","),
}
SIGNED = {
    "-{}": -1, "- {}": -1, "{}-": -1, "({})": -1, "{} DR": -1, "{}DR": -1, "{} Dr.": -1, "{} S": -1, "−{}": -1,
    "EUR -{}": -1, "-€{}": -1, "+{}": 1, "+ {}": 1, "{}+": 1, "{} CR": 1, "{}CR": 1, "{} Cr.": 1, "{} H": 1,
    "RM {}+": 1, "{}": 0, "€{}": 0, "{} €": 0, "RM{}": 0, "S${}": 0, "{} EUR": 0, "USD {}": 0,
}  # fmt: skip


@given(AMOUNTS, st.sampled_from(Notation), st.sampled_from(sorted(SIGNED)))
def test_an_amount_in_a_line_is_found_with_its_sign(value: Decimal, notation: Notation, form: str) -> None:
    (found,) = amounts_in(f"Card payment, shop  {form.format(SHOWN[notation](value))}", notation)
    assert (found.value, found.sign) == (value, SIGNED[form])


@given(AMOUNTS, AMOUNTS, st.sampled_from([Notation.COMMA, Notation.POINT]))
def test_two_amounts_side_by_side_stay_two(one: Decimal, other: Decimal, notation: Notation) -> None:
    found = amounts_in(f"words {SHOWN[notation](one)} -{SHOWN[notation](other)}", notation)
    assert [each.signed for each in found] == [one, -other]


@given(
    AMOUNTS,
    st.sampled_from(Notation),
    st.sampled_from(["{}", "-{}", "{}-", "({})", "{} CR", "{} Dr.", "RM {}", "{} €"]),
)
def test_a_cell_is_read_as_it_was_written(value: Decimal, notation: Notation, form: str) -> None:
    sign = -1 if SIGNED.get(form, 0) < 0 else 1
    assert read_amount(form.format(SHOWN[notation](value))) == value * sign


@pytest.mark.parametrize(
    "text", ["", "12..34", "1,2,3", "abc", "1.2345.2", "1,234.56.7", "--5", "12-34", "12,34,56", "1e5"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is not an amount"):
        read_amount(text)


@pytest.mark.parametrize(
    "line",
    [
        "4,1234 shares",
        "1,25% interest",
        "10.12.2024",
        "12:30,45",
        "IBAN DE12 3456",
        "version 1.2.3",
        "0,25000% p.a.",
        "A1,50",
    ],
)
def test_numbers_that_are_no_money_are_passed_over(line: str) -> None:
    assert amounts_in(line, Notation.COMMA) == ()


def test_a_doctor_is_no_debit() -> None:
    assert [each.sign for each in amounts_in("20.00 Dr. Lim 5.00 Dr. 980.00 Cr.", Notation.POINT)] == [0, -1, 1]


def test_the_currency_is_read_and_a_word_of_three_letters_is_none() -> None:
    assert [each.currency for each in amounts_in("SGD 4.20 RM 1.00 CAF 2.00 3.00 EUR", Notation.POINT)] == [
        "SGD",
        "RM",
        "",
        "EUR",
    ]


def test_the_notation_of_a_document_is_told_by_its_amounts() -> None:
    assert usual_notations(["1.234,56", "0,10"]) == ((Notation.COMMA,),)
    assert usual_notations(["1,234.56", "20.00 980.00"]) == ((Notation.POINT,),)


def test_a_space_between_digits_is_told_by_zeros_behind_it_and_by_other_marks_of_thousands() -> None:
    assert usual_notations(["1 034,56", "0,10"]) == ((Notation.COMMA_SPACED,),)
    assert usual_notations(["Kiosk 12 345.67"]) == ((Notation.POINT_SPACED, Notation.POINT),)
    assert usual_notations(["Kiosk 12 345,67", "1.234,56"]) == ((Notation.COMMA, Notation.COMMA_SPACED),)


@pytest.mark.parametrize("blank", ["\u00a0", "\u2007", "\u2009", "\u202f", "’", "´"])
def test_thousands_are_not_cut_off_whatever_groups_them(blank: str) -> None:
    assert [each.signed for each in amounts_in(f"Shop -2{blank}590,23", Notation.COMMA)] == [Decimal("-2590.23")]
