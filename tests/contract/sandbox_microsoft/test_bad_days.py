"""What Graph refuses, what it throttles, several calls at once, notifications, the record, and orders to misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.sandbox_microsoft.asking import OWNER, Graph, Json, code_of, mail
from tests.contract.sandbox_microsoft.checking import fits
from tests.contract.sandbox_microsoft.listening import Listener


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        yield server


def subscription(listener: Listener, **more: object) -> Json:
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    return {
        "changeType": "created,updated", "notificationUrl": f"{listener.base_url}/hooks", "clientState": "secret",
        "resource": "me/mailFolders('inbox')/messages", "expirationDateTime": expires, **more,
    }  # fmt: skip


def test_without_a_good_token_nothing_is_told(microsoft: MicrosoftServer, graph: Graph) -> None:
    bare = httpx.get(f"{microsoft.base_url}/v1.0/me", trust_env=False)
    assert code_of(bare) == (401, "InvalidAuthenticationToken")
    microsoft.sign_in.expire_access_tokens()
    assert code_of(graph.get("/me")) == (401, "InvalidAuthenticationToken")


def test_each_operation_needs_its_scope(microsoft: MicrosoftServer, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail())
    with Graph(microsoft, ("Mail.Read",)) as reader:
        assert reader.get(f"/me/messages/{key}").status_code == 200
        assert code_of(reader.patch(f"/me/messages/{key}", json={"isRead": True})) == (403, "ErrorAccessDenied")
        assert code_of(reader.get("/me/events")) == (403, "ErrorAccessDenied")


def test_a_path_that_does_not_exist_is_said_so(graph: Graph) -> None:
    assert code_of(graph.get("/me/letters")) == (400, "BadRequest")


def test_a_mailbox_that_is_asked_too_much_says_when_to_come_again(microsoft: MicrosoftServer, graph: Graph) -> None:
    now = [0.0]
    microsoft.throttle.limit, microsoft.throttle.window, microsoft.throttle.clock = 2, 10.0, lambda: now[0]
    assert [graph.get("/me").status_code for _ in range(3)] == [200, 200, 429]
    refused = graph.get("/me")
    assert (refused.headers["retry-after"], code_of(refused)) == ("10", (429, "ApplicationThrottled"))
    now[0] = 10.0
    assert graph.get("/me").status_code == 200


def test_several_calls_in_one_fail_and_succeed_by_themselves(graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail())
    calls = [
        {"id": "1", "method": "GET", "url": f"/me/messages/{key}?$select=subject"},
        {"id": "2", "method": "GET", "url": "/me/messages/nothing"},
        {"id": "3", "method": "PATCH", "url": f"/me/messages/{key}", "body": {"isRead": True}, "dependsOn": ["2"]},
        {"id": "4", "method": "DELETE", "url": f"/me/messages/{key}", "headers": {"If-Match": "*"}},
    ]
    answers = {one["id"]: one for one in graph.told("POST", "/$batch", 200, {"requests": calls})["responses"]}
    assert {id: one["status"] for id, one in answers.items()} == {"1": 200, "2": 404, "3": 424, "4": 204}
    assert answers["1"]["body"]["subject"] == "Lunch"
    assert graph.post("/$batch", json={"requests": calls * 6}).status_code == 400


def test_a_subscription_stands_after_the_handshake_and_tells(
    graph: Graph, microsoft: MicrosoftServer, listener: Listener
) -> None:
    made = graph.told("POST", "/subscriptions", 201, subscription(listener))
    fits(made, "subscription")
    assert microsoft.subscriptions.notify(OWNER, "created", "me/mailFolders('Inbox')/messages", "AAMk1") == [202]
    fits(listener.heard[0], "changenotification")
    assert (listener.heard[0]["clientState"], listener.heard[0]["resourceData"]["id"]) == ("secret", "AAMk1")
    graph.told("DELETE", f"/subscriptions/{made['id']}", 204)
    assert microsoft.subscriptions.notify(OWNER, "created", "me/mailFolders('Inbox')/messages", "AAMk1") == []


def test_who_does_not_repeat_the_token_gets_no_subscription(graph: Graph, listener: Listener) -> None:
    listener.deaf = True
    assert code_of(graph.post("/subscriptions", json=subscription(listener))) == (400, "ValidationError")
    late = (datetime.now(UTC) + timedelta(days=8)).isoformat()
    listener.deaf = False
    too_long = graph.post("/subscriptions", json=subscription(listener, expirationDateTime=late))
    assert code_of(too_long) == (400, "InvalidRequest")


def test_every_change_is_on_record_and_no_reading(microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail())
    graph.get("/me/messages")
    graph.patch(f"/me/messages/{key}", json={"isRead": True})
    graph.patch(f"/me/messages/{key}", json={"nonsense": True})
    graph.post(f"/me/messages/{key}/move", json={"destinationId": "archive"})
    told = [(one.method, one.resource, one.state["folder"]) for one in microsoft.record]
    assert told == [("messages.update", key, "inbox"), ("messages.move", key, "archive")]


@pytest.mark.parametrize("status", [401, 404, 410, 429, 500, 503])
def test_a_status_can_be_ordered(microsoft: MicrosoftServer, graph: Graph, status: int) -> None:
    microsoft.misbehave("status", status=status, retry_after=7, count=1, method="me.get")
    answer = graph.get("/me")
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert graph.get("/me").status_code == 200


@pytest.mark.parametrize("kind", ["lost", "reset", "cut"])
def test_an_answer_can_be_lost_after_the_work_is_done(
    microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox, kind: str
) -> None:
    key = mailbox.deliver(mail())
    microsoft.misbehave(kind, method="messages.move", count=1)
    with pytest.raises(httpx.TransportError):
        graph.post(f"/me/messages/{key}/move", json={"destinationId": "archive"})
    assert [one.state["folder"] for one in microsoft.record] == ["archive"]


def test_the_handles_work_from_another_process(microsoft: MicrosoftServer, graph: Graph) -> None:
    box = f"{microsoft.base_url}/_sandbox"
    httpx.post(f"{box}/accounts/{OWNER}/messages", json={"raw": "U3ViamVjdDogSGkNCg0KWW8"}, trust_env=False)
    post = {"team": "Platform", "channel": "General", "author": "a@office.example", "content": "Hi"}
    httpx.post(f"{box}/posts", json=post, trust_env=False)
    assert [one["subject"] for one in graph.values("/me/messages")] == ["Hi"]
    assert httpx.get(f"{box}/accounts", trust_env=False).json() == {OWNER: 1}
    changed = httpx.patch(f"{box}/settings", json={"reserved": ["ChannelMessage.Read.All"]}, trust_env=False).json()
    assert changed["reserved"] == ["ChannelMessage.Read.All"]
