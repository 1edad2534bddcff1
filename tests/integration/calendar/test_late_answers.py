"""An Outlook that shows answers late: what is told to an organizer is told once, or the owner is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.microsoft.scopes import BASE, CALENDAR_WRITE
from application.acting.drafting import Proposal
from domain.actions import Action, Status
from domain.calendar import Response
from domain.kinds import Kind
from sandbox.microsoft import MicrosoftServer
from tests.contract.calendar.microsoft_world import MicrosoftWorld
from tests.contract.calendar.orders import OWNER, SABRINA, Draft
from tests.unit.application.desk import Desk, SetClock

LATE = 300.0
_INVITED = ((OWNER, Response.TENTATIVE), (SABRINA, Response.ACCEPTED))


@dataclass(slots=True)
class Office:
    """A desk with an account at Outlook, and the clock that Outlook goes by."""

    desk: Desk
    world: MicrosoftWorld
    outlook: SetClock

    def accepted(self) -> Action:
        """An invitation that the owner has accepted, as Outlook shows."""
        event = self.world.enter(Draft("Planning", attendees=_INVITED, organizer=SABRINA))
        self.desk.store.events.put([self.world.calendar.event(event)])
        asked = Proposal(Kind.RESPOND_EVENT, f"work:{event}", {"response": "accepted"}, "work")
        answer = self.desk.approve(self.desk.actions.propose(asked))
        assert answer.status is Status.EXECUTED
        return answer

    def go_on(self) -> None:
        """Let a quarter of an hour pass, in which everything that waits or is in doubt is taken up again."""
        for _ in range(3):
            self.desk.clock.advance(minutes=5)
            self.desk.execution.recover()
            self.desk.execution.run_waiting()

    def says(self, answer: Action) -> Response:
        return self.world.calendar.event(answer.target.removeprefix("work:")).response


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with MicrosoftServer([OWNER]) as server:
        desk, world, outlook = Desk(tmp_path), MicrosoftWorld(server), SetClock(datetime.now(UTC))
        desk.connections.add(world.connected((*BASE, CALENDAR_WRITE)))
        calendar = server.calendar(OWNER)
        calendar.clock, calendar.answering_seconds = lambda: outlook.now().timestamp(), LATE
        yield Office(desk, world, outlook)


def test_an_undo_waits_for_the_answer_that_it_takes_back(office: Office) -> None:
    answer = office.accepted()
    undo = office.desk.actions.undo(answer.id)
    office.go_on()
    assert (office.desk.now(undo).status, office.world.writes()) == (Status.APPROVED, 1)
    office.outlook.advance(seconds=LATE)
    office.go_on()
    office.outlook.advance(seconds=LATE)
    assert (office.desk.now(undo).status, office.world.writes()) == (Status.EXECUTED, 2)
    assert office.says(answer) is Response.TENTATIVE


@pytest.mark.parametrize("carried_out", [True, False], ids=["arrived", "never arrived"])
def test_an_undo_whose_answer_is_lost_is_not_posted_twice_but_asked_about(office: Office, carried_out: bool) -> None:
    answer = office.accepted()
    office.outlook.advance(seconds=LATE)
    if carried_out:
        office.world.lose_the_next_answer()
    else:
        office.world.break_down_once()
    undo = office.desk.actions.undo(answer.id)
    office.go_on()
    assert office.desk.now(undo).status is Status.UNCERTAIN
    assert office.desk.actions.undo(answer.id) == office.desk.now(undo)
    assert office.world.writes() == 1 + carried_out
    office.outlook.advance(seconds=LATE)
    office.go_on()
    expected = (Status.EXECUTED, Status.ROLLED_BACK) if carried_out else (Status.UNCERTAIN, Status.EXECUTED)
    assert (office.desk.now(undo).status, office.desk.now(answer).status) == expected
    assert office.world.writes() == 1 + carried_out


def test_the_owners_word_that_an_undo_did_not_happen_lets_it_be_done(office: Office) -> None:
    answer = office.accepted()
    office.outlook.advance(seconds=LATE)
    office.world.break_down_once()
    undo = office.desk.actions.undo(answer.id)
    office.go_on()
    assert office.desk.actions.retry(undo.id).status is Status.EXECUTED
    office.outlook.advance(seconds=LATE)
    assert office.says(answer) is Response.TENTATIVE
    assert office.world.writes() == 2


def test_an_undo_that_was_cut_off_is_looked_at_and_not_repeated(office: Office) -> None:
    answer = office.accepted()
    office.outlook.advance(seconds=LATE)
    office.world.lose_the_next_answer()
    undo = office.desk.actions.undo(answer.id)
    office.desk.restart()
    office.outlook.advance(seconds=LATE)
    office.go_on()
    assert office.desk.now(undo).status is Status.EXECUTED
    assert office.world.writes() == 2
