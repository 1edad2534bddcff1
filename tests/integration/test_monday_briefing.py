"""The page of the Monday household: what stands first, one row per thread, and invitations only where they belong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from application.ports.providers import Account, Connection
from domain.briefing import Briefing, Matter
from domain.calendar import Attendee, Event, Response
from domain.messages import Address, Message, MessageKind
from domain.triage import Category, Classification, Verdict
from sandbox.household import Household, load
from tests.integration.test_household_triage import received as from_google
from tests.integration.test_office_triage import MONDAY
from tests.integration.test_office_triage import received as from_the_office
from tests.unit.chat.house import ZONE, House

OWNER = Address("Jo", "jo@home.example")


@cache
def household(seed: int) -> Household:
    return load("monday", seed=seed, now=MONDAY)


@cache
def arrived(seed: int) -> tuple[tuple[Message, ...], tuple[tuple[Message, Verdict], ...]]:
    """Everything that came in, at home and at work, and what the brain in the box thinks of it."""
    home = household(seed)
    messages = (*(from_google(mail) for mail in home.mails if mail.answer is not None), *from_the_office(home))
    addresses = frozenset({home.owner.address, home.account("office").address})
    verdicts = LocalBrain(ZONE, addresses).judge(messages, home.now)
    return messages, tuple((message, verdict) for message, verdict in zip(messages, verdicts, strict=True) if verdict)


class Monday:
    """The household's mail and chat in a house, judged by the brain in the box; calendars as a test adds them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.household = household(seed)
        self.house = House(folder)
        self.house.clock.at = self.household.now
        self.calendar = MemoryCalendar("diary", OWNER.address)
        hand = MemoryCalendarExecutor(self.calendar)
        diary = Account("diary", "memory")
        self.house.connections.add(Connection(diary, OWNER, executors=(hand,), calendars=(self.calendar,)))
        messages, judged = arrived(seed)
        self.house.store.messages.take(messages)
        self.house.store.classifications.put(
            [Classification(message.id, verdict, self.household.now) for message, verdict in judged]
        )
        known = {mail.id: mail.key for mail in (*self.household.mails, *self.household.outlook)}
        known |= {post.id: post.key for post in self.household.chats}
        self.key = {message.id: known[message.provider_id.rpartition(":")[2]] for message in messages}
        self.message = {self.key[message.id]: message for message in messages}

    def page(self) -> Briefing:
        return self.house.workshop.briefings.briefing()

    def shown(self) -> list[str]:
        page = self.page()
        return [self.key[row.message_id] for row in (*page.now, *page.more)]

    def row(self, key: str) -> Matter:
        page = self.page()
        return next(row for row in (*page.now, *page.more) if self.key[row.message_id] == key)

    def put(self, *events: Event) -> None:
        """Let the calendar have these, and Alfred have read it."""
        self.house.store.events.put([self.calendar.put(event) for event in events])


def invited(monday: Monday, key: str = "office-invitation", **changes: object) -> Event:
    """The event of an invitation as the calendar has it."""
    (asked,) = monday.house.workshop.calendars.mailed.asked_in([monday.message[key]])
    span = asked.invitation.span
    assert span is not None
    owner = Attendee(OWNER, Response.NEEDS_ACTION, is_owner=True)
    event = Event("diary:review", "diary", "memory", "diary/calendar", "Review", span.start, span.end, "UTC")
    lead = Address("Lead", "lead@office.example")
    full = replace(event, uid=asked.invitation.uid, response=Response.NEEDS_ACTION, organizer=lead, attendees=(owner,))
    return replace(full, **changes)  # type: ignore[arg-type]


@pytest.fixture(params=[0, 3])
def monday(tmp_path: Path, request: pytest.FixtureRequest) -> Monday:
    return Monday(tmp_path, request.param)


def test_the_escalation_stands_first_and_then_the_incident(monday: Monday) -> None:
    assert monday.shown()[:2] == ["escalation", "incident-resolved"]


def test_the_rest_follows_by_urgency(monday: Monday) -> None:
    page = monday.page()
    rows = (*page.now, *page.more)
    assert [row.priority for row in rows] == sorted(row.priority for row in rows)


def test_an_incident_told_in_four_posts_is_one_row_as_urgent_as_its_alarm(monday: Monday) -> None:
    assert [key for key in monday.shown() if key.startswith("incident")] == ["incident-resolved"]
    row = monday.row("incident-resolved")
    assert (row.category, row.priority) == (Category.URGENT, 1)


def test_a_row_names_its_mails_so_that_it_can_be_put_away_and_none_where_it_was_said_in_a_chat(monday: Monday) -> None:
    page = monday.page()
    rows = (*page.now, *page.more)
    kinds = {
        id: monday.house.store.messages.get(id).message.kind for row in rows for id in (row.message_id, *row.mails)
    }
    assert {kinds[id] for row in rows for id in row.mails} == {MessageKind.MAIL}
    assert all((row.message_id in row.mails) is (kinds[row.message_id] is MessageKind.MAIL) for row in rows)
    assert monday.row("incident-resolved").mails == ()


def test_the_row_tells_how_it_stands_and_what_is_asked(monday: Monday) -> None:
    row = monday.row("incident-resolved")
    standing, _, asked = row.headline.partition("; ")
    assert standing.startswith("Resolved ")
    assert asked.startswith(f"{row.who.split()[0]} asks you: write the postmortem's timeline by ")
    assert row.quote in monday.message["incident-resolved"].text


def test_a_thread_without_an_alarm_is_told_by_what_is_asked_alone(monday: Monday) -> None:
    assert "please comment on section 3 before we meet" in monday.row("design-document").headline


def test_a_later_post_in_the_thread_says_how_it_stands_now(monday: Monday) -> None:
    asking = monday.message["incident-resolved"]
    later = answer_in(asking, "Broken again: two nights are empty.", minutes=20)
    monday.house.store.messages.take([later])
    verdict = LocalBrain(ZONE).judge([later], monday.household.now)[0]
    assert verdict is not None
    monday.key[later.id] = "later"
    calm = replace(verdict, category=Category.WORK, priority=3, action_items=())
    monday.house.store.classifications.put([Classification(later.id, calm, monday.household.now)])
    assert monday.row("incident-resolved").headline.startswith("Broken again; ")


def test_what_the_owner_answered_is_no_row_of_its_own(monday: Monday) -> None:
    mine = answer_in(monday.message["incident-resolved"], "I will.", minutes=5)
    monday.house.store.messages.take([replace(mine, labels=mine.labels | {"sent"})])
    assert [key for key in monday.shown() if key.startswith("incident")] == []


def test_an_invitation_is_a_matter_where_no_calendar_knows_of_it(monday: Monday) -> None:
    assert "office-invitation" in monday.shown()


def test_an_invitation_that_stands_as_a_proposal_is_no_matter_of_its_own(monday: Monday) -> None:
    event = invited(monday)
    monday.put(event)
    before = monday.shown()
    monday.house.workshop.calendars.invitations.propose_answers()
    assert set(before) - set(monday.shown()) == {"office-invitation"}
    assert [offer.message_id for offer in monday.page().waiting] == [event.id]


def test_an_invitation_that_clashes_is_shown_as_a_clash_alone(monday: Monday) -> None:
    event = invited(monday)
    dentist = replace(
        event, id="diary:dentist", uid="2", start=event.start + timedelta(minutes=30), response=Response.ACCEPTED
    )
    monday.put(event, dentist)
    assert "office-invitation" not in monday.shown()
    assert [{row.first.id, row.second.id} for row in monday.page().clashes] == [{event.id, dentist.id}]


def test_an_answered_invitation_is_settled(monday: Monday) -> None:
    monday.put(invited(monday, response=Response.ACCEPTED))
    assert "office-invitation" not in monday.shown()


def test_an_invitation_that_asks_for_more_than_an_answer_stays_a_matter(monday: Monday) -> None:
    assert "bring your two most important topics" in monday.message["invitation"].text
    monday.put(invited(monday, "invitation", response=Response.ACCEPTED))
    assert "invitation" in monday.shown()


def answer_in(message: Message, text: str, *, minutes: int) -> Message:
    at = message.received_at + timedelta(minutes=minutes)
    body = replace(message.body, text=text)
    return replace(message, id=f"{message.id}{minutes}", sent_at=at, received_at=at, body=body)
