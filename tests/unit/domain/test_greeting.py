"""A butler never wishes a good afternoon at night."""

from datetime import UTC, datetime

import pytest

from domain.briefing import greeting


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (0, "evening"),
        (3, "evening"),
        (4, "morning"),
        (11, "morning"),
        (12, "afternoon"),
        (17, "afternoon"),
        (18, "evening"),
    ],
)
def test_the_greeting_goes_by_the_hour(hour: int, part: str) -> None:
    assert greeting(datetime(2026, 3, 2, hour, tzinfo=UTC), "Master Jo") == f"Good {part}, Master Jo."
