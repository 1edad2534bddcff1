"""The morning briefing: at the owner's hour, once a day, whatever is started anew and however clocks are set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.memory import MemoryStore
from application.announcing import Announcing, announced
from application.telling.morning import Mornings
from domain.briefing import Briefing, Matter
from domain.notifications import Notice, NoticeKind, NoticePreferences, may_be_sent
from domain.triage import Category
from tests.integration.api.house import SetClock

BERLIN = ZoneInfo("Europe/Berlin")
EIGHT = time(8)


def page(needs: int = 2) -> Briefing:
    first = Matter("m1", "Acme", "export broken, wants a date by 10:00", "", 1, Category.URGENT)
    return Briefing(
        greeting="", at=datetime(2026, 11, 23, tzinfo=UTC), arrived=70, needs_you=needs, minutes=needs, read_until=None,
        now=(first,) if needs else (), more=(), clashes=(), reviews=(), owed=(), waiting=(), clearing=(), beware=(),
        security=(), blind=(), closing="",
    )  # fmt: skip


@dataclass
class Household:
    """Alfred, who is started anew each time that he looks."""

    at: time | None = EIGHT
    needs: int = 2
    wishes: NoticePreferences = field(default_factory=NoticePreferences)
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: SetClock = field(default_factory=SetClock)

    def look(self, local: datetime) -> bool:
        self.clock.at = local.astimezone(UTC)
        announcing = Announcing(self.store, self.clock)
        return Mornings(
            self.store, announcing, lambda: page(self.needs), self.at, lambda: self.wishes, self.clock, BERLIN
        ).tell()

    def notices(self) -> list[Notice]:
        items = [item for item in self.store.feed.after(0) if item.topic == "notification"]
        return [notice for item in items if (notice := announced(self.store, item.ref, item.at)) is not None]


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def test_it_comes_at_the_owners_hour_and_says_what_stands_first() -> None:
    household = Household()
    told = [household.look(at) for at in (berlin(23, 7), berlin(23, 7, 59), berlin(23, 8), berlin(23, 8, 1))]
    (notice,) = household.notices()
    assert told == [False, False, True, False]
    assert (notice.title, notice.url) == ("Your morning", "/")
    assert notice.body == "70 arrived in three days; 2 things need you. Acme: export broken, wants a date by 10:00."


def test_a_morning_on_which_nothing_needs_him_is_told_too() -> None:
    household = Household(needs=0)
    household.look(berlin(23, 7))
    household.look(berlin(23, 8))
    assert [notice.body for notice in household.notices()] == ["70 arrived in three days; nothing needs you."]


@pytest.mark.parametrize(("hour", "titles"), [(11, ["Your morning, late"]), (15, [])])
def test_one_that_was_missed_is_told_once_while_it_is_morning(hour: int, titles: list[str]) -> None:
    household = Household()
    household.look(berlin(22, 7))
    for minute in range(3):
        household.look(berlin(23, hour, minute))
    assert [notice.title for notice in household.notices()] == titles


def test_one_whose_hour_is_quiet_is_drawn_up_when_that_ends() -> None:
    household = Household(at=time(6))
    told = [household.look(berlin(22, 9)), household.look(berlin(23, 6, 30))]
    household.needs = 0
    told += [household.look(berlin(23, 7)), household.look(berlin(23, 7, 1))]
    (notice,) = household.notices()
    assert told == [False, False, True, False]
    assert (notice.title, "nothing needs you" in notice.body) == ("Your morning", True)


def test_one_that_was_missed_until_it_is_quiet_again_is_not_told_in_the_night() -> None:
    household = Household(at=time(18))
    assert [household.look(at) for at in (berlin(22, 19), berlin(23, 22, 30), berlin(24, 6))] == [False] * 3


def test_a_new_household_has_missed_none() -> None:
    household = Household()
    assert [household.look(at) for at in (berlin(23, 9), berlin(24, 8))] == [False, True]


def test_without_an_hour_there_is_none() -> None:
    household = Household(at=None)
    assert [household.look(at) for at in (berlin(23, 7), berlin(23, 9))] == [False, False]


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_it_comes_once_on_the_days_on_which_clocks_change(change: date) -> None:
    household, days = Household(at=time(2, 30), wishes=NoticePreferences(quiet_until="22:00")), []
    start = datetime.combine(change - timedelta(days=1), time(1), BERLIN).astimezone(UTC)
    for minutes in range(0, 60 * 60, 10):
        local = (start + timedelta(minutes=minutes)).astimezone(BERLIN)
        days += [local.date()] if household.look(local) else []
    assert days == [change + timedelta(days=offset) for offset in (-1, 0, 1)]


def test_five_notices_of_the_night_do_not_crowd_it_out() -> None:
    notice = Notice(NoticeKind.BRIEFING, "Your morning", "", "/", "briefing")
    assert (may_be_sent(notice, NoticePreferences(), 5), notice.counts) == (True, False)
