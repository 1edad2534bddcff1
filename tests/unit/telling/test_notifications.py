"""What buzzes, what waits for the briefing, and what is told only once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.memory import MemoryStore
from application.intake.first_reading import note_first_reading
from application.owing.reminders import Reminders
from application.ports.push import Subscription
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from domain.action_events import Edited, Refreshed
from domain.messages import Label
from domain.notifications import NoticePreferences
from domain.tasks import FollowUp
from tests.unit.telling.bell import NOON, PHONE, Clock, Recorder, propose, urgent_mail


def test_a_proposal_buzzes_every_device_once(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    subscriptions.subscribe(Subscription("tablet", "https://push.example/2", "key", "auth"))
    propose(store, "a1")
    assert notifications.tell() == 1
    assert notifications.tell() == 0
    assert sorted(push.sent) == [("phone", "action-a1"), ("tablet", "action-a1")]


def test_what_was_there_before_a_device_came_is_not_told(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    propose(store, "a1")
    subscriptions.subscribe(PHONE)
    assert (notifications.tell(), push.sent) == (0, [])


def test_what_happened_while_no_device_listened_is_not_told(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    subscriptions.unsubscribe(PHONE.device)
    propose(store, "a1")
    subscriptions.subscribe(PHONE)
    assert (notifications.tell(), push.sent) == (0, [])


@pytest.mark.parametrize("buttons", [True, False])
def test_a_notice_can_be_decided_on_only_where_the_owner_wants_it(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions, buttons: bool
) -> None:
    notifications.set_preferences(NoticePreferences(buttons=buttons))
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    assert ("digest" in push.payloads[0]) is buttons


def test_proposals_that_came_together_are_one_notice(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for number in range(34):
        propose(store, f"a{number}")
    notifications.tell()
    assert push.sent == [("phone", "group-archive")]


def test_urgent_mail_buzzes_only_if_it_came_after_the_first_reading(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    note_first_reading(store.preferences, "gmail/mail", NOON)
    urgent_mail(store, "old", NOON - timedelta(days=2))
    urgent_mail(store, "new", NOON + timedelta(minutes=5))
    notifications.tell()
    assert push.sent == [("phone", "thread-new")]


def test_reading_an_urgent_mail_does_not_buzz_again(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    note_first_reading(store.preferences, "gmail/mail", NOON)
    urgent_mail(store, "new", NOON + timedelta(minutes=5))
    notifications.tell()
    store.messages.relabel({"gmail:new": frozenset({Label.INBOX, Label.STARRED})})
    assert (notifications.tell(), push.sent) == (0, [("phone", "thread-new")])


def test_with_nothing_to_tell_nothing_is_written(
    store: MemoryStore, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    before = store.version
    for _ in range(3):
        notifications.tell()
    assert store.version == before


def test_what_breaks_on_its_way_is_not_told_again_and_again(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    push.is_broken = True
    with pytest.raises(RuntimeError):
        notifications.tell()
    push.is_broken = False
    assert (notifications.tell(), push.sent) == (0, [])


def test_each_push_says_how_much_waits_for_the_icon(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    assert push.payloads[-1]["waiting"] == 1


def test_beyond_five_a_day_the_rest_waits_for_the_briefing(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for number in range(7):
        propose(store, f"a{number}")
        notifications.tell()
    assert len(push.sent) == 5
    clock.at += timedelta(days=1)
    propose(store, "tomorrow")
    assert notifications.tell() == 1


def test_an_overdue_follow_up_is_reminded_of_once(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    yesterday = (NOON - timedelta(days=1)).date()
    store.tasks.put_follow_up(FollowUp("f1", "The export", "me", NOON - timedelta(days=3), yesterday))
    for _ in range(3):
        Reminders(store, clock).wake()
        notifications.tell()
    assert push.sent == [("phone", "notice-f1")]


def test_only_a_proposal_that_is_new_asks(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    store.actions.append("a1", [Refreshed("a", "in the very same moment")], actor="alfred", at=NOON)
    notifications.tell()
    for minutes, event in enumerate([Refreshed("b", "the conversation went on"), Edited({}, "Archive both")], 1):
        store.actions.append("a1", [event], actor="owner", at=NOON + timedelta(minutes=minutes))
        notifications.tell()
    assert push.sent == [("phone", "action-a1")]
