"""Pauses grow while trouble lasts, and never beyond what was set as the longest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.pauses import doubled

FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)


@pytest.mark.parametrize(("times", "seconds"), [(0, 30), (1, 60), (6, 1_920), (7, 3_600), (10_000, 3_600)])
def test_a_pause_doubles_until_it_is_as_long_as_any(times: int, seconds: int) -> None:
    assert doubled(FIRST, times, LONGEST) == timedelta(seconds=seconds)
