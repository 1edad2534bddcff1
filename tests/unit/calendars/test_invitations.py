"""Invitations are proposed once: not lost where proposing failed, nor proposed twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from adapters.memory.store import MemoryStore
from application.acting.drafting import Proposal
from application.calendars.invitations import PROPOSED, Invitations, Once
from domain.action_events import Edited
from domain.actions import Action, Status
from domain.calendar import Attendee, Event, Response
from domain.kinds import Kind
from domain.messages import Address
from tests.unit.calendars.clerks import DENTIST, INVITED, LUNCH, NOW, Clerk, Clock, moved, weekly


def test_an_answer_that_could_not_be_proposed_is_proposed_the_next_time(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    event = Event("home:1", "home", "memory", "home/calendar", "Lunch", LUNCH.start, LUNCH.end, "UTC")
    owner, ann = Attendee(Address("", "jo@home.example"), is_owner=True), Address("Ann", "ann@example.org")
    store.events.put([replace(event, organizer=ann, response=Response.NEEDS_ACTION, attendees=(owner,))])
    clerk.is_busy = True
    for _ in range(3):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == ["home:1"]


def test_of_two_invitations_to_one_hour_each_names_the_other(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    board = replace(INVITED, id="home:2", title="Board", start=LUNCH.start + timedelta(minutes=30))
    store.events.put([INVITED, board])
    invitations.propose_answers()
    said = {each.target: each.reason.partition("; ")[2] for each in clerk.proposed}
    assert said == {
        "home:1": "you are free then, but “Board” asks for that time too",
        "home:2": "you are free then, but “Lunch” asks for that time too",
    }


@pytest.mark.parametrize("answer", [Response.DECLINED, Response.ACCEPTED, Response.TENTATIVE])
def test_a_meeting_that_is_moved_after_it_was_answered_is_asked_about_again(
    store: MemoryStore, clerk: Clerk, invitations: Invitations, answer: Response
) -> None:
    for event in (INVITED, replace(INVITED, response=answer), moved(INVITED), moved(INVITED)):
        store.events.put([event])
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == ["home:1", "home:1"]


def test_what_was_proposed_on_an_event_is_remembered_as_long_as_a_calendar_has_it(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    event = Event("home:1", "home", "memory", "home/calendar", "Lunch", LUNCH.start, LUNCH.end, "UTC")
    owner, ann = Attendee(Address("", "jo@home.example"), is_owner=True), Address("Ann", "ann@example.org")
    first = replace(event, organizer=ann, response=Response.NEEDS_ACTION, attendees=(owner,))
    weekly = replace(first, id="home:2", series_id="weekly")
    store.events.put([first, weekly])
    invitations.propose_answers()
    once = Once(store, clerk, Clock())
    assert once.forget_gone() == 0
    invitations.propose_answers()
    assert len(clerk.proposed) == 2
    store.events.remove(["home:1"])
    assert (once.forget_gone(), once.is_new("home:1"), once.is_new("weekly")) == (1, True, False)
    store.events.remove(["home:2"])
    assert (once.forget_gone(), store.preferences.names(PROPOSED)) == (2, ())


class Overtaken(Clerk):
    """While he writes the first proposal down, another thread comes upon the same thing."""

    once: Once
    other: Thread

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        if not self.proposed:
            self.other = Thread(target=self.meanwhile)
            action = super().propose(proposal, actor)
            self.other.start()
            self.other.join(0.05)
            return action
        return super().propose(proposal, actor)

    def meanwhile(self) -> None:
        self.once.propose("home:1", Proposal(Kind.ARCHIVE, "home:1", {}))


def test_two_threads_that_come_upon_an_event_propose_on_it_once(store: MemoryStore) -> None:
    clerk = Overtaken(store)
    clerk.once = Once(store, clerk, Clock())
    clerk.meanwhile()
    clerk.other.join(30)
    assert len(clerk.proposed) == 1


@pytest.mark.parametrize("invited", [INVITED, weekly(2)[0]], ids=["alone", "of a series"])
def test_an_answer_that_waits_follows_what_else_is_promised_by_then(
    store: MemoryStore, clerk: Clerk, invitations: Invitations, invited: Event
) -> None:
    for dentist in (replace(DENTIST, busy=False), DENTIST, DENTIST, replace(DENTIST, busy=False)):
        store.events.put([invited, dentist])
        invitations.propose_answers()
    answers = [each.arguments["response"] for each in clerk.proposed]
    assert answers == [Response.ACCEPTED, Response.DECLINED, Response.ACCEPTED]
    (waiting,) = [each for each in store.actions.open_for([invited.id]) if each.status is Status.PROPOSED]
    assert waiting.payload.response is Response.ACCEPTED


def test_an_answer_that_the_owner_edited_stays_his(store: MemoryStore, clerk: Clerk, invitations: Invitations) -> None:
    store.events.put([INVITED])
    invitations.propose_answers()
    (mine,) = store.actions.open_for([INVITED.id])
    his = Edited({"response": "tentative"}, "another digest")
    store.actions.append(mine.id, [his], actor="owner", at=NOW)
    store.events.put([INVITED, DENTIST])
    invitations.propose_answers()
    assert len(clerk.proposed) == 1
