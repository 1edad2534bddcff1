"""The contract of `Executor` for events, over the twin in memory and over each real provider at the sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.ports.executor import Outcome
from domain.calendar import Response, Span
from domain.errors import CannotBe, NotFound
from domain.kinds import ChangeEvent, InvitationAnswer, Kind, NewEvent
from tests.contract.calendar.acting import (
    HALF_INVITED,
    NEW,
    OURS,
    RENAME,
    answers,
    done,
    on,
    prepared,
    seen,
)
from tests.contract.calendar.orders import (
    BERLIN,
    HOUR,
    OWNER,
    SABRINA,
    TOM,
    TUESDAY,
    WEEK,
    Draft,
    an_action,
    at,
)
from tests.contract.calendar.worlds import CalendarWorld


def test_an_event_is_written_as_it_was_shown_and_undoing_removes_it(world: CalendarWorld) -> None:
    create = an_action(Kind.CREATE_EVENT, payload=NEW)
    receipt = done(world, create)
    event = seen(world, receipt["event"])
    assert (event.title, event.location, event.description) == ("Planning", "Room 4", "Bring figures")
    assert (event.start, event.end, event.zone, event.all_day) == (TUESDAY, TUESDAY + HOUR, BERLIN, False)
    assert event.is_organized_by_owner
    assert world.told() == set()
    for _ in range(2):
        world.executor.undo(create, receipt)
        assert world.titles() == []


def test_what_others_joined_since_is_not_taken_back_unseen(world: CalendarWorld) -> None:
    create = an_action(Kind.CREATE_EVENT, payload=NEW)
    receipt = done(world, create)
    done(world, on(world, Kind.UPDATE_EVENT, receipt["event"], ChangeEvent(add_attendees=(SABRINA,))))
    with pytest.raises(CannotBe) as caught:
        world.executor.undo(create, receipt)
    assert caught.value.code == "joined"
    assert world.titles() == ["Planning"]


def test_a_whole_day_is_written_as_one(world: CalendarWorld) -> None:
    start, end = at("2026-10-25T00:00"), at("2026-10-26T00:00")
    day = NewEvent("Off", start, end, all_day=True, zone=BERLIN)
    receipt = done(world, an_action(Kind.CREATE_EVENT, payload=day))
    event = seen(world, receipt["event"])
    assert (event.all_day, event.start, event.end) == (True, start, end)


def test_who_is_invited_is_told_and_may_join_online(world: CalendarWorld) -> None:
    meeting = replace(NEW, attendees=(SABRINA, TOM), online=True)
    receipt = done(world, an_action(Kind.CREATE_EVENT, payload=meeting))
    assert world.told() == {SABRINA, TOM}
    event = seen(world, receipt["event"])
    assert {each.address.address for each in event.others} == {SABRINA, TOM}
    assert event.join_url


def test_a_series_is_written_as_one(world: CalendarWorld) -> None:
    weekly = replace(NEW, recurrence=("RRULE:FREQ=WEEKLY;COUNT=3",))
    create = an_action(Kind.CREATE_EVENT, payload=weekly)
    receipt = done(world, create)
    span = Span(WEEK.start, at("2027-02-01T00:00"))
    assert [event.start for event in world.calendar.between(span)] == [
        TUESDAY,
        at("2026-12-01T15:00"),
        at("2026-12-08T15:00"),
    ]
    world.executor.undo(create, receipt)
    assert world.calendar.between(span) == ()


def test_changing_moves_and_renames_and_undoing_puts_it_back(world: CalendarWorld) -> None:
    id = world.enter(Draft(location="Room 4"))
    update = on(world, Kind.UPDATE_EVENT, id, RENAME)
    receipt = done(world, update)
    event = seen(world, id)
    assert (event.title, event.start, event.end) == (RENAME.title, TUESDAY + 2 * HOUR, TUESDAY + 3 * HOUR)
    assert (event.location, event.zone) == ("Room 4", BERLIN)
    for _ in range(2):
        world.executor.undo(update, receipt)
        event = seen(world, id)
        assert (event.title, event.start, event.end) == ("Planning", TUESDAY, TUESDAY + HOUR)


def test_a_new_end_alone_keeps_the_beginning(world: CalendarWorld) -> None:
    id = world.enter(Draft())
    done(world, on(world, Kind.UPDATE_EVENT, id, ChangeEvent(end=TUESDAY + 3 * HOUR)))
    assert seen(world, id).span == Span(TUESDAY, TUESDAY + 3 * HOUR)


def test_texts_are_changed_and_put_back(world: CalendarWorld) -> None:
    id = world.enter(Draft(location="Room 4"))
    update = on(world, Kind.UPDATE_EVENT, id, ChangeEvent(location="", description="Bring figures"))
    receipt = done(world, update)
    assert (seen(world, id).location, seen(world, id).description) == ("", "Bring figures")
    world.executor.undo(update, receipt)
    assert (seen(world, id).location, seen(world, id).description) == ("Room 4", "")


def test_a_whole_day_is_moved_as_one(world: CalendarWorld) -> None:
    autumn, spring = at("2026-10-25T00:00"), at("2027-03-28T00:00")
    id = world.enter(Draft("Off", autumn, at("2026-10-26T00:00"), all_day=True))
    done(world, on(world, Kind.UPDATE_EVENT, id, ChangeEvent(start=spring, end=at("2027-03-29T00:00"))))
    event = seen(world, id)
    assert (event.all_day, event.start, event.end) == (True, spring, at("2027-03-29T00:00"))


def test_people_are_invited_and_let_go_and_the_others_keep_their_answers(world: CalendarWorld) -> None:
    id = world.enter(Draft(attendees=OURS))
    ann = "ann@example.org"
    update = on(world, Kind.UPDATE_EVENT, id, ChangeEvent(add_attendees=(ann, SABRINA), remove_attendees=(TOM,)))
    receipt = done(world, update)
    assert world.told() >= {ann, SABRINA}
    assert answers(seen(world, id)) == {
        OWNER: Response.ACCEPTED,
        SABRINA: Response.ACCEPTED,
        ann: Response.NEEDS_ACTION,
    }
    for _ in range(2):
        world.executor.undo(update, receipt)
        assert set(answers(seen(world, id))) == {OWNER, SABRINA, TOM}


def test_inviting_somebody_to_ones_own_event_tells_him(world: CalendarWorld) -> None:
    id = world.enter(Draft())
    update = on(world, Kind.UPDATE_EVENT, id, ChangeEvent(add_attendees=(SABRINA,)))
    token = prepared(world, update)
    assert world.executor.look(update, token).outcome is Outcome.NOT_YET
    world.executor.execute(update, token)
    assert world.executor.look(update, token).outcome is Outcome.HAPPENED
    assert world.told() == {SABRINA}
    assert {each.address.address for each in seen(world, id).others} == {SABRINA}


def test_one_occurrence_is_changed_alone(world: CalendarWorld) -> None:
    world.enter(Draft("Stand-up", rule="FREQ=DAILY;COUNT=3"))
    _, second, _ = world.calendar.between(WEEK)
    update = on(world, Kind.UPDATE_EVENT, second.provider_id, ChangeEvent(start=second.start + HOUR))
    receipt = done(world, update)
    assert [event.start.hour for event in world.calendar.between(WEEK)] == [14, 15, 14]
    world.executor.undo(update, receipt)
    assert [event.start.hour for event in world.calendar.between(WEEK)] == [14, 14, 14]


def test_deleting_removes_and_undoing_brings_back(world: CalendarWorld) -> None:
    id = world.enter(Draft("Planning", location="Room 4", attendees=OURS))
    before = seen(world, id)
    delete = on(world, Kind.DELETE_EVENT, id)
    receipt = done(world, delete)
    assert world.told() == {SABRINA, TOM}
    assert world.titles() == []
    for _ in range(2):
        back = world.executor.undo(delete, receipt)
        [event] = world.calendar.between(WEEK)
        assert event.provider_id == back["event"]
        assert (event.title, event.span, event.location) == (before.title, before.span, before.location)
        assert set(answers(event)) == set(answers(before))


def test_one_occurrence_is_deleted_alone(world: CalendarWorld) -> None:
    world.enter(Draft("Stand-up", rule="FREQ=DAILY;COUNT=3"))
    _, second, _ = world.calendar.between(WEEK)
    delete = on(world, Kind.DELETE_EVENT, second.provider_id)
    receipt = done(world, delete)
    assert len(world.calendar.between(WEEK)) == 2
    world.executor.undo(delete, receipt)
    assert len(world.calendar.between(WEEK)) == 3


@pytest.mark.parametrize("response", [Response.ACCEPTED, Response.TENTATIVE, Response.DECLINED])
def test_an_invitation_is_answered_and_the_answer_taken_back(world: CalendarWorld, response: Response) -> None:
    id = world.enter(Draft(attendees=HALF_INVITED, organizer=SABRINA))
    respond = on(world, Kind.RESPOND_EVENT, id, InvitationAnswer(response, "See you"))
    receipt = done(world, respond)
    event = seen(world, id)
    assert event.response is response
    assert answers(event)[TOM] is Response.NEEDS_ACTION
    assert SABRINA in world.told()
    for _ in range(2):
        world.executor.undo(respond, receipt)
        assert seen(world, id).response is Response.TENTATIVE


def test_what_nobody_invited_the_owner_to_cannot_be_answered(world: CalendarWorld) -> None:
    respond = on(world, Kind.RESPOND_EVENT, world.enter(Draft()), InvitationAnswer(Response.ACCEPTED))
    with pytest.raises(CannotBe):
        world.executor.prepare(respond, None)


def test_what_came_to_be_can_be_removed_by_hand_before_it_is_undone(world: CalendarWorld) -> None:
    create = an_action(Kind.CREATE_EVENT, payload=NEW)
    receipt = done(world, create)
    world.remove(receipt["event"])
    world.executor.undo(create, receipt)
    with pytest.raises(NotFound):
        seen(world, receipt["event"])
