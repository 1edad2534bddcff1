"""The owner's time in the chat: asked, and changed only as the owner, and nobody else's words, want it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.local.matching import LocalMatcher
from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from application.acting.actions import Proposal
from application.chat.service import Chat
from application.chat.turn import ProposalMade
from application.ports.providers import Account, Connection
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.calendar import Attendee, Event, Response
from domain.chat import Mode
from domain.codec import Json
from domain.kinds import Kind, Risk
from domain.messages import Address
from domain.persona import Persona
from tests.unit.chat.house import ZONE, House, text_of

TOMORROW = datetime(2026, 11, 24, tzinfo=ZONE)
ME = Address("Jo", "jo@home.example")
SABRINA = Address("Sabrina Tan", "sabrina@work.example")


class Diary:
    """A house with one calendar, and what a test puts there."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.calendar = MemoryCalendar("diary", ME.address)
        executors = (MemoryCalendarExecutor(self.calendar),)
        account = Account("diary", "memory")
        house.connections.add(Connection(account, ME, executors=executors, calendars=(self.calendar,)))
        house.chat = Chat(house.workshop, house.registry, house.asked, LocalMatcher(ZONE), Persona)

    def put(self, title: str, hour: float, *others: Address, response: Response = Response.ACCEPTED) -> Event:
        start = TOMORROW + timedelta(hours=hour)
        people = (Attendee(ME, response, is_owner=True), *(Attendee(each) for each in others)) if others else ()
        event = Event(
            f"diary:{title.lower().replace(' ', '-')}", "diary", "memory", "diary/calendar", title, start,
            start + timedelta(hours=1), str(ZONE), response=response, organizer=ME, attendees=people, version="1",
        )  # fmt: skip
        return self.calendar.put(event)

    def say(self, words: str) -> tuple[list[Action], str]:
        happenings = self.house.talk(words, Mode.LOCAL)
        return [each.action for each in happenings if isinstance(each, ProposalMade)], text_of(happenings)


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(House(tmp_path))


def test_inviting_somebody_to_the_3pm_finds_event_and_person_and_waits_for_the_owner(diary: Diary) -> None:
    diary.put("Roadmap sync", 15)
    diary.put("Boring webinar", 15, SABRINA, response=Response.DECLINED)
    ((action,), _) = diary.say("invite Sabrina to my 3pm tomorrow")
    assert (action.kind, action.status, action.risk) == (Kind.UPDATE_EVENT, Status.PROPOSED, Risk.APPROVAL)
    assert action.title == "Invite sabrina@work.example: “Roadmap sync” on Tue 24 Nov 15:00"
    assert diary.calendar.find("roadmap-sync").attendees == ()


def test_an_event_of_ones_own_is_written_at_once_and_can_be_undone(diary: Diary) -> None:
    ((action,), _) = diary.say("put lunch on friday at noon in my calendar")
    assert (action.title, action.status) == ("Put in the calendar: “Lunch” on Fri 27 Nov 12:00", Status.EXECUTED)
    assert [event.title for event in diary.calendar.events()] == ["Lunch"]
    assert diary.house.actions.undo(action.id).status is Status.EXECUTED
    assert diary.calendar.events() == ()


def test_with_others_in_it_an_event_always_waits(diary: Diary) -> None:
    diary.put("Roadmap sync", 15, SABRINA)
    ((action,), _) = diary.say("move the roadmap sync to tomorrow at 4pm")
    assert (action.status, action.risk) == (Status.PROPOSED, Risk.APPROVAL)


@pytest.mark.parametrize("origin", [Origin.RULE, Origin.HOOK, Origin.ROUTINE])
def test_what_the_owner_did_not_order_himself_waits(diary: Diary, origin: Origin) -> None:
    lunch = {"title": "Lunch", "start": "2026-11-27T04:00:00Z", "end": "2026-11-27T05:00:00Z"}
    action = diary.house.actions.propose(Proposal(Kind.CREATE_EVENT, "", lunch, origin=origin), actor="alfred")
    assert (action.status, action.risk) == (Status.PROPOSED, Risk.APPROVAL)


def test_a_proposal_whose_event_gained_guests_no_longer_runs_by_itself(diary: Diary) -> None:
    event = diary.put("Roadmap sync", 15)
    diary.house.workshop.calendars.poll("diary/calendar")
    diary.house.halt.halt("for the test", diary.house.clock.now())
    later = {"start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z"}
    action = diary.house.actions.propose(Proposal(Kind.UPDATE_EVENT, event.id, later, origin=Origin.OWNER))
    assert action.risk is Risk.AUTO
    diary.calendar.put(replace(event, attendees=(Attendee(ME, is_owner=True), Attendee(SABRINA)), version="2"))
    diary.house.workshop.calendars.poll("diary/calendar")
    diary.house.halt.resume()
    assert diary.house.actions.run_automatic() == 0
    assert diary.house.store.actions.get(action.id).status is Status.PROPOSED


def test_a_clash_is_pointed_out_before_it_is_made(diary: Diary) -> None:
    diary.put("Dentist", 12)
    diary.house.workshop.calendars.poll("diary/calendar")
    lunch: dict[str, Json] = {"title": "Lunch", "start": "2026-11-24T04:30:00Z", "end": "2026-11-24T05:30:00Z"}
    with_guest: dict[str, Json] = {**lunch, "attendees": [SABRINA.address]}
    action = diary.house.actions.propose(Proposal(Kind.CREATE_EVENT, "", with_guest))
    assert action.warnings == ("it clashes with “Dentist”, Tue 24 Nov 12:00",)


@pytest.mark.parametrize("others", [(), (SABRINA,)], ids=["alone", "with others"])
def test_a_removal_says_beforehand_whom_taking_it_back_would_write_to(diary: Diary, others: tuple[Address]) -> None:
    event = diary.put("Roadmap sync", 15, *others)
    diary.house.workshop.calendars.poll("diary/calendar")
    action = diary.house.actions.propose(Proposal(Kind.DELETE_EVENT, event.id))
    told = tuple(f"taking it back would write to {each.address} again" for each in others)
    assert action.warnings == told


def test_what_others_see_is_never_changed_without_the_owners_word(diary: Diary) -> None:
    theirs = replace(diary.put("Parents' evening", 18), shared=True, organizer=SABRINA, attendees=())
    diary.calendar.put(theirs)
    ((action,), _) = diary.say("move the parents' evening to tomorrow at 7pm")
    assert (action.status, action.risk) == (Status.PROPOSED, Risk.APPROVAL)
