"""Power Automate: flows that are called, and flows that post to a webhook."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.microsoft.directory import Directory
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.microsoft.teams.workplace import Workplace
from sandbox.power_automate import PowerAutomateServer
from sandbox.power_automate.connector import Dates, written
from sandbox.power_automate.sender import Sender
from sandbox.server import VendorServer
from tests.contract.sandbox_microsoft.asking import COLLEAGUE, OWNER, Json, code_of, mail

NOON = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


class Webhook(VendorServer):
    """Takes in what a flow posts, if it brings the secret."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, Json]] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{kind}", self._hook, methods=["POST"])])

    async def _hook(self, request: Request) -> JSONResponse:
        if request.headers.get("X-Alfred-Token") != "secret":
            return JSONResponse({}, 401)
        self.heard.append((request.path_params["kind"], await request.json()))
        return JSONResponse({}, 202)


@pytest.fixture
def box() -> Mailbox:
    return Mailbox(OWNER, lock=threading.RLock())


@pytest.fixture
def flows(box: Mailbox) -> Iterator[PowerAutomateServer]:
    with PowerAutomateServer(box) as server:
        yield server


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as server:
        yield server


def call(flows: PowerAutomateServer, name: str, **body: object) -> httpx.Response:
    return httpx.post(flows.url(name), json=body, trust_env=False)


def sender(webhook: Webhook, **more: str) -> Sender:
    return Sender(f"{webhook.base_url}/mail", f"{webhook.base_url}/teams", "secret", **more)  # type: ignore[arg-type]


def test_the_search_flow_finds_mails_in_the_connectors_form(flows: PowerAutomateServer, box: Mailbox) -> None:
    box.deliver(mail("Export is broken", "Rosalind <r@acme.example>"), received=NOON)
    box.deliver(mail("Lunch"), received=NOON)
    found = call(flows, "search", query="from:rosalind", top=5).json()["value"]
    assert [(one["subject"], one["from"], one["toRecipients"]) for one in found] == [
        ("Export is broken", "r@acme.example", OWNER)
    ]
    assert found[0]["receivedDateTime"] == "2026-03-02T12:00:05+00:00"
    assert len(call(flows, "search", query="", top=1).json()["value"]) == 1


def test_flows_archive_delete_reply_forward_and_send(flows: PowerAutomateServer, box: Mailbox) -> None:
    message = box.messages[box.deliver(mail())]
    old = message.movable_id
    moved = call(flows, "archive", messageId=old).json()["id"]
    assert (message.folder, moved == old) == ("archive", False)
    assert code_of(call(flows, "delete", messageId=old)) == (404, "ErrorItemNotFound")
    call(flows, "reply", messageId=moved, body="<p>Gladly</p>")
    call(flows, "forward", messageId=moved, to=COLLEAGUE)
    call(flows, "delete", messageId=moved)
    call(flows, "send", to="a@x.example;b@x.example", subject="News", body="<p>Hi</p>")
    assert [one.method for one in flows.record] == [
        f"flows.{n}" for n in ("archive", "reply", "forward", "delete", "send")
    ]
    assert [one.subject for one in box.sent()] == ["RE: Lunch", "FW: Lunch", "News"]
    assert flows.record.mutations("flows.send")[0].state["recipients"] == ["a@x.example", "b@x.example"]


def test_a_call_that_does_not_fit_is_refused_and_changes_nothing(flows: PowerAutomateServer, box: Mailbox) -> None:
    assert code_of(call(flows, "reply", messageId="x")) == (400, "TriggerInputSchemaMismatch")
    assert code_of(call(flows, "search", query=5)) == (400, "TriggerInputSchemaMismatch")
    assert code_of(call(flows, "send", to="nobody", subject="", body="")) == (400, "ErrorInvalidRecipients")
    forged = flows.url("send").rpartition("sig=")[0] + "sig=guess"
    assert httpx.post(forged, json={}, trust_env=False).status_code == 401
    flows.turn_off("search")
    assert code_of(call(flows, "search", query="x")) == (400, "WorkflowTriggerIsNotEnabled")
    assert (len(flows.record), box.messages) == (0, {})


@pytest.mark.parametrize("status", [429, 500, 502, 504])
def test_flows_fail_on_demand(flows: PowerAutomateServer, status: int) -> None:
    flows.misbehave("status", status=status, retry_after=1, count=2, method="flows.search")
    answers = [call(flows, "search", query="").status_code for _ in range(3)]
    assert answers == [status, status, 200]


def test_an_answer_can_be_lost_after_the_mail_left(flows: PowerAutomateServer, box: Mailbox) -> None:
    flows.misbehave("lost", method="flows.send", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        call(flows, "send", to="a@x.example", subject="Once", body="")
    assert [one.subject for one in box.sent()] == ["Once"]


def test_mails_are_posted_in_either_form_and_with_the_secret(webhook: Webhook, box: Mailbox) -> None:
    message = box.messages[box.deliver(mail(), received=NOON)]
    assert sender(webhook).mail(message, times=2) == [202, 202]
    assert sender(webhook, form="v2", dates=Dates.AMERICAN).mail(message) == [202]
    (_, new), again, (_, old) = webhook.heard
    assert again == ("mail", new)
    assert (new["internetMessageId"], new["from"]) == (old["InternetMessageId"], old["From"])
    assert old["DateTimeReceived"] == "3/2/2026 12:00:05 PM"
    stranger = Sender(f"{webhook.base_url}/mail", f"{webhook.base_url}/teams", "guess")
    assert stranger.mail(message) == [401]


def test_chat_messages_are_posted_with_their_words(webhook: Webhook) -> None:
    work = Workplace(Directory())
    where = work.channel(work.team("Platform", [OWNER, COLLEAGUE]), "Incidents")
    post = work.post(where, COLLEAGUE, "<p>Down</p>", sent=NOON)
    assert sender(webhook).chat(where, post) == [202]
    kind, heard = webhook.heard[0]
    assert (kind, heard["body"]["content"], heard["createdDateTime"]) == (
        "teams",
        "<p>Down</p>",
        "2026-03-02T12:00:05Z",
    )


def test_each_date_form_is_written_as_its_maker_chose() -> None:
    assert {form: written(NOON, form) for form in Dates} == {
        Dates.CONNECTOR: "2026-03-02T12:00:05+00:00",
        Dates.ROUND_TRIP: "2026-03-02T12:00:05.0000000Z",
        Dates.SECONDS: "2026-03-02T12:00:05Z",
        Dates.AMERICAN: "3/2/2026 12:00:05 PM",
        Dates.RFC_1123: "Mon, 02 Mar 2026 12:00:05 GMT",
    }
