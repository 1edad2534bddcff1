"""How long a provider asks to be left alone: one reading for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.connecting.retry_after import LONGEST, retry_after


def in_a_while(**by: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**by), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 1.5 ", 1.5),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
        ("Fri, 23 Nov 2525 09:00:00 GMT", LONGEST),
        ("9" * 400, LONGEST),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("²", None),
    ],
)
def test_a_number_or_a_date_is_read_and_nothing_else(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds


def test_a_date_ahead_is_waited_for() -> None:
    assert retry_after(in_a_while(minutes=5)) == pytest.approx(300, abs=5)


@given(st.text())
def test_no_header_is_too_strange(header: str) -> None:
    seconds = retry_after(header)
    assert seconds is None or 0 <= seconds <= LONGEST
