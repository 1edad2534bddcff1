"""What Graph is asked to tell of by itself: asked once, renewed in time, asked anew where it is gone, and ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory.vault import MemoryVault
from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.hooks import client_state
from adapters.microsoft.scopes import BASE, CALENDAR
from application.ports.hooks import Hook
from domain.errors import CannotBe, SignInAgain, TryLater
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault
from tests.contract.sandbox_microsoft.asking import Graph, Json
from tests.contract.sandbox_microsoft.listening import Listener


class Office:
    """An account that wants to be told, and its clock."""

    def __init__(self, server: MicrosoftServer, scopes: tuple[str, ...]) -> None:
        self.server = server
        self.passed = timedelta()
        self.account = account_at(server)
        self.vault: MemoryVault = signed_in_vault(server, self.account, scopes)
        self.provider = MicrosoftProvider(lambda seconds: None, lambda: datetime.now(UTC) + self.passed)

    @property
    def hook(self) -> Hook:
        return self.provider.connect(self.account, self.vault).hooks[0]

    def standing(self) -> list[Json]:
        with Graph(self.server) as client:
            return client.values("/subscriptions")


@pytest.fixture
def office(microsoft: MicrosoftServer) -> Office:
    return Office(microsoft, (*BASE, CALENDAR))


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        yield server


def test_mail_and_events_are_subscribed_to_once_under_the_accounts_state(office: Office, listener: Listener) -> None:
    for _ in range(3):
        office.hook.keep_posted(listener.base_url)
    standing = office.standing()
    assert {each["resource"] for each in standing} == {"me/messages", "me/events"}
    assert len(standing) == 2
    address = f"{listener.base_url}/hooks/graph"
    assert {(each["notificationUrl"], each["lifecycleNotificationUrl"]) for each in standing} == {(address, address)}
    office.server.subscriptions.notify(OWNER, "created", "me/messages", "AAMk1")
    post = json.dumps({"value": listener.heard}).encode()
    assert office.hook.is_authentic({}, post)
    assert [each.wake for each in office.hook.read(post)] == [("office/mail",)]
    assert listener.heard[0]["clientState"] == client_state(office.account, office.vault)


def test_what_the_owner_did_not_allow_is_not_subscribed_to(microsoft: MicrosoftServer, listener: Listener) -> None:
    office = Office(microsoft, BASE)
    office.hook.keep_posted(listener.base_url)
    assert [each["resource"] for each in office.standing()] == ["me/messages"]


def test_a_subscription_is_renewed_after_a_day(office: Office, listener: Listener) -> None:
    office.passed = timedelta(days=-2)
    office.hook.keep_posted(listener.base_url)
    before = {each["id"]: each["expirationDateTime"] for each in office.standing()}
    office.passed = timedelta()
    office.hook.keep_posted(listener.base_url)
    after = {each["id"]: each["expirationDateTime"] for each in office.standing()}
    assert before.keys() == after.keys()
    assert all(after[id] > before[id] for id in before)


@pytest.mark.parametrize("event", ["subscriptionRemoved", "reauthorizationRequired"])
def test_what_graph_lets_lapse_is_asked_for_again(office: Office, listener: Listener, event: str) -> None:
    hook = office.hook
    hook.keep_posted(listener.base_url)
    assert office.server.subscriptions.end(OWNER, event) == [202, 202]
    hook.read(json.dumps({"value": listener.heard}).encode())
    hook.keep_posted(listener.base_url)
    assert len(office.standing()) == 2
    assert len(office.server.record) == 4


def test_a_new_address_takes_the_place_of_the_old_one(office: Office, listener: Listener) -> None:
    office.hook.keep_posted(listener.base_url)
    office.hook.keep_posted(f"{listener.base_url}/hooks/elsewhere")
    assert {each["notificationUrl"] for each in office.standing()} == {
        f"{listener.base_url}/hooks/elsewhere/hooks/graph"
    }
    assert len(office.standing()) == 2


def test_what_is_left_of_an_earlier_sign_in_is_removed(office: Office, listener: Listener) -> None:
    office.hook.keep_posted(listener.base_url)
    again = Office(office.server, (*BASE, CALENDAR))
    again.hook.keep_posted(listener.base_url)
    assert len(office.standing()) == 2
    office.server.subscriptions.notify(OWNER, "created", "me/messages", "AAMk1")
    assert [each["clientState"] for each in listener.heard] == [client_state(again.account, again.vault)]


def test_an_address_that_does_not_answer_is_said_and_tried_again_in_an_hour(office: Office, listener: Listener) -> None:
    hook, office.passed = office.hook, timedelta(hours=-1)
    listener.deaf = True
    with pytest.raises(CannotBe):
        hook.keep_posted(listener.base_url)
    listener.deaf = False
    hook.keep_posted(listener.base_url)
    assert office.standing() == []
    office.passed = timedelta(minutes=1)
    hook.keep_posted(listener.base_url)
    assert len(office.standing()) == 2


def test_a_clock_that_is_set_back_lengthens_no_rest(office: Office, listener: Listener) -> None:
    hook, office.passed, listener.deaf = office.hook, timedelta(hours=2), True
    with pytest.raises(CannotBe):
        hook.keep_posted(listener.base_url)
    office.passed, listener.deaf = timedelta(), False
    hook.keep_posted(listener.base_url)
    assert len(office.standing()) == 2


@pytest.mark.parametrize("trouble", ["lost", "cut"])
def test_a_subscription_whose_answer_was_lost_leaves_no_second_one(
    office: Office, listener: Listener, trouble: str
) -> None:
    office.server.misbehave(trouble, method="subscriptions.create", count=1)
    with suppress(TryLater):
        office.hook.keep_posted(listener.base_url)
    office.hook.keep_posted(listener.base_url)
    assert sorted(each["resource"] for each in office.standing()) == ["me/events", "me/messages"]


def test_whoever_leaves_is_told_nothing_more(office: Office, listener: Listener) -> None:
    office.hook.keep_posted(listener.base_url)
    office.provider.disconnect(office.account, office.vault)
    assert office.standing() == []
    assert office.vault.names("microsoft/") == ()
    with pytest.raises(SignInAgain):
        office.provider.connect(office.account, office.vault)


def test_leaving_does_not_need_microsoft(office: Office, listener: Listener) -> None:
    office.hook.keep_posted(listener.base_url)
    office.server.misbehave("status", method="subscriptions.delete", status=503)
    office.provider.disconnect(office.account, office.vault)
    assert office.vault.names("microsoft/") == ()
