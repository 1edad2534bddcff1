"""What the owner put off comes back: once, at its time, as a notice."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from application.owing.reminders import REMINDED, WOKEN, Reminders
from application.ports.push import Delivered, Delivery, PushService, Subscription
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from domain.kinds import Kind
from domain.rules import Conditions, Outcome, Rule
from domain.tasks import FollowUp, Snooze, Task
from domain.triage import Category
from tests.integration.api.house import ZONE, House, build


class Recorder(PushService):
    """Keeps what a phone would show."""

    public_key = "key"

    def __init__(self) -> None:
        self.shown: list[bytes] = []

    def check(self, subscription: Subscription) -> None:
        return None

    def send(self, subscription: Subscription, payload: bytes, *, urgent: bool, topic: str, ttl: int) -> Delivered:
        self.shown.append(payload)
        return Delivered(Delivery.DONE)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(MemoryStore(), tmp_path, LocalBrain(ZONE))


@pytest.fixture
def push(house: House) -> Recorder:
    return Recorder()


@pytest.fixture
def notifications(house: House, push: Recorder) -> Notifications:
    devices = house.services.devices
    devices.admit("phone", "token")
    subscriptions = Subscriptions(house.store, devices, push, house.clock)
    subscriptions.subscribe(Subscription("phone", "https://push.example/1", "key", "auth"))
    return Notifications(house.store, subscriptions, house.clock, ZONE)


def come_back(house: House, notifications: Notifications, hours: int) -> list[int]:
    """Let time pass and look twice; return how many notices each look sent."""
    house.clock.advance(timedelta(hours=hours))
    sent = []
    for _ in range(2):
        Reminders(house.store, house.clock).wake()
        sent.append(notifications.tell())
    return sent


def test_a_snoozed_message_comes_back_once(house: House, notifications: Notifications, push: Recorder) -> None:
    id = house.deliver(subject="The hall", text="Shall we book it?")
    notifications.tell()
    push.shown.clear()
    house.store.tasks.put_snooze(Snooze(id, house.clock.now() + timedelta(hours=2)))
    assert come_back(house, notifications, 1) == [0, 0]
    assert come_back(house, notifications, 1) == [1, 0]
    assert b"The hall" in push.shown[0]
    assert f"/messages/{id}".encode() in push.shown[0]


def test_a_task_is_brought_to_mind_once(house: House, notifications: Notifications, push: Recorder) -> None:
    now = house.clock.now()
    house.store.tasks.put_task(Task("t1", "Pay the hall", now, remind_at=now + timedelta(hours=2)))
    house.store.tasks.put_task(Task("t2", "Done already", now, remind_at=now + timedelta(hours=2), done_at=now))
    assert come_back(house, notifications, 1) == [0, 0]
    assert come_back(house, notifications, 1) == [1, 0]
    assert b"Pay the hall" in push.shown[0]


def test_a_follow_up_that_is_settled_leaves_no_mark(house: House) -> None:
    reminders, tasks = Reminders(house.store, house.clock), house.store.tasks
    now = house.clock.now()
    owed = FollowUp("f1", "The export", "me", now, (now - timedelta(days=1)).date())
    tasks.put_follow_up(owed)
    reminders.wake()
    assert reminders.forget_closed() == 0
    tasks.put_follow_up(replace(owed, closed_at=now))
    assert (reminders.forget_closed(), house.store.preferences.names(REMINDED)) == (1, ())


class Killed(BaseException):
    """The process ends here."""


def test_a_kill_in_the_middle_loses_no_reminder(house: House) -> None:
    now, store = house.clock.now(), house.store
    store.tasks.put_snooze(Snooze("m1", now))
    store.tasks.put_task(Task("t1", "Pay the hall", now, remind_at=now))
    store.tasks.put_follow_up(FollowUp("f1", "The export", "me", now, (now - timedelta(days=1)).date()))
    kills = iter(range(3))

    def kill() -> None:
        if next(kills, None) is not None:
            raise Killed

    head = store.feed.head()
    store.on_change(kill)
    for _ in range(3):
        with suppress(Killed):
            Reminders(store, house.clock).wake()
    Reminders(store, house.clock).wake()
    assert {"message/m1", "task/t1", "follow-up/f1"} <= {
        item.ref for item in store.feed.after(head) if item.topic == "notification"
    }
    assert (store.tasks.snoozes(), store.tasks.task("t1").remind_at) == ((), None)


def test_a_message_that_comes_back_after_days_stands_in_the_briefing_again(house: House) -> None:
    id = house.deliver(subject="The hall", text="Shall we book it?")
    house.services.correcting.correct(id, Category.URGENT, 1)
    house.store.tasks.put_snooze(Snooze(id, house.clock.now() + timedelta(days=5)))
    shown = []
    for days in (4, 1, 4):
        house.clock.advance(timedelta(days=days))
        Reminders(house.store, house.clock).wake()
        page = house.services.briefings.briefing()
        shown.append(([row.message_id for row in page.now], page.arrived))
    assert shown == [([], 0), ([id], 0), ([], 0)]
    assert (Reminders(house.store, house.clock).forget_closed(), house.store.preferences.names(WOKEN)) == (1, ())


def test_what_sleeps_is_left_out_where_rules_go_by_age(house: House) -> None:
    house.store.rules.put(Rule("Old", Conditions(words=("hall",), older_than_days=7), (Outcome(Kind.ARCHIVE, {}),)))
    id = house.deliver(subject="The hall", text="Shall we book it?")
    house.store.tasks.put_snooze(Snooze(id, house.clock.now() + timedelta(days=30)))
    house.clock.advance(timedelta(days=8))
    assert house.services.rule_book.apply_aged() == ()
