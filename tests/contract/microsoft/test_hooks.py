"""Change notifications of Graph: they prove themselves, say where to look, and nothing else."""

from __future__ import annotations

import json

import pytest

from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.hooks import GraphHook, client_state
from domain.errors import Invalid
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import account_at, signed_in_vault

HOOK = GraphHook("office", "our state")


def a_post(*notifications: dict[str, object]) -> bytes:
    return json.dumps({"value": list(notifications)}).encode()


def told(resource: str = "Users/u/Messages/m", state: str = "our state", **more: object) -> dict[str, object]:
    return {"subscriptionId": "s", "changeType": "created", "resource": resource, "clientState": state} | more


def test_a_validation_token_is_repeated_within_limits() -> None:
    assert HOOK.challenge({"validationToken": "Validation: <a> & b"}) == "Validation: <a> & b"
    assert [HOOK.challenge(query) for query in ({}, {"validationToken": ""}, {"validationToken": "x" * 4097})] == [
        None
    ] * 3


@pytest.mark.parametrize("state", ["", "our stat", "our state ", "Our state", "é"])
def test_another_state_is_not_believed(state: str) -> None:
    assert HOOK.is_authentic({}, a_post(told()))
    assert not HOOK.is_authentic({}, a_post(told(state=state)))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"value": 7}', b'{"value": [7]}', b'{"value": []}', b"[" * 9000])
def test_what_is_no_notification_is_not_believed(body: bytes) -> None:
    assert not HOOK.is_authentic({}, body)


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(Invalid, match=r"body\.value"):
        HOOK.read(b"[]")


@pytest.mark.parametrize(
    ("resource", "source"),
    [
        ("Users/u/Messages/AAMk1", "office/mail"),
        ("me/mailFolders('Inbox')/messages/AAMk1", "office/mail"),
        ("teams('t')/channels('19:c')/messages('17')", "office/teams"),
        ("chats('19:x')/messages('17')", "office/teams"),
        ("Users/u/Events/AAMk1", "office/calendar"),
    ],
)
def test_a_notification_only_wakes_the_source_it_is_about(resource: str, source: str) -> None:
    (delivery,) = HOOK.read(a_post(told(resource)))
    assert (delivery.wake, delivery.messages, delivery.note) == ((source,), (), "")


def test_of_a_shared_post_each_account_reads_its_own() -> None:
    body = a_post(told(), told("chats('x')/messages('1')", "another account's"))
    assert [each.wake for each in HOOK.read(body)] == [("office/mail",)]


def test_a_repeat_is_the_same_event_and_a_later_change_is_not() -> None:
    first, again, later = (
        HOOK.read(a_post(told(resourceData={"@odata.etag": etag})))[0].event_id for etag in ("1", "1", "2")
    )
    assert (first == again, first == later) == (True, False)


@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved", "reauthorizationRequired"])
def test_the_end_of_a_subscription_is_noted_and_its_source_read(event: str) -> None:
    (delivery,) = HOOK.read(a_post(told("", lifecycleEvent=event)))
    assert (delivery.wake, event in delivery.note) == (("office/mail",), True)


def test_an_account_keeps_its_state_until_it_leaves(microsoft: MicrosoftServer) -> None:
    account = account_at(microsoft)
    vault = signed_in_vault(microsoft, account)
    (hook,) = MicrosoftProvider().connect(account, vault).hooks
    state = client_state(account, vault)
    assert hook.is_authentic({}, a_post(told(state=state)))
    assert len(state) >= 32
    MicrosoftProvider().disconnect(account, vault)
    assert client_state(account, vault) != state
