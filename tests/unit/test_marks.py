"""Marks end: each is kept for as long as the same could come up again, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory import MemoryStore
from application.marks import Marks
from application.ports.store import Preferences
from domain.codec import Json
from tests.integration.api.house import NOON, SetClock

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def preferences() -> Preferences:
    return MemoryStore().preferences


@pytest.fixture
def marks(preferences: Preferences, clock: SetClock) -> Marks:
    return Marks(preferences, "told/", 10 * DAY, clock)


def test_a_mark_ends_on_its_day_and_others_after_their_time(marks: Marks, clock: SetClock) -> None:
    marks.put("soon", 1, until=NOON + DAY)
    marks.put("later", 2)
    clock.advance(2 * DAY)
    assert (marks.forget_ended(), marks.names()) == (1, ("later",))
    clock.advance(9 * DAY)
    assert (marks.forget_ended(), marks.names()) == (1, ())


def test_what_is_held_stays_and_is_rarely_written(marks: Marks, clock: SetClock, preferences: Preferences) -> None:
    marks.put("stands", "so")
    written: set[str] = set()
    for _ in range(60):
        clock.advance(DAY)
        marks.hold("stands")
        marks.forget_ended()
        written.add(str(preferences.get("told/stands")))
    assert marks.get("stands") == "so"
    assert len(written) <= 60 // 5


def test_a_mark_can_be_held_until_a_later_day_and_never_cut_short(marks: Marks, clock: SetClock) -> None:
    marks.put("moved", 1, until=NOON + DAY)
    marks.hold("moved", until=NOON + 3 * DAY)
    marks.hold("moved", until=NOON + 2 * DAY)
    clock.advance(2.5 * DAY)
    assert marks.forget_ended() == 0
    clock.advance(DAY)
    assert marks.forget_ended() == 1


@given(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()), st.just({"at": "x", "notice": {}})))
def test_a_mark_from_before_they_had_an_end_counts_and_is_given_one(value: Json) -> None:
    clock, preferences = SetClock(), MemoryStore().preferences
    marks = Marks(preferences, "told/", 10 * DAY, clock)
    preferences.put("told/old", value)
    assert marks.get("old") == value
    assert marks.forget_ended() == 0
    assert marks.get("old") == value
    clock.advance(11 * DAY)
    assert (marks.forget_ended(), marks.names()) == (1, ())


def test_only_its_own_names_are_looked_at(marks: Marks, preferences: Preferences, clock: SetClock) -> None:
    preferences.put("other/old", "2020-01-01T00:00:00+00:00")
    clock.advance(400 * DAY)
    assert (marks.forget_ended(), preferences.get("other/old")) == (0, "2020-01-01T00:00:00+00:00")
