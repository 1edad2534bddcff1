"""Months by their names: the first day, the next one, and names that are none."""

from __future__ import annotations

from datetime import date
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.finance.months import first_of, months_back, next_month


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_each_month_back_is_followed_by_the_one_before_it(today: date) -> None:
    for later, earlier in pairwise(islice(months_back(today, 13), 13)):
        assert next_month(earlier) == later == first_of(f"{later:%Y-%m}".rjust(7, "0"))


@pytest.mark.parametrize("name", ["", "2026", "2026-13", "2026-1", "March", "9999-12", "2026-03-01"])
def test_what_is_no_month_is_refused_by_its_own_words(name: str) -> None:
    with pytest.raises(Invalid, match="no month; say it as YYYY-MM"):
        first_of(name)
