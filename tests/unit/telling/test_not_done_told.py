"""What was approved and is not done is told of once, and as what it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.memory import MemoryStore
from adapters.memory.vault import MemoryVault
from application.accounts import Accounts
from application.connections import ConnectedAccounts
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from application.telling.wording import stuck_notice
from domain.action_events import Approved, Doubted, Failed, Refreshed, Reopened, Started, Superseded
from tests.integration.api.house import PaperProvider
from tests.unit.telling.bell import NOON, PHONE, Clock, Recorder, fail, pause, propose


def test_what_was_approved_and_failed_for_good_is_told_of_once_and_what_passes_is_not(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for id, code in (("a1", "gone"), ("a2", "try_later")):
        propose(store, id)
        fail(store, id, code)
    assert (notifications.tell(), notifications.tell()) == (1, 0)
    assert push.sent == [("phone", "stuck-a1")]
    assert push.payloads[0]["body"] == "Archive a1: the mail is gone"


def test_what_may_have_been_done_is_not_told_as_failed(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    lost = [Approved(store.actions.get("a1").digest), Started(), Doubted("the answer was lost")]
    store.actions.append("a1", lost, actor="owner", at=NOON)
    notifications.tell()
    told = push.payloads[0]
    assert (told["title"], told["body"]) == ("I do not know whether that was done", "Archive a1: the answer was lost")


def test_several_that_are_not_done_say_of_how_many_nobody_knows(store: MemoryStore) -> None:
    for id, outcome in (("a1", Failed("gone", "gone")), ("a2", Doubted("lost")), ("a3", Doubted("lost"))):
        propose(store, id)
        approved = Approved(store.actions.get(id).digest, automatic=True)
        store.actions.append(id, [approved, Started(), outcome], actor="alfred", at=NOON)
    one, *doubts = [store.actions.get(id) for id in ("a1", "a2", "a3")]
    assert stuck_notice([one, *doubts]).body == "3 things of mine are not done; of 2 I do not know."
    assert stuck_notice(doubts).body == "2 things of mine may have been done, or not."


@pytest.mark.parametrize(
    ("automatic", "title"), [(False, "That did not work"), (True, "Something of mine did not work")]
)
def test_what_was_approved_and_is_given_back_is_told_of_once_and_as_whose_it_was(
    store: MemoryStore,
    push: Recorder,
    notifications: Notifications,
    subscriptions: Subscriptions,
    automatic: bool,
    title: str,
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    back = [Approved(store.actions.get("a1").digest, automatic), Reopened("b", "the conversation went on")]
    for minutes, event in enumerate([*back, Refreshed("c", "it went on")], 1):
        store.actions.append("a1", [event], actor="owner", at=NOON + timedelta(minutes=minutes))
        notifications.tell()
    assert [topic for _, topic in push.sent] == ["action-a1", "stuck-a1"]
    told = push.payloads[1]
    assert (told["title"], told["body"]) == (title, "Archive a1: the conversation went on")


def test_what_was_withdrawn_and_is_restored_did_not_fail(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    for minutes, event in enumerate([Superseded("sorted anew"), Reopened("b", "taken back")], 1):
        store.actions.append("a1", [event], actor="owner", at=NOON + timedelta(minutes=minutes))
        notifications.tell()
    assert push.sent == []


def test_what_waits_for_a_permission_is_told_of_once_unless_its_account_was(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    fail(store, "a1", "sign_in_again")
    for hours in (1, 2):
        retry = [Started(), Failed("still no permission", "sign_in_again")]
        store.actions.append("a1", retry, actor="owner", at=NOON + timedelta(hours=hours))
        notifications.tell()
    pause(store, clock, "gmail/mail")
    propose(store, "a2")
    fail(store, "a2", "sign_in_again")
    notifications.tell()
    assert [topic for _, topic in push.sent] == ["stuck-a1", "sign-in-gmail"]


def test_what_waits_for_a_permission_is_told_of_again_once_a_new_sign_in_has_not_brought_it(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    accounts = Accounts(store, MemoryVault(), {"paper": PaperProvider()}, ConnectedAccounts(), {}, clock)
    accounts.add("gmail", "paper", {"box": "1"})
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    fail(store, "a1", "sign_in_again")
    notifications.tell()
    clock.at += timedelta(hours=1)
    attempt, _ = accounts.begin_sign_in("gmail")
    accounts.finish_sign_in(attempt, "http://localhost/?code=yes")
    for _ in range(3):
        clock.at += timedelta(hours=1)
        retry = [Started(), Failed("still no permission", "sign_in_again")]
        store.actions.append("a1", retry, actor="owner", at=clock.at)
        notifications.tell()
    assert [topic for _, topic in push.sent] == ["stuck-a1"] * 2
