"""Attempts to get in: finished once, in time, and not too often."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.sign_in.attempts import (
    ATTEMPT_LIVES,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    MOST_DOORS,
    Attempts,
    Door,
    Doors,
    NotSignedIn,
)
from domain.errors import TryLater
from tests.integration.api.house import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def test_an_attempt_is_taken_once(clock: SetClock) -> None:
    attempts = Attempts[str](clock)
    key = attempts.begin("a secret")
    assert attempts.take(key) == "a secret"
    with pytest.raises(NotSignedIn) as caught:
        attempts.take(key)
    assert caught.value.code == "attempt_over"


def test_an_attempt_ends_after_five_minutes(clock: SetClock) -> None:
    attempts = Attempts[str](clock)
    key = attempts.begin("a secret")
    clock.advance(ATTEMPT_LIVES)
    with pytest.raises(NotSignedIn):
        attempts.take(key)


def test_of_too_many_attempts_the_oldest_is_forgotten(clock: SetClock) -> None:
    attempts = Attempts[int](clock)
    keys = [attempts.begin(number) for number in range(MOST_ATTEMPTS + 1)]
    with pytest.raises(NotSignedIn):
        attempts.take(keys[0])
    assert [attempts.take(key) for key in keys[1:]] == list(range(1, MOST_ATTEMPTS + 1))


def test_patience_ends_with_the_fifth_failure_and_returns_in_time(clock: SetClock) -> None:
    patience = Door(clock, "too many")
    for _ in range(4):
        patience.failed()
    patience.check()
    patience.failed()
    with pytest.raises(TryLater) as caught:
        patience.check()
    assert (caught.value.code, caught.value.retry_after) == ("slow_down", 2.0)
    clock.advance(timedelta(seconds=2))
    patience.check()


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(clock: SetClock) -> None:
    patience = Door(clock, "too many")
    waits = []
    for _ in range(30):
        patience.failed()
        try:
            patience.check()
        except TryLater as error:
            waits.append(error.retry_after)
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert max(filter(None, waits)) == 900.0


def test_a_success_is_forgiving(clock: SetClock) -> None:
    patience = Door(clock, "too many")
    for _ in range(4):
        patience.failed()
    patience.succeeded()
    patience.failed()
    patience.check()


def test_a_few_failures_an_hour_never_close_the_door(clock: SetClock) -> None:
    patience = Door(clock, "too many")
    for _ in range(200):
        patience.check()
        patience.failed()
        clock.advance(LONGEST_WAIT)


def test_a_clock_that_is_set_back_does_not_keep_the_door_closed(clock: SetClock) -> None:
    patience = Door(clock, "too many")
    for _ in range(30):
        patience.failed()
    clock.advance(timedelta(days=-30))
    patience.check()
    patience.failed()
    with pytest.raises(TryLater) as caught:
        patience.check()
    assert caught.value.retry_after == LONGEST_WAIT.total_seconds()


@given(st.lists(st.integers(0, 3600), min_size=50, max_size=200))
def test_whoever_keeps_guessing_is_heard_four_times_an_hour_in_the_end(pauses: list[int]) -> None:
    clock = SetClock()
    patience, started, heard = Door(clock, "too many"), clock.now(), 0
    for pause in pauses:
        clock.advance(timedelta(seconds=pause))
        with suppress(TryLater):
            patience.check()
            patience.failed()
            heard += 1
    assert heard <= 15 + (clock.now() - started) / LONGEST_WAIT


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 60)), max_size=100))
def test_no_stranger_closes_the_door_of_who_calls_from_elsewhere(failures: list[tuple[str, int]]) -> None:
    clock = SetClock()
    doors = Doors(clock, "too many")
    for caller, pause in failures:
        clock.advance(timedelta(seconds=pause))
        doors.of(caller).failed()
    doors.of("the owner").check()


def test_of_too_many_doors_the_oldest_is_forgotten(clock: SetClock) -> None:
    doors = Doors(clock, "too many")
    first = doors.of("0")
    for number in range(1, MOST_DOORS + 1):
        doors.of(str(number))
    assert doors.of("0") is not first
