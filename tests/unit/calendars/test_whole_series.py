"""An invitation to a series: answered as a whole, by what is known of its days; nothing else may be done to it so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from application.acting.actions import Proposal
from application.ports.providers import Account, Connection
from domain.actions import Status
from domain.calendar import Attendee, Event, Response
from domain.errors import NotFound
from domain.kinds import Kind, Risk
from domain.messages import Address
from tests.unit.application.desk import OWNER, Desk

SERIES = "work:standup"
ANN = Address("Ann", "ann@example.org")


@pytest.fixture
def calendar() -> MemoryCalendar:
    return MemoryCalendar("work", OWNER.address)


@pytest.fixture
def desk(tmp_path: Path, calendar: MemoryCalendar) -> Desk:
    desk = Desk(tmp_path)
    executors = (MemoryCalendarExecutor(calendar),)
    desk.connections.add(Connection(Account("work", "memory"), OWNER, executors=executors, calendars=(calendar,)))
    owner = Attendee(OWNER, Response.NEEDS_ACTION, is_owner=True)
    for week in range(3):
        start = desk.clock.now() + timedelta(weeks=week + 1)
        day = Event(
            f"{SERIES}.{week}", "work", "memory", "work/calendar", "Stand-up", start, start + timedelta(hours=1), "UTC",
            response=Response.NEEDS_ACTION, organizer=ANN, attendees=(owner, Attendee(ANN)), series_id="standup",
        )  # fmt: skip
        desk.store.events.put([calendar.put(day)])
    return desk


def test_all_its_days_are_answered_by_one_approval_and_taken_back_by_one(desk: Desk, calendar: MemoryCalendar) -> None:
    asked = desk.actions.propose(Proposal(Kind.RESPOND_EVENT, SERIES, {"response": "accepted"}, "work"))
    assert (asked.title, asked.risk, asked.source) == ("Accept all of “Stand-up”", Risk.APPROVAL, "work/calendar")
    answer = desk.approve(asked)
    assert [event.response for event in calendar.events()] == [Response.ACCEPTED] * 3
    assert desk.actions.undo(answer.id).status is Status.EXECUTED
    assert [event.response for event in calendar.events()] == [Response.NEEDS_ACTION] * 3


@pytest.mark.parametrize("kind", [Kind.DELETE_EVENT, Kind.UPDATE_EVENT])
def test_a_series_is_neither_changed_nor_removed_as_a_whole(desk: Desk, kind: Kind) -> None:
    with pytest.raises(NotFound):
        desk.actions.propose(Proposal(kind, SERIES, {}, "work"))
