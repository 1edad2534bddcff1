"""The contract of `Executor` for meetings of others that repeat, and for nights in which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from application.ports.executor import Outcome
from domain.calendar import Event, Response, Span
from domain.kinds import ChangeEvent, InvitationAnswer, Kind
from tests.contract.calendar.orders import HOUR, OWNER, SABRINA, WEEK, Draft, an_action
from tests.contract.calendar.worlds import CalendarWorld

ASKED = ((OWNER, Response.TENTATIVE), (SABRINA, Response.ACCEPTED))
SERIES = Draft("Stand-up", attendees=ASKED, organizer=SABRINA, rule="FREQ=DAILY;COUNT=4")
ACCEPT = InvitationAnswer(Response.ACCEPTED)


def days(world: CalendarWorld) -> tuple[Event, ...]:
    return world.calendar.between(WEEK)


def said(world: CalendarWorld) -> list[Response]:
    return [event.response for event in days(world)]


def test_what_is_left_of_a_series_is_answered_one_by_one(world: CalendarWorld) -> None:
    world.enter(SERIES)
    first, second, third, _ = days(world)
    world.remove(first.provider_id)
    world.move(second.provider_id, Span(second.start + HOUR, second.end + HOUR))
    for id in (second.provider_id, third.provider_id):
        respond = an_action(Kind.RESPOND_EVENT, id, ACCEPT, basis=world.calendar.event(id).version)
        token = world.executor.prepare(respond, None)
        receipt = world.executor.execute(respond, token)
        assert world.executor.look(respond, token).outcome is Outcome.HAPPENED
    assert said(world) == [Response.ACCEPTED, Response.ACCEPTED, Response.TENTATIVE]
    assert days(world)[0].start == second.start + HOUR
    world.executor.undo(respond, receipt)
    assert said(world) == [Response.ACCEPTED, Response.TENTATIVE, Response.TENTATIVE]


def test_a_whole_series_is_answered_at_once_and_the_answer_taken_back(world: CalendarWorld) -> None:
    respond = an_action(Kind.RESPOND_EVENT, world.enter(SERIES), ACCEPT)
    token = world.executor.prepare(respond, None)
    assert world.executor.look(respond, token).outcome is Outcome.NOT_YET
    receipt = world.executor.execute(respond, token)
    assert said(world) == [Response.ACCEPTED] * 4
    assert world.executor.look(respond, token).outcome is Outcome.HAPPENED
    assert world.writes() == 1
    world.executor.undo(respond, receipt)
    assert said(world) == [Response.TENTATIVE] * 4


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-24T22:30+02:00", "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25T03:30+01:00"),
        ("2027-03-27T23:30+01:00", "2027-03-28T03:30+02:00"),
        ("2026-11-24T23:30+01:00", "2026-11-25T00:30+01:00"),
    ],
    ids=["into the hour that comes twice", "through it", "out of it", "over the hour that is left out", "midnight"],
)
def test_an_event_is_moved_across_the_night_and_back(world: CalendarWorld, start: str, end: str) -> None:
    id = world.enter(Draft())
    before = world.calendar.event(id)
    night = Span(datetime.fromisoformat(start).astimezone(UTC), datetime.fromisoformat(end).astimezone(UTC))
    move = an_action(
        Kind.UPDATE_EVENT, id, ChangeEvent(start=night.start, end=night.end), basis=world.calendar.event(id).version
    )
    token = world.executor.prepare(move, None)
    receipt = world.executor.execute(move, token)
    assert world.calendar.event(id).span == night
    assert world.executor.look(move, token).outcome is Outcome.HAPPENED
    last = Span(night.end - timedelta(minutes=1), night.end)
    assert [each.provider_id for each in world.calendar.between(last)] == [id]
    world.executor.undo(move, receipt)
    assert world.calendar.event(id).span == before.span
