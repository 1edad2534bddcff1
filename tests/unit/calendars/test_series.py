"""Of a series the first day is asked about, and besides each that is moved or clashes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.memory.store import MemoryStore
from application.calendars.invitations import Invitations
from domain.calendar import Response
from tests.unit.calendars.clerks import DENTIST, INVITED, Clerk, moved, weekly


def test_of_a_series_that_was_answered_the_day_that_was_moved_is_asked_about_alone(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *others = weekly(4, Response.ACCEPTED)
    store.events.put([moved(first), *others])
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id]


def test_a_series_is_asked_about_once_by_its_first_day(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *_ = days = weekly(4)
    store.events.put(days)
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id]


@pytest.mark.parametrize("asks_anew", [False, True], ids=["by its first day", "by its second"])
def test_a_series_is_asked_about_anew_only_where_the_day_that_it_was_asked_about_by_changes(
    store: MemoryStore, clerk: Clerk, invitations: Invitations, asks_anew: bool
) -> None:
    first, second, third = weekly(3)
    store.events.put([second, third] if asks_anew else [first, second, third])
    dentist = replace(DENTIST, start=second.start, end=second.end)
    store.events.put([dentist])
    invitations.propose_answers()
    store.events.remove([first.id])
    store.events.put([replace(dentist, busy=False)])
    invitations.propose_answers()
    asked = [each.target for each in clerk.proposed]
    assert asked == ([second.id, second.id] if asks_anew else [first.id, second.id])


def test_of_a_series_each_day_that_soon_clashes_is_asked_about_besides(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    days = weekly(4)
    dentists = [
        replace(INVITED, id=f"home:{day.id}", start=day.start, end=day.end, response=Response.ACCEPTED, title="Dentist")
        for day in (days[1], days[3])
    ]
    store.events.put([*days, *dentists])
    for _ in range(2):
        invitations.propose_answers()
    answers = [(each.target, each.arguments["response"]) for each in clerk.proposed]
    assert answers == [(days[0].id, Response.ACCEPTED), (days[1].id, Response.DECLINED)]
    assert clerk.proposed[1].reason == (
        "Ann invites you on Tue 1 Dec 08:30; it clashes with “Dentist”, Tue 1 Dec 08:30; "
        "of the series this answers that day alone"
    )


def test_a_first_day_that_clashes_is_asked_about_once(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *others = weekly(3)
    dentist = replace(INVITED, id="home:dentist", response=Response.ACCEPTED)
    store.events.put([first, *others, dentist])
    invitations.propose_answers()
    store.events.put([replace(others[0], start=first.start, end=first.end)])
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id, others[0].id]


def test_a_day_that_could_not_be_asked_about_is_asked_about_before_the_others(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *_ = days = weekly(3)
    store.events.put(days)
    clerk.is_busy = True
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id]
