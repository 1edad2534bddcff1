"""Amounts with as many digits behind the mark as their currency has: none, two or three."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pdf.examination import examine
from application.ports.documents import NO_HINT, ReadDocument, SetAside
from domain.finance.amounts import Notation, amounts_in
from domain.finance.money import currencies, unusual_digits
from sandbox.households.documents import pdf

FORMS = {
    "JPY": "{:,.0f}",
    "KRW": "{:,.0f}",
    "IDR": "{:,.0f}",
    "KWD": "{:,.3f}",
    "HUF": "{:,.0f}",
    "TWD": "{:,.0f}",
}
SWAPPED = str.maketrans(",.", ".,")


def printed(currency: str, *, point: bool, seed: int, lose: int | None = None) -> tuple[bytes, list[Decimal]]:
    """Return a month of a current account, and what moves in it; `lose` leaves a line out."""
    random, unit = Random(seed), Decimal(1).scaleb(-unusual_digits(currency)[0])

    def shown(value: Decimal) -> str:
        text = FORMS[currency].format(value)
        return text if point else text.translate(SWAPPED)

    amounts = [unit * random.choice((-1, 1)) * random.randrange(1, 9_999_999) for _ in range(12)]
    at = opening = unit * 100_000_000
    rows = []
    for number, amount in enumerate(amounts, 1):
        at += amount
        day = dt.date(2024, 3, 2 * number)
        rows.append(f"{day:%d/%m/%Y} Shop {random.randrange(9_999)} order 4471 {shown(amount)} {shown(at)}")
    if lose is not None:
        del rows[lose]
    lines = [
        f"Statement of account 01/03/2024 to 31/03/2024, currency: {currency}",
        f"Opening balance {shown(opening)}",
        *rows,
        f"Closing balance {shown(at)}",
    ]
    return pdf(lines), amounts


@pytest.mark.parametrize("point", [True, False], ids=["point", "comma"])
@pytest.mark.parametrize("currency", sorted(FORMS))
def test_amounts_are_read_with_the_digits_of_their_currency(currency: str, point: bool) -> None:
    content, amounts = printed(currency, point=point, seed=7)
    reading = examine(content, (), NO_HINT)
    assert isinstance(reading, ReadDocument), reading
    (statement,) = reading.statements
    assert (statement.currency, [each.amount for each in statement.transactions]) == (currency, amounts)


@pytest.mark.parametrize("currency", sorted(FORMS))
def test_a_lost_line_is_noticed_in_whole_amounts_too(currency: str) -> None:
    content, _ = printed(currency, point=True, seed=8, lose=5)
    assert isinstance(examine(content, (), NO_HINT), SetAside)


def test_whole_numbers_are_no_amounts_where_the_currency_has_cents() -> None:
    lines = [
        "Statement of account 01/03/2024 to 31/03/2024 (EUR)",
        "Opening balance 100",
        "02/03/2024 Shop -5",
        "03/03/2024 Shop -6",
        "Closing balance 89",
    ]
    assert not isinstance(examine(pdf(lines), (), NO_HINT), ReadDocument)


def test_yen_with_two_digits_are_read_as_printed() -> None:
    lines = ["Account statement 01/03/2024 to 31/03/2024", "Opening balance JPY 1,000.00", "02/03/2024 Shop -50.00"]
    reading = examine(pdf([*lines, "Closing balance JPY 950.00"]), (), NO_HINT)
    assert isinstance(reading, ReadDocument)
    assert reading.statements[0].moved() == -50


@given(st.integers(0, 10**9), st.sampled_from([Notation.POINT, Notation.COMMA]), st.sampled_from([0, 3]))
def test_an_amount_comes_back_as_it_was_printed(units: int, notation: Notation, digits: int) -> None:
    value = Decimal(units).scaleb(-digits)
    text = f"{value:,.{digits}f}"
    (found,) = amounts_in(f"Shop -{text if notation is Notation.POINT else text.translate(SWAPPED)}", notation, digits)
    assert found.signed == -value


@given(st.integers(0, 10**13))
def test_lakhs_and_crores_come_back_as_they_were_printed(cents: int) -> None:
    value = Decimal(cents).scaleb(-2)
    (found,) = amounts_in(f"01/03/2024 Shop {indian(value)} DR", Notation.POINT)
    assert (found.value, found.sign) == (value, -1)


def indian(value: Decimal) -> str:
    """Group the last three digits, and above them two and two."""
    whole, cents = f"{value:.2f}".split(".")
    above = whole[:-3][::-1]
    groups = [above[at : at + 2][::-1] for at in range(0, len(above), 2)][::-1]
    return ",".join([*groups, whole[-3:]]) + f".{cents}"


def test_two_digits_are_usual_and_what_is_no_currency_has_no_others() -> None:
    assert all(2 not in unusual_digits(each) for each in currencies())
    assert unusual_digits("") == unusual_digits("EUR") == ()
