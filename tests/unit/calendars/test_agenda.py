"""When the owner and others are free, and how often their calendars are asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from application.acting.drafting import Proposal
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.calendars.agenda import Agenda
from application.freshness import Freshness
from application.ports.calendar import EventChanges
from application.ports.providers import Account, Connection
from domain.action_events import Approved
from domain.calendar import Event, Span
from domain.codec import Json
from domain.errors import SignInAgain, TryLater
from domain.free_time import WorkingHours
from domain.kinds import Kind
from tests.unit.chat.house import OWNER, ZONE, House

HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 11, 24, tzinfo=ZONE)
DAY = Span(TUESDAY, TUESDAY + timedelta(days=1))
LENA = "lena@abroad.example"
LUNCH: dict[str, Json] = {"title": "Lunch", "start": "2026-11-27T04:00:00Z", "end": "2026-11-27T05:00:00Z"}


class Counted(MemoryCalendar):
    """Counts how often it is read, and for which times it is asked beyond that."""

    def __init__(self, account: str, owner: str) -> None:
        super().__init__(account, owner)
        self.reads = 0
        self.asked: list[Span] = []

    def listing(self, span: Span) -> Iterator[EventChanges]:
        self.reads += 1
        return super().listing(span)

    def changes(self, cursor: str) -> Iterator[EventChanges]:
        self.reads += 1
        return super().changes(cursor)

    def between(self, span: Span) -> tuple[Event, ...]:
        self.asked.append(span)
        return super().between(span)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def calendar(house: House) -> Counted:
    calendar = Counted("diary", OWNER.address)
    house.connections.add(Connection(Account("diary", "memory"), OWNER, calendars=(calendar,)))
    return calendar


@pytest.fixture
def agenda(house: House, calendar: Counted) -> Agenda:
    return house.workshop.calendars.agenda


def test_days_away_are_not_free_and_birthdays_are(agenda: Agenda, calendar: Counted) -> None:
    leave = calendar.put(
        Event("diary:leave", "diary", "memory", "diary/calendar", "Leave", DAY.start, DAY.end, str(ZONE), all_day=True)
    )
    two_days = Span(DAY.start, DAY.end + timedelta(days=1))
    assert agenda.free(HOUR, two_days, most=1).slots[0].start == DAY.end + 9 * HOUR
    calendar.put(replace(leave, id="diary:birthday", busy=False))
    calendar.remove("leave")
    agenda.refresh()
    assert agenda.free(HOUR, two_days, most=1).slots[0].start == DAY.end + 9 * HOUR


def test_each_persons_own_hours_count_by_his_own_clock(agenda: Agenda, calendar: Counted) -> None:
    calendar.others[LENA] = [Span(TUESDAY + 15 * HOUR, TUESDAY + 16 * HOUR)]
    calendar.hours[LENA] = WorkingHours(ZoneInfo("Europe/Berlin"), time(8), time(16))
    [slot] = agenda.free(2 * HOUR, DAY, [LENA]).slots
    assert slot == Span(TUESDAY + 16 * HOUR, TUESDAY + 18 * HOUR)


def test_who_tells_no_hours_is_taken_to_work_as_the_owner_does(agenda: Agenda, calendar: Counted) -> None:
    calendar.others[LENA] = [Span(TUESDAY + 9 * HOUR, TUESDAY + 16 * HOUR)]
    assert agenda.free(2 * HOUR, DAY, [LENA]).slots == (Span(TUESDAY + 16 * HOUR, TUESDAY + 18 * HOUR),)


def test_a_calendar_is_read_again_only_when_three_minutes_have_passed(
    house: House, calendar: Counted, agenda: Agenda
) -> None:
    agenda.events(DAY)
    assert calendar.reads == 1
    for seconds, reads in ((1, 1), (178, 1), (1, 2), (179, 2), (1, 3)):
        house.clock.at += timedelta(seconds=seconds)
        agenda.events(DAY)
        assert calendar.reads == reads


def test_a_write_of_ours_ends_the_freshness_of_what_it_touched_alone(house: House, calendar: Counted) -> None:
    fresh = Freshness(house.clock)
    fresh.note("diary/calendar")
    fresh.note("work/calendar")
    execution = Execution(
        house.store, house.connections, GroundsKeeper(house.store, ZONE), house.halt, house.clock, written=fresh.drop
    )
    house.connections.add(
        Connection(Account("diary", "memory"), OWNER, (), (MemoryCalendarExecutor(calendar),), calendars=(calendar,))
    )
    action = house.actions.propose(Proposal(Kind.CREATE_EVENT, "", LUNCH, account="diary", tainted=True))
    assert fresh.is_fresh("diary/calendar")
    approval = Approved(action.digest)
    execution.run(house.store.actions.append(action.id, [approval], actor="owner", at=house.clock.now()))
    assert (fresh.is_fresh("diary/calendar"), fresh.is_fresh("work/calendar")) == (False, True)


def test_a_clock_that_was_set_back_makes_nothing_fresh(house: House) -> None:
    fresh = Freshness(house.clock)
    fresh.note("diary/calendar")
    house.clock.at -= timedelta(hours=1)
    assert not fresh.is_fresh("diary/calendar")


def entry(name: str, days: float) -> Event:
    start = house_time(days)
    return Event(f"diary:{name}", "diary", "memory", "diary/calendar", name, start, start + HOUR, str(ZONE))


def house_time(days: float) -> datetime:
    return TUESDAY + timedelta(days=days)


def test_a_search_finds_what_is_long_past_and_far_ahead_and_asks_only_for_that(
    calendar: Counted, agenda: Agenda
) -> None:
    for name, days in (("long past", -200), ("past", -10), ("ahead", 100), ("far ahead", 300), ("beyond", 500)):
        calendar.put(entry(name, days))
    found = agenda.search(lambda _: True, Span(house_time(-20), house_time(150)))
    assert [event.title for event in found.events] == ["past", "ahead"]
    assert calendar.asked == []
    found = agenda.search(lambda _: True, Span(house_time(-360), house_time(360)))
    assert [event.title for event in found.events] == ["long past", "past", "ahead", "far ahead"]
    assert len(calendar.asked) == 2


def test_a_calendar_that_cannot_be_asked_hides_nothing_that_is_kept(calendar: Counted, agenda: Agenda) -> None:
    calendar.put(entry("past", -10))
    agenda.refresh()
    calendar.fail_next(TryLater("down"))
    found = agenda.search(lambda _: True, Span(house_time(-360), house_time(10)))
    assert ([event.title for event in found.events], found.unasked) == (["past"], ("diary/calendar",))


def test_one_calendar_that_cannot_be_asked_takes_no_other_away_and_is_named(
    house: House, calendar: Counted, agenda: Agenda
) -> None:
    other = MemoryCalendar("work", OWNER.address)
    house.connections.add(Connection(Account("work", "memory"), OWNER, calendars=(other,)))
    calendar.put(entry("far ahead", 300))
    agenda.refresh()
    span = Span(house_time(299), house_time(303))
    for error in (SignInAgain("expired", account="work"), TryLater("down")):
        other.fail_next(error)
        found = agenda.events(span)
        assert ([event.title for event in found.events], found.unasked) == (["far ahead"], ("work/calendar",))
    other.fail_next(TryLater("down"))
    assert agenda.free(HOUR, span).unknown == ("work/calendar",)
    assert agenda.events(DAY).unasked == ()


def test_who_cannot_be_seen_is_named(agenda: Agenda) -> None:
    assert agenda.free(HOUR, DAY, [LENA]).unknown == (LENA,)
