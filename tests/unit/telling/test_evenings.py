"""What comes in the evening and the night is told of once, when the owner is up; what presses at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.memory import MemoryStore
from application.intake.first_reading import note_first_reading
from application.owing.reminders import Reminders
from application.sign_in.devices import Devices
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from domain.action_events import Rejected
from domain.tasks import FollowUp, Task
from tests.unit.telling.bell import PHONE, Clock, Recorder, pause, propose, urgent_mail

ZONES = ("Asia/Kuala_Lumpur", "America/New_York", "UTC")


@dataclass(frozen=True, slots=True)
class Home:
    """One owner's evening: everything that tells looks at the same clock and the same zone."""

    store: MemoryStore
    devices: Devices
    push: Recorder
    clock: Clock
    zone: ZoneInfo

    def look(self) -> None:
        subscriptions = Subscriptions(self.store, self.devices, self.push, self.clock)
        Notifications(self.store, subscriptions, self.clock, self.zone).tell()

    def pass_hours(self, count: int) -> None:
        """Let the hours pass, with Alfred started anew in each."""
        for _ in range(count):
            Reminders(self.store, self.clock, self.zone).wake()
            self.look()
            self.clock.at += timedelta(hours=1)

    def told(self) -> list[tuple[str, int]]:
        """Return what was told, and at which hour of the owner's."""
        return [
            (topic, at.astimezone(self.zone).hour) for (_, topic), at in zip(self.push.sent, self.push.at, strict=True)
        ]


@pytest.fixture(params=ZONES)
def evening(request: pytest.FixtureRequest, store: MemoryStore, devices: Devices, push: Recorder, clock: Clock) -> Home:
    zone = ZoneInfo(request.param)
    clock.at = datetime(2026, 11, 23, 21, 0, tzinfo=zone).astimezone(UTC)
    push.clock = clock
    Subscriptions(store, devices, push, clock).subscribe(PHONE)
    return Home(store, devices, push, clock, zone)


def test_a_follow_up_is_overdue_by_the_owners_own_day_and_told_of_when_he_is_up(evening: Home) -> None:
    owed = FollowUp("f1", "The export", "me", evening.clock.at - timedelta(days=3), date(2026, 11, 23))
    evening.store.tasks.put_follow_up(owed)
    evening.pass_hours(24)
    assert evening.told() == [("notice-f1", 7)]


def test_what_is_done_by_the_morning_is_not_told_of(evening: Home) -> None:
    owed = FollowUp("f1", "The export", "me", evening.clock.at - timedelta(days=3), date(2026, 11, 23))
    evening.store.tasks.put_follow_up(owed)
    propose(evening.store, "a1")
    evening.pass_hours(1)
    evening.push.forget()
    propose(evening.store, "a2")
    pause(evening.store, evening.clock, "gmail/mail")
    evening.pass_hours(6)
    evening.store.tasks.put_follow_up(replace(owed, closed_at=evening.clock.at))
    evening.store.actions.append("a2", [Rejected()], actor="owner", at=evening.clock.at)
    pause(evening.store, evening.clock, "gmail/mail", paused=False)
    evening.pass_hours(24)
    assert evening.told() == []


def test_what_came_in_the_night_is_told_of_once_when_it_ends_the_pressing_first(evening: Home) -> None:
    evening.pass_hours(2)
    propose(evening.store, "a1")
    propose(evening.store, "a2")
    pause(evening.store, evening.clock, "office/mail")
    evening.pass_hours(24)
    assert evening.told() == [("sign-in-office", 7), ("group-archive", 7)]


def test_a_night_that_brought_very_much_is_told_of_as_one(evening: Home) -> None:
    evening.pass_hours(2)
    propose(evening.store, "a1")
    for _ in range(600):
        evening.store.feed.note("message", "gmail:unknown", evening.clock.at)
    propose(evening.store, "a2")
    pause(evening.store, evening.clock, "office/mail")
    evening.pass_hours(24)
    assert evening.told() == [("sign-in-office", 7), ("group-archive", 7)]


def test_what_presses_is_told_of_in_the_night_and_not_again_in_the_morning(evening: Home) -> None:
    note_first_reading(evening.store.preferences, "gmail/mail", evening.clock.at)
    evening.pass_hours(2)
    urgent_mail(evening.store, "new", evening.clock.at)
    evening.pass_hours(24)
    assert evening.told() == [("thread-new", 23)]


def test_a_reminder_comes_when_the_owner_wants_it_in_the_night_and_after_five_others(evening: Home) -> None:
    for number in range(6):
        propose(evening.store, f"a{number}")
        evening.look()
    evening.push.forget()
    at = evening.clock.at
    for hours in (1, 9):
        when = at + timedelta(hours=hours)
        evening.store.tasks.put_task(Task(f"t{hours}", "The train", at, remind_at=when))
    evening.pass_hours(24)
    assert evening.told() == [("notice-t1", 22), ("notice-t9", 6)]
