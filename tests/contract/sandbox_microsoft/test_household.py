"""The Monday household at work: Outlook, Teams and both calendars, with right answers."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest

from sandbox.household import Event, Household, load
from sandbox.microsoft import MicrosoftServer
from tests.contract.sandbox_microsoft.asking import EVERYTHING, Graph

MONDAY = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
CATEGORIES = {"urgent", "personal", "work", "newsletter", "transactional", "spam"}


@pytest.fixture(scope="module")
def household() -> Household:
    return load("monday", now=MONDAY)


def truly_clash(one: Event, other: Event) -> bool:
    counts = all(not event.all_day and not event.free and event.response != "declined" for event in (one, other))
    return counts and one.start < other.end and other.start < one.end


def test_the_scene_has_what_the_story_tells(household: Household) -> None:
    assert (len(household.mails), len(household.outlook), len(household.chats)) == (50, 12, 8)
    assert len({post.channel for post in household.chats}) == 3
    assert {event.account for event in household.events} == {account.address for account in household.accounts}


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_everything_that_came_in_has_a_right_answer(seed: int) -> None:
    played = load("monday", now=MONDAY, seed=seed)
    answers = [one.answer for one in (*played.outlook, *played.chats)]
    assert all(answer is not None and answer.category in CATEGORIES and answer.summary_words for answer in answers)
    assert len({post.id for post in played.chats}) == 8


def test_the_incident_is_one_thread_that_ends_resolved(household: Household) -> None:
    incident = [post for post in household.chats if post.channel == "Incidents"]
    assert {post.thread_id for post in incident} == {incident[0].id}
    assert "Resolved Sunday 02:14" in incident[-1].html
    assert incident[-1].mentions == (household.account("office").address,)


def test_the_two_clashes_are_the_only_ones_on_tuesday(household: Household) -> None:
    found = frozenset(
        frozenset((one.key, other.key))
        for one, other in combinations([event for event in household.events if not event.rule], 2)
        if truly_clash(one, other)
    )
    assert found == household.clashes
    assert len(found) == 2
    assert {household.event(key).start.strftime("%A") for pair in found for key in pair} == {"Tuesday"}


def test_names_change_with_the_seed_and_keys_do_not(household: Household) -> None:
    other = load("monday", now=MONDAY, seed=4)
    assert [mail.key for mail in other.outlook] != []
    assert {mail.key for mail in other.outlook} == {mail.key for mail in household.outlook}
    assert other.account("office").address != household.account("office").address


def test_the_household_moves_into_microsoft(household: Household) -> None:
    office = household.account("office").address
    with MicrosoftServer() as server:
        server.move_in(office, household.owner.name, household.outlook, household.chats, household.events)
        with Graph(server, EVERYTHING, account=office) as graph:
            inbox = graph.values("/me/mailFolders/inbox/messages?$top=50")
            team = graph.values("/me/joinedTeams")[0]["id"]
            channels = {one["displayName"]: one["id"] for one in graph.values(f"/teams/{team}/channels")}
            thread = graph.values(f"/teams/{team}/channels/{channels['Incidents']}/messages")[0]["id"]
            replies = graph.values(f"/teams/{team}/channels/{channels['Incidents']}/messages/{thread}/replies")
            window = "startDateTime=2026-03-02T16:00:00Z&endDateTime=2026-03-03T16:00:00Z&$top=50"
            tuesday = graph.values(f"/me/calendarView?{window}", Prefer='outlook.timezone="Asia/Kuala_Lumpur"')
    assert {one["subject"] for one in inbox} >= {"Thanks for last night"}
    assert (len(inbox), sum(not one["isRead"] for one in inbox), len(replies)) == (12, 11, 3)
    times = {one["subject"]: one["start"]["dateTime"][11:16] for one in tuesday}
    assert (times["Stand-up"], times["Roadmap sync"]) == ("09:15", "15:00")
