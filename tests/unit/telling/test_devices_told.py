"""Which devices are told: none that is gone, signed out or paired anew, and whom nothing reached is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory import MemoryStore
from application.ports.push import Delivery, Subscription
from application.sign_in.devices import PAIRING, Devices
from application.telling.notifications import Notifications
from application.telling.subscriptions import ENDED, Subscriptions
from domain.errors import Conflict
from domain.notifications import Notice, NoticeKind
from tests.unit.telling.bell import NOON, PHONE, Clock, Recorder, propose


def test_what_could_not_be_delivered_is_known_until_something_is(
    notifications: Notifications, subscriptions: Subscriptions, push: Recorder, clock: Clock
) -> None:
    notice = Notice(NoticeKind.REMINDER, "A word", "Tea", "/", "tea", 2)
    subscriptions.subscribe(PHONE)
    assert (subscriptions.send(notice), subscriptions.undelivered()) == (1, ())
    push.answers = {"phone": Delivery.LATER}
    subscriptions.send(notice)
    clock.at += timedelta(hours=1)
    subscriptions.send(notice)
    subscriptions.subscribe(PHONE)
    ((device, failed),) = subscriptions.undelivered()
    assert (device.name, failed.since, failed.failures) == ("phone", NOON, 2)
    push.answers = {}
    subscriptions.send(notice)
    assert subscriptions.undelivered() == ()


def test_a_device_that_is_gone_is_forgotten_and_holds_up_nobody(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    subscriptions.subscribe(Subscription("old", "https://push.example/2", "key", "auth"))
    push.answers["old"] = Delivery.GONE
    propose(store, "a1")
    assert notifications.tell() == 1
    assert [each.device for each in subscriptions.all()] == ["phone"]
    ((device, lost),) = subscriptions.undelivered()
    assert (device.name, lost.reason) == ("old", ENDED)


def test_a_subscription_that_has_ended_is_not_taken_up_again_but_a_new_one_is(
    push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    push.answers["phone"] = Delivery.GONE
    subscriptions.send(Notice(NoticeKind.REMINDER, "A word", "Tea", "/", "tea", 2))
    with pytest.raises(Conflict) as refused:
        subscriptions.subscribe(PHONE)
    assert (refused.value.code, subscriptions.all()) == ("subscription_ended", ())
    anew = replace(PHONE, endpoint="https://push.example/anew")
    subscriptions.subscribe(anew)
    assert (subscriptions.all(), subscriptions.undelivered()) == ((anew,), ())


def test_a_browser_that_was_paired_anew_is_told_once(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(Subscription("old", PHONE.endpoint, "key", "auth"))
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    assert push.sent == [("phone", "action-a1")]


def test_what_a_device_subscribed_to_goes_with_it_and_a_session_two_weeks_after_it_was_seen(
    store: MemoryStore, clock: Clock, devices: Devices, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    for id in ("silent", "signed out"):
        device, _ = devices.pair(devices.new_code(), id)
        if id == "signed out":
            subscriptions.subscribe(Subscription(device.id, "https://push.example/3", "key", "auth"))
            devices.revoke(device.id)
    told, _ = devices.pair(devices.new_code(), "a phone that is only told")
    subscriptions.subscribe(Subscription(told.id, "https://push.example/4", "key", "auth"))
    devices.new_code()
    assert subscriptions.forget_gone() == 1
    clock.at += timedelta(days=15)
    assert subscriptions.forget_gone() == 1
    assert "silent" not in {each.name for each in devices.all()}
    assert [each.device for each in subscriptions.all()] == [told.id]
    assert store.preferences.names(PAIRING) == ()


def test_a_device_that_was_signed_out_is_told_nothing_more(
    store: MemoryStore, push: Recorder, devices: Devices, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    devices.revoke(PHONE.device)
    propose(store, "a1")
    assert (notifications.tell(), push.sent) == (0, [])
