"""What was noted of an invitation by mail follows its organizer's changes, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from domain.actions import Action, Status
from domain.calendar import Response
from domain.kinds import ChangeEvent, Kind, Risk
from tests.unit.calendars.post import HOUR, LUNCH, Post, calendar_text, changed, weekly
from tests.unit.chat.house import House


@pytest.fixture
def post(tmp_path: Path) -> Post:
    post = Post(House(tmp_path))
    post.connect()
    return post


def moved(text: str, hours: int) -> str:
    """That invitation, so many hours later."""
    for edge in (LUNCH, LUNCH + HOUR):
        line = f"{edge:%Y%m%dT%H%M%SZ}\r\n"
        later = f"{edge + timedelta(hours=hours):%Y%m%dT%H%M%SZ}\r\n"
        for name in ("DTSTART:", "DTEND:"):
            text = text.replace(name + line, name + later)
    return text


def noted(post: Post, text: str) -> Action:
    """Let an invitation come and its note be written."""
    post.arrive(text)
    (note,) = post.proposed(Kind.CREATE_EVENT)
    done = post.house.actions.approve(note.id, note.digest)
    assert done.status is Status.EXECUTED
    post.house.clock.at += timedelta(minutes=5)
    return done


def approved(post: Post, kind: Kind) -> Action:
    (action,) = post.proposed(kind)
    done = post.house.actions.approve(action.id, action.digest)
    post.house.clock.at += timedelta(minutes=5)
    return done


def test_a_meeting_that_was_moved_moves_its_note_and_leaves_the_old_hour_free(post: Post) -> None:
    noted(post, calendar_text("REQUEST"))
    post.arrive(moved(changed(calendar_text("REQUEST"), 3), 2))
    assert post.proposed(Kind.CREATE_EVENT) == []
    change = approved(post, Kind.UPDATE_EVENT)
    assert (change.risk, change.reason) == (Risk.APPROVAL, "Ann moved it by mail from Tue 24 Nov 12:00")
    assert change.payload == ChangeEvent(start=LUNCH + 2 * HOUR, end=LUNCH + 3 * HOUR)
    assert [event.start for event in post.calendar.events()] == [LUNCH + 2 * HOUR]


def test_a_meeting_that_is_moved_again_and_again_moves_the_same_note(post: Post) -> None:
    noted(post, calendar_text("REQUEST"))
    for sequence in (3, 4, 5):
        post.arrive(moved(changed(calendar_text("REQUEST"), sequence), sequence))
        approved(post, Kind.UPDATE_EVENT)
    assert [event.start for event in post.calendar.events()] == [LUNCH + 5 * HOUR]


def test_only_the_latest_change_waits(post: Post) -> None:
    noted(post, calendar_text("REQUEST"))
    for sequence in (3, 4):
        post.arrive(moved(changed(calendar_text("REQUEST"), sequence), sequence))
    (change,) = post.proposed(Kind.UPDATE_EVENT)
    assert change.payload.start == LUNCH + 4 * HOUR
    post.arrive(changed(calendar_text("CANCEL"), 5))
    assert post.proposed(Kind.UPDATE_EVENT) == []
    assert len(post.proposed(Kind.DELETE_EVENT)) == 1


def test_a_note_of_what_is_moved_does_not_stand_in_its_own_way(post: Post) -> None:
    noted(post, calendar_text("REQUEST"))
    half_an_hour_later = changed(calendar_text("REQUEST"), 3).replace("T040000Z", "T043000Z").replace("T05", "T06")
    post.arrive(half_an_hour_later)
    (answer,) = post.proposed(Kind.ANSWER_INVITATION)
    assert answer.payload.response is Response.ACCEPTED
    assert "you are free then" in answer.reason


def test_what_changes_nothing_of_the_note_proposes_nothing_on_it(post: Post) -> None:
    noted(post, calendar_text("REQUEST"))
    post.arrive(changed(calendar_text("REQUEST"), 3))
    assert post.proposed(Kind.UPDATE_EVENT) == post.proposed(Kind.CREATE_EVENT) == []


def test_nobody_else_moves_a_note(post: Post) -> None:
    noted(post, calendar_text("REQUEST"))
    post.arrive(moved(changed(calendar_text("REQUEST"), 3), 2), sender="eve@evil.example")
    assert post.proposed(Kind.UPDATE_EVENT) == []


def test_a_note_that_the_owner_took_out_is_offered_anew(post: Post) -> None:
    receipt = noted(post, calendar_text("REQUEST")).receipt
    assert receipt is not None
    post.calendar.remove_named(receipt["event"])
    post.arrive(moved(changed(calendar_text("REQUEST"), 3), 2))
    assert len(post.proposed(Kind.CREATE_EVENT)) == 1


def test_one_week_of_a_noted_series_moves_by_itself(post: Post) -> None:
    noted(post, weekly("REQUEST"))
    before = {event.id: event.start for event in post.calendar.events()}
    post.arrive(moved(changed(weekly("REQUEST", 1), 3), 170))
    change = approved(post, Kind.UPDATE_EVENT)
    after = {event.id: event.start for event in post.calendar.events()}
    assert before[change.target] == LUNCH + timedelta(weeks=1)
    assert after == before | {change.target: LUNCH + 170 * HOUR}
    post.arrive(moved(changed(weekly("REQUEST", 1), 4), 171))
    assert approved(post, Kind.UPDATE_EVENT).target == change.target


def test_what_becomes_of_another_kind_is_noted_anew_and_says_that_the_one_before_still_stands(post: Post) -> None:
    noted(post, weekly("REQUEST"))
    post.arrive(changed(calendar_text("REQUEST"), 3))
    assert post.proposed(Kind.UPDATE_EVENT) == []
    (note,) = post.proposed(Kind.CREATE_EVENT)
    assert note.reason == "Ann changed it by mail; what was noted of it before still stands in your calendar"


def test_a_series_that_was_moved_says_that_the_one_before_still_stands(post: Post) -> None:
    noted(post, weekly("REQUEST"))
    post.arrive(changed(weekly("REQUEST"), 3))
    assert post.proposed(Kind.CREATE_EVENT) == []
    post.arrive(moved(changed(weekly("REQUEST"), 4), 2))
    (note,) = post.proposed(Kind.CREATE_EVENT)
    assert note.reason == "Ann changed the series by mail; what was noted of it before still stands in your calendar"


def test_a_series_that_was_moved_back_is_noted_as_it_is_now(post: Post) -> None:
    noted(post, weekly("REQUEST"))
    for sequence, hours in ((3, 2), (4, 0)):
        post.arrive(moved(changed(weekly("REQUEST"), sequence), hours))
        assert approved(post, Kind.CREATE_EVENT).payload.start == LUNCH + hours * HOUR


def test_what_takes_place_after_all_is_not_taken_out(post: Post) -> None:
    noted(post, calendar_text("REQUEST"))
    for sequence in (3, 5):
        post.arrive(changed(calendar_text("CANCEL"), sequence))
        assert len(post.proposed(Kind.DELETE_EVENT)) == 1
        post.arrive(changed(calendar_text("REQUEST"), sequence + 1))
        assert post.proposed(Kind.DELETE_EVENT) == []


def test_a_week_that_was_called_off_stays_so_when_its_series_is_sent_anew(post: Post) -> None:
    noted(post, weekly("REQUEST"))
    post.arrive(changed(weekly("CANCEL", 1), 3))
    waiting = post.proposed(Kind.DELETE_EVENT)
    assert len(waiting) == 1
    post.arrive(changed(weekly("REQUEST"), 4))
    assert post.proposed(Kind.DELETE_EVENT) == waiting
