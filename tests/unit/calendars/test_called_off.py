"""What is called off or changed by mail: only the sender's own, later word counts, and only of what it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from application.calendars.invitations import PROPOSED
from domain.action_events import Approved
from domain.actions import Status
from domain.calendar import Event
from domain.kinds import InvitationReply, Kind, Risk
from domain.messages import Address
from tests.unit.calendars.post import ANN, HOUR, LUNCH, Post, calendar_text, changed, weekly


def test_what_is_called_off_withdraws_what_was_proposed_on_it(post: Post) -> None:
    post.connect()
    post.arrive(calendar_text("REQUEST"))
    post.arrive(calendar_text("CANCEL"), sender="eve@evil.example")
    assert len(post.proposed(Kind.ANSWER_INVITATION)) == 1
    post.arrive(calendar_text("CANCEL"))
    assert post.proposed(Kind.ANSWER_INVITATION) == post.proposed(Kind.CREATE_EVENT) == []


def test_a_note_of_what_is_called_off_is_offered_to_be_taken_out_and_waits(post: Post) -> None:
    post.connect()
    post.arrive(calendar_text("REQUEST"))
    (note,) = post.proposed(Kind.CREATE_EVENT)
    post.house.actions.approve(note.id, note.digest)
    post.house.clock.at += timedelta(minutes=5)
    for sender in ("eve@evil.example", ANN, ANN):
        post.arrive(calendar_text("CANCEL"), sender)
    (removal,) = post.proposed(Kind.DELETE_EVENT)
    assert (removal.risk, removal.reason) == (Risk.APPROVAL, "Ann called it off by mail")
    assert len(post.calendar.events()) == 1


def test_only_the_organizers_word_takes_out_what_stands_in_a_calendar(post: Post) -> None:
    post.connect()
    event = Event(
        "diary:x", "diary", "memory", "diary/calendar", "Lunch", LUNCH, LUNCH + HOUR, "UTC",
        organizer=Address("Ann", ANN), uid="lunch@example.org",
    )  # fmt: skip
    post.calendar.put(event)
    post.arrive(calendar_text("CANCEL"), sender="eve@evil.example")
    assert post.proposed(Kind.DELETE_EVENT) == []
    post.arrive(calendar_text("CANCEL"))
    assert [each.target for each in post.proposed(Kind.DELETE_EVENT)] == ["diary:x"]


def test_an_invitation_that_was_changed_withdraws_the_answer_to_what_it_was(post: Post) -> None:
    post.arrive(calendar_text("REQUEST"))
    post.arrive(calendar_text("REQUEST").replace("SEQUENCE:2", "SEQUENCE:3"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    assert isinstance(action.payload, InvitationReply)
    assert action.payload.sequence == 3


def test_an_older_invitation_that_comes_late_displaces_nothing(post: Post) -> None:
    post.arrive(changed(calendar_text("REQUEST"), 3))
    (waiting,) = post.proposed(Kind.ANSWER_INVITATION)
    for method, sequence in (("REQUEST", 2), ("REQUEST", 3), ("CANCEL", 2)):
        post.arrive(changed(calendar_text(method), sequence))
    assert post.proposed(Kind.ANSWER_INVITATION) == [waiting]


def test_what_was_called_off_before_its_invitation_came_is_not_proposed(post: Post) -> None:
    post.arrive(calendar_text("CANCEL"))
    post.arrive(calendar_text("REQUEST"))
    assert post.proposed(Kind.ANSWER_INVITATION) == []
    post.arrive(changed(calendar_text("REQUEST"), 3))
    assert len(post.proposed(Kind.ANSWER_INVITATION)) == 1


def test_a_forged_invitation_displaces_nothing_and_is_not_proposed(post: Post) -> None:
    post.arrive(calendar_text("REQUEST"))
    waiting = post.proposed(Kind.ANSWER_INVITATION)
    for method in ("REQUEST", "CANCEL"):
        post.arrive(changed(calendar_text(method), 9), checked="fail")
    assert post.proposed(Kind.ANSWER_INVITATION) == waiting


def test_what_no_server_vouches_for_does_not_speak_for_what_one_does(post: Post) -> None:
    post.arrive(calendar_text("REQUEST"), checked="pass")
    (waiting,) = post.proposed(Kind.ANSWER_INVITATION)
    post.arrive(changed(calendar_text("CANCEL"), 9))
    assert post.proposed(Kind.ANSWER_INVITATION) == [waiting]
    post.arrive(changed(calendar_text("CANCEL"), 3), checked="pass")
    assert post.proposed(Kind.ANSWER_INVITATION) == []


def test_what_the_owner_approved_is_not_withdrawn(post: Post) -> None:
    post.arrive(calendar_text("REQUEST"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    approved = [Approved(action.digest)]
    post.house.store.actions.append(action.id, approved, actor="owner", at=post.house.clock.now())
    post.arrive(changed(calendar_text("REQUEST"), 3))
    assert post.house.store.actions.get(action.id).status is Status.APPROVED


def test_one_week_that_is_called_off_leaves_the_answer_to_the_series(post: Post) -> None:
    post.connect()
    post.arrive(weekly("REQUEST"))
    (note,) = post.proposed(Kind.CREATE_EVENT)
    post.house.actions.approve(note.id, note.digest)
    post.house.clock.at += timedelta(minutes=5)
    post.arrive(weekly("CANCEL", 1))
    assert len(post.proposed(Kind.ANSWER_INVITATION)) == 1
    weeks = {event.id: event.start for event in post.calendar.events()}
    assert [weeks[each.target] for each in post.proposed(Kind.DELETE_EVENT)] == [LUNCH + timedelta(weeks=1)]


def test_each_occurrence_is_answered_and_called_off_by_itself_and_all_with_their_series(post: Post) -> None:
    post.arrive(weekly("REQUEST", 0, 1, 2))
    weeks = {action.payload.occurrence[:8] for action in post.proposed(Kind.ANSWER_INVITATION)}
    assert weeks == {"20261124", "20261201", "20261208"}
    post.arrive(weekly("CANCEL", 1))
    weeks = {action.payload.occurrence[:8] for action in post.proposed(Kind.ANSWER_INVITATION)}
    assert weeks == {"20261124", "20261208"}
    post.arrive(weekly("CANCEL"))
    assert post.proposed(Kind.ANSWER_INVITATION) == []


def test_of_a_series_that_was_noted_only_the_week_that_is_called_off_is_offered_to_be_taken_out(post: Post) -> None:
    post.connect()
    post.arrive(weekly("REQUEST"))
    (note,) = post.proposed(Kind.CREATE_EVENT)
    post.house.actions.approve(note.id, note.digest)
    _, second, *_ = post.calendar.events()
    post.house.clock.at += timedelta(minutes=5)
    post.arrive(weekly("CANCEL", 1))
    removals = [(each.target, each.reason) for each in post.proposed(Kind.DELETE_EVENT)]
    assert removals == [(second.id, "Ann called it off by mail")]


def marks(post: Post) -> tuple[str, ...]:
    return post.house.store.preferences.names(PROPOSED)


def test_nothing_is_remembered_of_an_invitation_that_was_over_a_week_ago(post: Post) -> None:
    post.arrive(calendar_text("REQUEST"))
    calendars = post.house.workshop.calendars
    post.house.clock.at = LUNCH + timedelta(days=7)
    assert (calendars.forget_past(), len(marks(post))) == (0, 4)
    post.house.clock.at = LUNCH + timedelta(days=8)
    assert (calendars.forget_past(), marks(post)) == (4, ())


def test_a_noted_series_can_be_called_off_after_years(post: Post) -> None:
    post.connect()
    post.arrive(weekly("REQUEST"))
    (note,) = post.proposed(Kind.CREATE_EVENT)
    receipt = post.house.actions.approve(note.id, note.digest).receipt
    assert receipt is not None
    series, *_ = post.calendar.events()
    post.calendar.remove_named(receipt["event"])
    for week in range(0, 160, 40):
        post.house.clock.at = start = LUNCH + timedelta(weeks=week)
        occurrence = replace(series, id=f"diary:{week}", start=start, end=start + HOUR, series_id=receipt["event"])
        post.calendar.put(occurrence)
        post.house.workshop.calendars.poll("diary/calendar")
        post.house.workshop.calendars.forget_past()
    post.arrive(weekly("CANCEL"))
    assert [each.target for each in post.proposed(Kind.DELETE_EVENT)] == ["diary:120"]
