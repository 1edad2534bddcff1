"""What a calendar tells is followed up, whatever comes between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from application.acting.actions import Actions
from application.ports.action_log import ActionQuery
from application.ports.calendar import EventChanges
from application.ports.providers import Account, Connection
from domain.actions import Action, Status
from domain.calendar import Attendee, Event, Response, Span
from domain.errors import TryLater
from domain.kinds import Kind
from domain.messages import Address, Message
from tests.unit.chat.house import NOW, OWNER, House

HOUR = timedelta(hours=1)
TUESDAY = NOW + timedelta(days=1)


class Faltering(MemoryCalendar):
    """Tells what changed, and then may fail over another of the account's calendars."""

    fails = False

    def changes(self, cursor: str) -> Iterator[EventChanges]:
        for changes in super().changes(cursor):
            yield replace(changes, cursor=None if self.fails else changes.cursor)
        if self.fails:
            raise TryLater("429")


class Dying(Actions):
    """Is cut off the first time that something is to be looked at again."""

    lives = 0

    def recheck(self, targets: Sequence[str], at_hand: Iterable[Message] = ()) -> tuple[Action, ...]:
        self.lives += 1
        if self.lives == 1:
            raise KeyboardInterrupt
        return super().recheck(targets, at_hand)


def event(name: str, start: timedelta = timedelta(0)) -> Event:
    at = TUESDAY + start
    return Event(f"diary:{name}", "diary", "memory", "diary/calendar", name, at, at + HOUR, "UTC")


def invitation(name: str) -> Event:
    guests = (Attendee(OWNER, is_owner=True),)
    ann = Address("Ann", "ann@example.org")
    return replace(event(name), response=Response.NEEDS_ACTION, organizer=ann, attendees=guests)


def at_home(house: House) -> Faltering:
    calendar = Faltering("diary", OWNER.address)
    executors = (MemoryCalendarExecutor(calendar),)
    house.connections.add(Connection(Account("diary", "memory"), OWNER, executors=executors, calendars=(calendar,)))
    return calendar


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def poll(house: House) -> None:
    house.workshop.calendars.poll("diary/calendar")


def announced(house: House) -> int:
    return sum(item.topic == "notification" for item in house.store.feed.after(0))


def proposed(house: House) -> list[str]:
    return [each.target for each in house.store.actions.list(ActionQuery(kind=Kind.RESPOND_EVENT), None, 50).items]


def test_what_was_told_before_a_reading_failed_is_followed_up(house: House) -> None:
    calendar = at_home(house)
    poll(house)
    calendar.fails = True
    for each in (invitation("Lunch"), event("Dentist")):
        calendar.put(each)
    with pytest.raises(TryLater):
        poll(house)
    assert (proposed(house), announced(house)) == (["diary:Lunch"], 1)
    calendar.fails = False
    poll(house)
    assert (proposed(house), announced(house)) == (["diary:Lunch"], 1)


def test_an_answer_waits_no_more_once_the_event_is_seen_to_be_somebody_elses(house: House) -> None:
    calendar = at_home(house)
    poll(house)
    calendar.put(invitation("Lunch"))
    poll(house)
    (action,) = house.store.actions.list(ActionQuery(kind=Kind.RESPOND_EVENT), None, 50).items
    calendar.put(replace(invitation("Lunch"), foreign=True))
    poll(house)
    after = house.store.actions.get(action.id)
    assert (after.status, after.error) == (Status.SUPERSEDED, "it stands in somebody else's calendar")


def test_a_clash_that_was_far_away_is_announced_when_it_draws_near(house: House) -> None:
    calendar = at_home(house)
    poll(house)
    for name in ("Dentist", "Lunch"):
        calendar.put(event(name, timedelta(days=20)))
    poll(house)
    assert announced(house) == 0
    for _ in range(10):
        house.clock.at += timedelta(days=1)
        poll(house)
    assert announced(house) == 1


class Listed(MemoryCalendar):
    """Counts how often all of it was asked for."""

    times = 0

    def listing(self, span: Span) -> Iterator[EventChanges]:
        self.times += 1
        return super().listing(span)


@pytest.mark.parametrize("by", [timedelta(days=7), -timedelta(days=30)], ids=["a week later", "the clock set back"])
def test_a_calendar_is_listed_anew_once_a_week_and_where_the_clock_was_wrong(house: House, by: timedelta) -> None:
    calendar = Listed("diary", OWNER.address)
    house.connections.add(Connection(Account("diary", "memory"), OWNER, calendars=(calendar,)))
    for step in (timedelta(0), timedelta(days=6), by, timedelta(0)):
        house.clock.at += step
        poll(house)
    assert calendar.times == 2


def test_clashes_of_a_first_listing_that_was_cut_off_are_no_news_and_its_invitations_are_answered(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, door=Dying)
    calendar = at_home(house)
    for each in (invitation("Lunch"), event("Dentist")):
        calendar.put(each)
    with pytest.raises(KeyboardInterrupt):
        poll(house)
    poll(house)
    assert (proposed(house), announced(house)) == (["diary:Lunch"], 0)
