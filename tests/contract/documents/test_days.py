"""The day of each transaction: its own, that of the heading above it, and the year of the statement's own period."""

from __future__ import annotations

import pytest

from adapters.pdf.examination import understand
from adapters.pdf.general import Verdict
from adapters.pdf.sheet import Line
from application.ports.documents import NO_HINT


def understood(*lines: str) -> Verdict:
    return understand([Line(line, 0) for line in lines], NO_HINT)


def days(verdict: Verdict) -> list[str]:
    return [str(each.date) for statement in verdict.statements for each in statement.transactions]


HEAD = "EUR account, 01.01.2024 to 31.01.2024"
OPENING, CLOSING = "Opening balance 100.00", "Closing balance 60.00"


@pytest.mark.parametrize("columns", [("Date Details Amount",), ()])
@pytest.mark.parametrize("named", ["{}", "Friday, {}", "{} (Fri)"])
def test_rows_bear_the_day_of_the_heading_above_them(columns: tuple[str, ...], named: str) -> None:
    verdict = understood(
        HEAD,
        OPENING,
        *columns,
        named.format("05.01.2024"),
        "Bakery -5.00",
        "Grocer, 03.01. by card -15.00",
        named.format("12.01.2024"),
        "Books -20.00",
        CLOSING,
    )
    assert days(verdict) == ["2024-01-05", "2024-01-05", "2024-01-12"]
    assert [each.description for each in verdict.statements[0].transactions][::2] == ["Bakery", "Books"]


def test_rows_without_any_day_are_not_booked_on_the_last_of_the_period() -> None:
    verdict = understood(
        HEAD, OPENING, "Date Details Amount Balance", "Bakery -5.00 95.00", "Rent -35.00 60.00", CLOSING
    )
    assert verdict.statements == ()


COLUMNS = "Date Details Amount Balance"


@pytest.mark.parametrize("day", ["{:02d}/01", "{:02d} Jan", "{:02d} January", "{:02d}.01.2024"])
def test_a_day_to_which_the_wording_sticks_is_not_passed_over_for_the_one_above(day: str) -> None:
    rows = (f"{day.format(5)} Bakery -5.00 95.00", f"{day.format(12)}Grocer -15.00 80.00", "Books -20.00 60.00")
    assert days(understood(HEAD, OPENING, COLUMNS, *rows, CLOSING))[:2] in ([], ["2024-01-05", "2024-01-12"])


def test_a_row_below_a_day_may_begin_with_a_number() -> None:
    rows = ("05.01.2024 Bakery -5.00 95.00", "24 Hour Gym -15.00 80.00", "7-11 Kiosk -20.00 60.00")
    assert days(understood(HEAD, OPENING, COLUMNS, *rows, CLOSING)) == ["2024-01-05"] * 3


@pytest.mark.parametrize(
    ("day", "shop"),
    [
        ("05.01.2024", "3 Market Street Deli"),
        ("05.01.2024", "3 MARKET STREET DELI"),
        ("05.01.2024", "12 Mayfair Hotel"),
        ("05 Jan 2024", "12 Mayfair Hotel"),
    ],
)
def test_a_number_and_a_word_that_begins_as_a_month_are_no_day(day: str, shop: str) -> None:
    rows = (f"{day} Bakery -5.00 95.00", f"{shop} -15.00 80.00", "Books -20.00 60.00")
    assert days(understood(HEAD, OPENING, COLUMNS, *rows, CLOSING)) == ["2024-01-05"] * 3


def january(*around: str, opening: str = OPENING, closing: str = CLOSING) -> Verdict:
    rows = ("05.01. Bakery -5.00", "12.01. Rent -35.00")
    return understood("EUR account statement", *around, opening, *rows, closing)


INTEREST, OWN = "Interest 01.01.2023 - 31.12.2023", "01.01.2024 - 31.01.2024"


@pytest.mark.parametrize(
    "verdict",
    [
        january(INTEREST, OWN),
        january("Special rate 01.01.2023 - 31.12.2023", OWN, "Statement date 01.02.2024"),
        january("Card valid 01.03.2024 to 31.03.2024", OWN),
        january(INTEREST, opening="Opening balance 31.12.2023 100.00", closing="Closing balance 31.01.2024 60.00"),
        january("Special rate 01.02.2024 - 28.02.2024", OWN),
        january(
            INTEREST,
            OWN,
            "Credit card statement",
            "Total amount due by 25.02.2024 60.00",
            closing="Closing balance 31.01.2024 60.00",
        ),
        january(INTEREST, OWN, "Current balance on 15.03.2024 60.00", closing="Closing balance 31.01.2024 60.00"),
    ],
    ids=["interest", "statement's date", "validity", "dated balances", "rows", "day of payment", "balance of today"],
)
def test_the_period_is_the_range_that_the_rest_agrees_with(verdict: Verdict) -> None:
    assert days(verdict) == ["2024-01-05", "2024-01-12"]
    (statement,) = verdict.statements
    assert str(statement.start) in ("2024-01-01", "2023-12-31")
    assert str(statement.end) == "2024-01-31"


def test_where_two_periods_are_as_likely_no_year_is_guessed() -> None:
    assert january("Special rate 01.01.2023 - 31.12.2023", OWN).statements == ()


def test_rows_with_years_refute_a_range_that_they_lie_outside() -> None:
    verdict = understood(
        "EUR account, 01.01.2023 - 31.12.2023",
        OPENING,
        "15.01.2024 Bakery -5.00",
        "22.01.2024 Rent -35.00",
        CLOSING,
    )
    (statement,) = verdict.statements
    assert (str(statement.start), str(statement.end)) == ("2024-01-15", "2024-01-22")


@pytest.mark.parametrize("mark", ["-", "/"])
def test_days_that_begin_with_their_year_are_read_where_the_period_shows_it(mark: str) -> None:
    rows = (f"24{mark}01{mark}05 Bakery -5.00", f"24{mark}01{mark}12 Rent -35.00")
    verdict = understood("EUR account, 2024-01-01 to 2024-01-31", OPENING, *rows, CLOSING)
    assert days(verdict) == ["2024-01-05", "2024-01-12"]


def test_days_that_may_begin_with_their_year_are_not_guessed_without_a_period() -> None:
    rows = ("24-01-05 Bakery -5.00", "24-01-12 Rent -35.00")
    assert understood("EUR account, Kontoauszug 2024", OPENING, *rows, CLOSING).statements == ()


def test_days_whose_year_stands_behind_stay_so() -> None:
    rows = ("24-01-25 Bakery -5.00", "28-01-25 Rent -35.00")
    verdict = understood("EUR account, 01-01-25 to 31-01-25", OPENING, *rows, CLOSING)
    assert days(verdict) == ["2025-01-24", "2025-01-28"]
