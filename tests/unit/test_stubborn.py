"""When to go on without a message that brings reading after reading to an end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.connecting.stubborn import MOST_FAILURES, PATIENCE, Stubborn

pauses = st.lists(st.floats(0, PATIENCE / 2), min_size=1, max_size=20)


@given(pauses)
def test_none_is_given_up_within_an_hour_or_before_enough_readings(waits: list[float]) -> None:
    now = [0.0]
    stubborn = Stubborn(lambda: now[0])
    assert not stubborn.is_given_up("poisoned")
    for readings, wait in enumerate(waits, start=2):
        now[0] += wait
        assert stubborn.is_given_up("poisoned") == (readings >= MOST_FAILURES and now[0] >= PATIENCE)


def test_what_came_after_all_begins_anew() -> None:
    now = [0.0]
    stubborn = Stubborn(lambda: now[0])
    for _ in range(MOST_FAILURES):
        stubborn.is_given_up("poisoned")
    stubborn.came("poisoned")
    now[0] += PATIENCE
    assert not stubborn.is_given_up("poisoned")
