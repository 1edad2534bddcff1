"""An account that waits for a sign-in is one notice, however many sources find out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.memory import MemoryStore
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from domain.sources import SourceState
from tests.unit.telling.bell import NOON, PHONE, Clock, Recorder, fail, pause, propose


def test_an_account_that_waits_for_a_sign_in_is_told_of_once(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for attempt in range(3):
        at = NOON + timedelta(minutes=attempt)
        store.sources.set_state(SourceState("gmail/mail", last_attempt=at, error="expired", paused=True))
        notifications.tell()
    assert push.sent == [("phone", "sign-in-gmail")]


def test_one_expired_account_is_one_push_however_many_sources_find_out(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for source in ("office/mail", "office/teams", "office/calendar"):
        pause(store, clock, source)
        notifications.tell()
        clock.at += timedelta(minutes=5)
    assert push.sent == [("phone", "sign-in-office")]
    pause(store, clock, "gmail/mail")
    notifications.tell()
    assert push.sent[1:] == [("phone", "sign-in-gmail")]


def test_an_account_that_expires_again_is_told_of_again(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for paused in (True, False, True):
        for source in ("office/mail", "office/calendar"):
            pause(store, clock, source, paused=paused)
        notifications.tell()
        clock.at += timedelta(minutes=10)
    assert push.sent == [("phone", "sign-in-office")] * 2


def test_a_source_that_could_not_be_reached_meanwhile_waits_for_the_same_sign_in(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for error, paused in (("expired", True), ("the network is away", False), ("expired", True)):
        store.sources.set_state(SourceState("office/mail", last_attempt=clock.now(), error=error, paused=paused))
        notifications.tell()
        clock.at += timedelta(hours=2)
    assert push.sent == [("phone", "sign-in-office")]


@pytest.mark.parametrize(("error", "told"), [("expired", []), ("consent was taken back", ["sign-in-gmail"])])
def test_what_an_action_found_out_is_not_told_again_by_the_sources_of_its_account(
    store: MemoryStore,
    push: Recorder,
    clock: Clock,
    notifications: Notifications,
    subscriptions: Subscriptions,
    error: str,
    told: list[str],
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    fail(store, "a1", "sign_in_again", "expired")
    notifications.tell()
    for source in ("gmail/mail", "gmail/calendar"):
        clock.at += timedelta(minutes=10)
        store.sources.set_state(SourceState(source, last_attempt=clock.now(), error=error, paused=True))
        notifications.tell()
    propose(store, "a2")
    fail(store, "a2", "sign_in_again", "expired")
    notifications.tell()
    assert [topic for _, topic in push.sent] == ["stuck-a1", *told]


def test_a_notice_of_several_that_are_not_done_leaves_their_sign_in_to_be_told_of(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for id in ("a1", "a2"):
        propose(store, id)
        fail(store, id, "sign_in_again", "expired")
    notifications.tell()
    pause(store, clock, "gmail/mail")
    notifications.tell()
    assert [topic for _, topic in push.sent] == ["stuck", "sign-in-gmail"]


def test_a_source_that_begins_to_wait_much_later_has_a_reason_of_its_own(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for source in ("office/teams", "office/mail"):
        pause(store, clock, source)
        notifications.tell()
        clock.at += timedelta(days=3)
    assert push.sent == [("phone", "sign-in-office")] * 2
