"""New clashes are announced once, and days away once for all that falls on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory.store import MemoryStore
from application.announcing import Announcing
from application.announcing import announced as notice_of
from application.calendars.clashing import Clashing
from domain.calendar import Attendee, Event
from domain.free_time import WorkingHours
from domain.messages import Address
from domain.notifications import Notice, NoticeKind

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)
GUESTS = (Attendee(Address("Jo", "jo@home.example"), is_owner=True), Attendee(Address("Ann", "ann@example.org")))


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def event(name: str, hour: float, hours: float = 1, *, all_day: bool = False) -> Event:
    start = TUESDAY + timedelta(hours=hour)
    end = start + timedelta(hours=hours)
    people = () if all_day else GUESTS
    return Event(
        f"home:{name}", "home", "memory", "home/calendar", name, start, end, "UTC", all_day=all_day, attendees=people
    )


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clashing(store: MemoryStore) -> Clashing:
    return Clashing(store, Announcing(store, Clock()), Clock(), WorkingHours(UTC))


def announced(store: MemoryStore) -> list[str]:
    return [item.ref for item in store.feed.after(0) if item.topic == "notification"]


def test_a_clash_is_announced_once(store: MemoryStore, clashing: Clashing) -> None:
    store.events.put([event("a", 10), event("b", 10.5)])
    clashing.tell(news=True)
    clashing.tell(news=True)
    assert len(announced(store)) == 1


def test_a_week_away_is_announced_once_and_a_meeting_put_into_it_later_again(
    store: MemoryStore, clashing: Clashing
) -> None:
    store.events.put([event("leave", 0, 5 * 24, all_day=True), event("a", 10), event("b", 34), event("c", 58)])
    clashing.tell(news=True)
    assert len(announced(store)) == 1
    store.events.put([event("d", 82)])
    clashing.tell(news=True)
    assert len(announced(store)) == 2


def test_a_clash_is_remembered_until_it_is_over_also_when_it_moves(store: MemoryStore) -> None:
    clock = Clock()
    announcing = Announcing(store, clock)
    clashing = Clashing(store, announcing, clock, WorkingHours(UTC))
    store.events.put([event("a", 10), event("b", 10.5)])
    clashing.tell(news=True)
    store.events.put([event("a", 100), event("b", 100.5)])
    clashing.tell(news=True)
    clock.at += timedelta(days=4)
    assert (announcing.forget_ended(), len(announced(store))) == (0, 1)
    clock.at += timedelta(days=1)
    assert announcing.forget_ended() == 1


def test_a_clash_that_is_over_or_solved_is_told_of_no_more_and_is_news_if_it_returns(
    store: MemoryStore, clashing: Clashing
) -> None:
    standing = [event("a", 10), event("b", 10.5)]
    store.events.put(standing)
    clashing.tell(news=True)
    (ref,) = announced(store)
    over = TUESDAY + timedelta(hours=11, minutes=1)
    assert [notice_of(store, ref, at) is None for at in (NOW, over)] == [False, True]
    store.events.put([event("b", 12)])
    clashing.tell(news=True)
    assert notice_of(store, ref, NOW) is None
    store.events.put(standing)
    clashing.tell(news=True)
    assert announced(store) == [ref, ref]


def in_two_calendars(name: str, hour: float) -> tuple[Event, Event]:
    here = replace(event(name, hour), uid=f"{name}@example.org")
    return here, replace(here, id=f"away:{name}", account="away", source="away/calendar")


def test_a_clash_of_a_meeting_that_stands_in_two_calendars_is_announced_once_whichever_is_read_first(
    store: MemoryStore, clashing: Clashing
) -> None:
    here, there = in_two_calendars("a", 10)
    store.events.put([event("b", 10), there])
    clashing.tell(news=True)
    store.events.put([here])
    clashing.tell(news=True)
    store.events.remove([there.id])
    clashing.tell(news=True)
    assert len(announced(store)) == 1


def test_a_clash_that_was_told_of_under_its_former_name_is_not_told_of_again(
    store: MemoryStore, clashing: Clashing
) -> None:
    store.events.put([event("a", 10), event("b", 10.5)])
    told = Notice(NoticeKind.CLASH, "You cannot be in two places", "", "/", "clash-home:a+home:b")
    Announcing(store, Clock()).pass_over(told)
    clashing.tell(news=True)
    assert announced(store) == []
