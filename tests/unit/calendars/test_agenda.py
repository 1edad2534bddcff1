"""When the owner and others are free, and how often their calendars are asked for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.memory.calendar import MemoryCalendar
from application.calendars.agenda import Agenda
from application.ports.providers import Account, Connection
from domain.calendar import Event, Span
from domain.free_time import WorkingHours
from tests.unit.chat.house import OWNER, ZONE, House

HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 11, 24, tzinfo=ZONE)
DAY = Span(TUESDAY, TUESDAY + timedelta(days=1))
LENA = "lena@abroad.example"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def calendar(house: House) -> MemoryCalendar:
    calendar = MemoryCalendar("diary", OWNER.address)
    house.connections.add(Connection(Account("diary", "memory"), OWNER, calendars=(calendar,)))
    return calendar


@pytest.fixture
def agenda(house: House, calendar: MemoryCalendar) -> Agenda:
    return house.workshop.calendars.agenda


def test_days_away_are_not_free_and_birthdays_are(agenda: Agenda, calendar: MemoryCalendar) -> None:
    leave = calendar.put(
        Event("diary:leave", "diary", "memory", "diary/calendar", "Leave", DAY.start, DAY.end, str(ZONE), all_day=True)
    )
    two_days = Span(DAY.start, DAY.end + timedelta(days=1))
    assert agenda.free(HOUR, two_days, most=1).slots[0].start == DAY.end + 9 * HOUR
    calendar.put(replace(leave, id="diary:birthday", busy=False))
    calendar.remove("leave")
    agenda.refresh()
    assert agenda.free(HOUR, two_days, most=1).slots[0].start == DAY.end + 9 * HOUR


def test_each_persons_own_hours_count_by_his_own_clock(agenda: Agenda, calendar: MemoryCalendar) -> None:
    calendar.others[LENA] = [Span(TUESDAY + 15 * HOUR, TUESDAY + 16 * HOUR)]
    calendar.hours[LENA] = WorkingHours(ZoneInfo("Europe/Berlin"), time(8), time(16))
    [slot] = agenda.free(2 * HOUR, DAY, [LENA]).slots
    assert slot == Span(TUESDAY + 16 * HOUR, TUESDAY + 18 * HOUR)


def test_who_tells_no_hours_is_taken_to_work_as_the_owner_does(agenda: Agenda, calendar: MemoryCalendar) -> None:
    calendar.others[LENA] = [Span(TUESDAY + 9 * HOUR, TUESDAY + 16 * HOUR)]
    assert agenda.free(2 * HOUR, DAY, [LENA]).slots == (Span(TUESDAY + 16 * HOUR, TUESDAY + 18 * HOUR),)


def test_who_cannot_be_seen_is_named(agenda: Agenda) -> None:
    assert agenda.free(HOUR, DAY, [LENA]).unknown == (LENA,)
