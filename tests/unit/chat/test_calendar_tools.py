"""The owner's time in the chat: asked, and changed only as the owner, and nobody else's words, want it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.matching import LocalMatcher
from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from application.acting.drafting import Proposal
from application.chat.registry import Errand, Reader
from application.chat.service import Chat
from application.chat.tools.new_event import CreateEvent, Repetition, recurrence, whole_days
from application.chat.turn import ProposalMade
from application.ports.providers import Account, Connection
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.calendar import Attendee, Event, Response, Span
from domain.chat import Mode
from domain.codec import Json, decode
from domain.errors import Invalid
from domain.kinds import Kind, NewEvent, Risk
from domain.messages import Address, Label
from domain.persona import Persona
from tests.unit.chat.house import OWNER, ZONE, House, calls, text_of

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

    def say(self, words: str, conversation: str = "") -> tuple[list[Action], str]:
        happenings = self.house.talk(words, Mode.LOCAL, conversation or None)
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


def test_what_is_asked_for_twice_waits_once(diary: Diary) -> None:
    diary.put("Roadmap sync", 15)
    diary.put("Lunch", 12, SABRINA)
    first, again = (diary.say("invite Sabrina to my 3pm tomorrow")[0] for _ in range(2))
    assert first == again
    assert diary.house.store.actions.count(Status.PROPOSED) == 1


def test_a_meeting_without_a_subject_is_called_after_whom_it_is_with(diary: Diary) -> None:
    diary.put("Roadmap sync", 15, SABRINA)
    diary.say("what is on tomorrow?")
    ((action,), _) = diary.say("create a meeting with Sabrina tomorrow at 4pm")
    assert action.title.startswith("Put in the calendar: “Meeting with Sabrina” on Tue 24 Nov 16:00")


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


def test_the_day_after_goes_on_from_the_day_that_was_asked_about(diary: Diary) -> None:
    diary.put("Choir", 24 + 19)
    conversation = diary.house.chat.begin().id
    assert diary.say("what is on tomorrow?", conversation)[1] == "No events on Tue 24 Nov, sir."
    assert diary.say("and the day after?", conversation)[1].startswith(
        "1 event on Wed 25 Nov, sir.\n• Wed 25 Nov 19:00"
    )
    assert diary.say("and the day after that?", conversation)[1] == "No events on Thu 26 Nov, sir."


def test_another_day_or_week_goes_on_from_a_question_about_the_calendars(diary: Diary) -> None:
    conversation = diary.house.chat.begin().id
    diary.say("what is on tomorrow?", conversation)
    assert diary.say("and today?", conversation)[1] == "No events on Mon 23 Nov, sir."
    assert diary.say("and this week?", conversation)[1].startswith("No events from Mon 23 Nov to Sun 29 Nov")


def test_a_week_has_no_day_after(diary: Diary) -> None:
    conversation = diary.house.chat.begin().id
    diary.say("what is on this week?", conversation)
    assert diary.say("and the day after?", conversation)[1] == "Which day do you mean, sir?"
    assert diary.say("Friday", conversation)[1] == "No events on Fri 27 Nov, sir."


def test_an_afternoon_is_all_of_it(diary: Diary) -> None:
    diary.put("One to one", 16)
    assert "One to one" in diary.say("am I free tomorrow afternoon?")[1]


def test_the_hour_that_was_asked_for_belongs_to_what_was_said_before(diary: Diary) -> None:
    diary.put("Dentist", 10)
    conversation = diary.house.chat.begin().id
    assert "When shall that be" in diary.say("move the dentist to Friday", conversation)[1]
    ((action,), said) = diary.say("at 11", conversation)
    assert action.title == "Move to Fri 27 Nov 11:00: “Dentist” on Tue 24 Nov 10:00"
    assert action.title in said


def test_a_clash_is_pointed_out_before_it_is_made(diary: Diary) -> None:
    diary.put("Dentist", 12)
    diary.house.workshop.calendars.poll("diary/calendar")
    lunch: dict[str, Json] = {"title": "Lunch", "start": "2026-11-24T04:30:00Z", "end": "2026-11-24T05:30:00Z"}
    with_guest: dict[str, Json] = {**lunch, "attendees": [SABRINA.address]}
    action = diary.house.actions.propose(Proposal(Kind.CREATE_EVENT, "", with_guest))
    assert action.warnings == ("it clashes with “Dentist”, Tue 24 Nov 12:00",)


def test_only_the_clashes_of_the_day_that_is_asked_about_are_told(diary: Diary) -> None:
    diary.put("Dentist", 12)
    diary.put("Budget review", 12.5)
    assert diary.say("What clashes tomorrow?")[1].startswith("1 clash")
    assert diary.say("What clashes on Friday?")[1].startswith("No clashes")


def test_a_guest_who_only_looks_like_somebody_the_owner_meets_is_pointed_out(diary: Diary) -> None:
    planning = diary.put("Planning", 12, SABRINA)
    diary.house.workshop.calendars.poll("diary/calendar")
    added: dict[str, Json] = {"add_attendees": ["sabrina@vvork.example"]}
    action = diary.house.actions.propose(Proposal(Kind.UPDATE_EVENT, planning.id, added))
    assert action.warnings == ("sabrina@vvork.example looks like work.example, but is another domain",)


def test_a_meeting_that_stands_in_two_calendars_is_not_in_its_own_way(diary: Diary) -> None:
    meeting = replace(diary.put("Planning", 12, SABRINA), uid="planning@work.example")
    copy = replace(meeting, id="work:planning", account="work", source="work/calendar")
    diary.house.store.events.put([meeting, copy])
    half_past: dict[str, Json] = {"start": "2026-11-24T04:30:00Z", "end": "2026-11-24T05:30:00Z"}
    action = diary.house.actions.propose(Proposal(Kind.UPDATE_EVENT, meeting.id, half_past))
    assert action.warnings == ()


def test_what_stands_in_somebody_elses_calendar_is_told_so_and_not_answered(diary: Diary) -> None:
    diary.calendar.put(replace(diary.put("Board", 15, SABRINA), foreign=True))
    run = diary.house.registry.run
    assert "in somebody else's calendar" in run("search_events", {"query": "board"}, Errand(()), Reader.OWNER).lines[0]
    assert run("respond_to_event", {"event": "Board", "response": "accepted"}, Errand(()), Reader.OWNER).failed


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


def test_a_stranger_who_calls_himself_so_is_offered_with_his_address_and_never_picked(diary: Diary) -> None:
    diary.put("Roadmap sync", 15)
    diary.house.receive("Hello", "We met.", sender="Sabrina <eve@evil.example>")
    actions, words = diary.say("invite Sabrina to my 3pm tomorrow")
    assert actions == []
    assert "Sabrina <eve@evil.example>" in words


def test_whom_the_owner_wrote_to_is_known_and_outranks_who_wrote_to_him(diary: Diary) -> None:
    diary.put("Roadmap sync", 15)
    diary.house.receive("Hello", "We met.", sender="Sabrina <eve@evil.example>")
    diary.house.receive("Hello", "Dear Sabrina", sender=str(OWNER), to=str(SABRINA), labels=(Label.SENT,))
    ((action,), _) = diary.say("invite Sabrina to my 3pm tomorrow")
    assert action.title == "Invite sabrina@work.example: “Roadmap sync” on Tue 24 Nov 15:00"


def test_who_sends_an_invitation_is_not_known_by_it_until_it_is_accepted(diary: Diary) -> None:
    diary.put("Roadmap sync", 15)
    eve = Address("Sabrina", "eve@evil.example")
    lure = replace(diary.put("Lure", 18, response=Response.NEEDS_ACTION), organizer=eve)
    people = (Attendee(ME, Response.NEEDS_ACTION, is_owner=True),)
    diary.calendar.put(replace(lure, attendees=people))
    actions, words = diary.say("invite Sabrina to my 3pm tomorrow")
    assert actions == []
    assert "eve@evil.example" in words
    diary.calendar.put(replace(lure, attendees=people, response=Response.ACCEPTED))
    diary.house.clock.at += timedelta(minutes=5)
    ((action,), _) = diary.say("invite Sabrina to my 3pm tomorrow")
    assert "eve@evil.example" in action.title


def created(**wanted: object) -> NewEvent:
    """What a new event of these arguments is, at nine tomorrow unless they say otherwise."""
    asked = decode(CreateEvent, {"title": "Away", "start": "2026-11-24T01:00:00Z", **wanted}, "arguments")
    span = whole_days(asked, ZONE) if asked.all_day else Span(asked.start, asked.start)
    return NewEvent(asked.title, span.start, span.end, asked.all_day, recurrence=recurrence(asked, ZONE))


def test_whole_days_run_from_midnight_to_midnight_by_the_owners_clock() -> None:
    leave = created(all_day=True, days=3)
    assert (leave.start, leave.end) == (TOMORROW, TOMORROW + timedelta(days=3))


def test_whole_days_are_as_long_as_the_clock_makes_them() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    wanted = CreateEvent("Away", datetime(2027, 3, 28, 12, tzinfo=berlin), all_day=True)
    assert whole_days(wanted, berlin).end - whole_days(wanted, berlin).start == timedelta(hours=23)


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        ({"repeat": "weekdays"}, "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ({"repeat": "weekly", "repeat_until": "2026-12-31"}, "RRULE:FREQ=WEEKLY;UNTIL=20261231T155959Z"),
        ({"repeat": "yearly", "repeat_until": "2030-01-01", "all_day": True}, "RRULE:FREQ=YEARLY;UNTIL=20300101"),
    ],
)
def test_what_repeats_says_so_by_a_rule(wanted: dict[str, object], rule: str) -> None:
    assert created(**wanted).recurrence == (rule,)


@given(
    st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01")),
    st.sampled_from(Repetition),
    st.integers(0, 400),
)
def test_every_rhythm_begins_with_the_event_and_ends_by_its_last_day(
    start: datetime, repeat: Repetition, days: int
) -> None:
    begins = start.replace(microsecond=0, tzinfo=ZONE)
    last = begins.date() + timedelta(days=days)
    (rule,) = recurrence(CreateEvent("x", begins, repeat=repeat, repeat_until=last), ZONE)
    found = list(rrulestr(rule, dtstart=begins))
    assert all(each.astimezone(ZONE).date() <= last for each in found)
    assert found[:1] == [begins] or (repeat is Repetition.WEEKDAYS and begins.weekday() > 4)


@pytest.mark.parametrize("wanted", [{"all_day": True, "days": 0}, {"repeat": "daily", "repeat_until": "2026-11-01"}])
def test_days_that_cannot_be_are_refused(wanted: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        created(**wanted)


def test_a_day_off_that_repeats_stands_in_the_calendar_as_asked(diary: Diary) -> None:
    wanted: dict[str, Json] = {"title": "Away", "start": "2026-11-24T01:00:00Z", "all_day": True, "repeat": "weekly"}
    diary.house.serve(calls(("create_event", wanted)), "Done.")
    actions = [each.action for each in diary.house.talk("every tuesday off, please") if isinstance(each, ProposalMade)]
    assert [(each.payload.all_day, each.payload.recurrence) for each in actions] == [(True, ("RRULE:FREQ=WEEKLY",))]


def test_a_search_reads_descriptions_and_finds_what_is_past(diary: Diary) -> None:
    start = TOMORROW - timedelta(days=350)
    past = replace(diary.put("Kick-off", 15), start=start, end=start + timedelta(hours=1))
    diary.calendar.put(replace(past, description="Bring the blueprint"))
    wanted: dict[str, Json] = {"query": "BLUEPRINT", "back": 360}
    found = diary.house.registry.run("search_events", wanted, Errand(()), Reader.OWNER)
    assert found.said == "1 event for “BLUEPRINT”"
    assert found.lines == ("Tue 9 Dec 00:00–01:00 (2025) Kick-off",)
    assert diary.house.registry.run("search_events", wanted | {"back": 30}, Errand(()), Reader.OWNER).lines == ()


@pytest.mark.parametrize(
    ("words", "title", "rule", "all_day"),
    [
        ("put stand-up every monday at 9 in my calendar", "Stand-up", "RRULE:FREQ=WEEKLY", False),
        ("put yoga tomorrow at 7pm every two weeks in my calendar", "Yoga", "RRULE:FREQ=WEEKLY;INTERVAL=2", False),
        ("put leave all day on friday in my calendar", "Leave", "", True),
    ],
)
def test_whole_days_and_what_repeats_are_understood_without_a_model(
    diary: Diary, words: str, title: str, rule: str, all_day: bool
) -> None:
    ((action,), _) = diary.say(words)
    event = action.payload
    assert (event.title, event.recurrence, event.all_day) == (title, (rule,) if rule else (), all_day)
    assert not all_day or event.start == TOMORROW + timedelta(days=3)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../etc"}, "zone"),
        ({"start": "0001-01-01T00:00:00Z"}, "start"),
        ({"end": "9999-12-31T23:30:00Z"}, "end"),
        ({"end": "2026-12-01T09:00:00Z"}, "end"),
    ],
)
def test_an_event_that_no_calendar_could_hold_is_refused_before_it_is_proposed(
    diary: Diary, change: dict[str, Json], where: str
) -> None:
    lunch: dict[str, Json] = {"title": "Lunch", "start": "2026-12-01T10:00:00Z", "end": "2026-12-01T11:00:00Z"}
    with pytest.raises(Invalid) as refused:
        diary.house.actions.propose(Proposal(Kind.CREATE_EVENT, "", lunch | change))
    assert refused.value.where == f"arguments.{where}"
    assert diary.house.actions.propose(Proposal(Kind.CREATE_EVENT, "", lunch)).kind is Kind.CREATE_EVENT
