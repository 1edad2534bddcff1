"""Dates in all usual forms, with the year inferred from the period where none is printed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finance.dates import Order, Period, certain_order, dates_in

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2059, 12, 31))
FULL = {
    "%d.%m.%Y": Order.DAY_FIRST, "%d/%m/%Y": Order.DAY_FIRST, "%d-%m-%Y": Order.DAY_FIRST, "%d.%m.%y": Order.DAY_FIRST,
    "%d/%m/%y": Order.DAY_FIRST, "%Y-%m-%d": Order.DAY_FIRST, "%Y/%m/%d": Order.DAY_FIRST,
    "%m/%d/%Y": Order.MONTH_FIRST,
    "%d %b %Y": Order.DAY_FIRST, "%d %B %Y": Order.DAY_FIRST, "%d-%b-%Y": Order.DAY_FIRST, "%d-%b-%y": Order.DAY_FIRST,
    "%b %d, %Y": Order.MONTH_FIRST, "%B %d, %Y": Order.DAY_FIRST, "%d%b%Y": Order.DAY_FIRST,
}  # fmt: skip
SHORT = {"%d.%m.": Order.DAY_FIRST, "%d/%m": Order.DAY_FIRST, "%m/%d": Order.MONTH_FIRST, "%d %b": Order.DAY_FIRST,
         "%b %d": Order.DAY_FIRST, "%d %B": Order.DAY_FIRST}  # fmt: skip


@given(DAYS, st.sampled_from(sorted(FULL)))
def test_a_full_date_comes_back_as_it_was_written(day: dt.date, form: str) -> None:
    date = dates_in(f"{day.strftime(form)} Payment to A")[0]
    assert date.in_year(date.year or 0, FULL[form]) == day


@given(DAYS, st.integers(0, 330), st.integers(0, 330), st.sampled_from(sorted(SHORT)))
def test_a_date_without_a_year_falls_into_the_period(start: dt.date, length: int, at: int, form: str) -> None:
    period = Period(start, start + dt.timedelta(days=length))
    day = start + dt.timedelta(days=at % (length + 1))
    date = dates_in(f"{day.strftime(form)} Payment to A")[0]
    if (day.month, day.day) != (2, 29):
        assert period.place(date, SHORT[form]) == day


def test_a_year_long_statement_follows_the_order_of_its_rows() -> None:
    period = Period(dt.date(2022, 12, 30), dt.date(2023, 12, 30))
    (date,) = dates_in("30.12. fee")
    assert period.place(date, Order.DAY_FIRST) == dt.date(2022, 12, 30)
    assert period.place(date, Order.DAY_FIRST, dt.date(2023, 12, 29)) == dt.date(2023, 12, 30)


def test_a_value_date_lies_beside_its_booking_across_the_new_year() -> None:
    (date,) = dates_in("02.01.")
    assert Period(dt.date(2018, 1, 1), dt.date(2018, 12, 31)).beside(
        date, Order.DAY_FIRST, dt.date(2018, 12, 31)
    ) == dt.date(2019, 1, 2)


def test_the_thirtieth_of_february_is_the_last_of_the_month() -> None:
    (date,) = dates_in("30.02.2024")
    assert date.in_year(2024, Order.DAY_FIRST) == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("01.02.03.2024", 0),
        ("32.13.2024", 0),
        ("12.50", 0),
        ("01.01./02.01. x", 2),
        ("09 SEP 09 SEP SHOP", 2),
        ("1.234,56", 0),
    ],
)
def test_only_dates_are_dates(line: str, count: int) -> None:
    assert len(dates_in(line)) == count


@pytest.mark.parametrize(
    ("line", "month"),
    [
        ("3 März 2024", 3),
        ("3 mai 2024", 5),
        ("3 Ogos 2024", 8),
        ("3 août 2024", 8),
        ("3 dic 2024", 12),
        ("3 Ene 2024", 1),
    ],
)
def test_months_are_known_in_many_languages(line: str, month: int) -> None:
    assert dates_in(line)[0].second == month


def test_the_order_is_certain_only_where_a_date_leaves_no_choice() -> None:
    assert certain_order(dates_in("03/04/2024 05/06/2024")) is None
    assert certain_order(dates_in("03/04/2024 05/26/2024")) is Order.MONTH_FIRST
    assert certain_order(dates_in("23/04/2024 05/06/2024")) is Order.DAY_FIRST


@given(st.text("İIıŞßΣé ", max_size=8))
def test_letters_that_grow_in_lower_case_move_no_date(before: str) -> None:
    line = f"{before} 3 EKİ 2024"
    (date,) = dates_in(line)
    assert (line[date.start : date.end], date.second) == ("3 EKİ 2024", 10)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("26-11-23", "2026-11-23"),
        ("26/11/23", "2026-11-23"),
        ("1/1/2026", None),
        ("26.11.23", None),
        ("26-11-70", None),
    ],
)
def test_two_digits_in_front_may_be_the_year(line: str, day: str | None) -> None:
    date = dates_in(line)[0].from_year()
    assert (str(date.in_year(date.year or 0, Order.MONTH_FIRST)) if date else None) == day
