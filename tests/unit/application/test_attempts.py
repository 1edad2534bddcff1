"""Attempts to get in: finished once, in time, and not too often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.sign_in.attempts import ATTEMPT_LIVES, MOST_ATTEMPTS, Attempts, Door, NotSignedIn
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
