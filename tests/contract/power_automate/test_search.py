"""Searching by a flow: three attempts where trouble passes, none where it does not; and what the posts left out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from adapters.memory.vault import MemoryVault
from adapters.power_automate import PowerAutomateProvider
from adapters.power_automate.flows import Flows
from application.ports.mail import Batch, MessageSource
from application.ports.mime import RawMail
from domain.errors import CannotBe, CursorExpired, Invalid, OutcomeUnknown, SignInAgain, TryLater
from domain.messages import Label, Message, id_by_message_id
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.power_automate import PowerAutomateServer
from tests.contract.power_automate.setting import NOON, a_mail, account_at, connected


class Scripted(ThreadingHTTPServer):
    """Answers each call with the next of `answers`; None holds it until the end."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, bytes] | None] = []
        self.calls = 0
        self.asked: list[bytes] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/?sig=canary"


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_POST(self) -> None:
        self.server.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.answers[min(self.server.calls, len(self.server.answers) - 1)]
        self.server.calls += 1
        if answer is None:
            self.server.over.wait(10)
            return
        self.send_response(answer[0])
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    with Scripted() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


def mails_in(batches: Iterator[Batch]) -> list[RawMail]:
    return [each for batch in batches for each in batch.arrived if isinstance(each, RawMail)]


def the_mail(flows: PowerAutomateServer, search: str | None = None) -> MessageSource:
    account = account_at(flows) if search is None else account_at(flows, mail_search_url=search)
    return PowerAutomateProvider(now=lambda: NOON).connect(account, MemoryVault()).messages[0]


@pytest.mark.parametrize("status", [429, 500, 503, 504, 408])
def test_trouble_that_passes_is_met_with_three_attempts(scripted: Scripted, status: int) -> None:
    pauses: list[float] = []
    scripted.answers = [(status, b""), (status, b""), (200, b'{"value": []}')]
    assert Flows("office", pauses.append).ask(scripted.url, {"query": ""}) == {"value": []}
    assert (scripted.calls, pauses) == (3, [1.0, 2.0])


def test_after_three_attempts_it_is_left_for_later(scripted: Scripted) -> None:
    pauses: list[float] = []
    scripted.answers = [(503, b"")]
    with pytest.raises(TryLater) as caught:
        Flows("office", pauses.append).ask(scripted.url, {"query": ""})
    assert (scripted.calls, pauses, caught.value.retry_after) == (3, [1.0, 2.0], 3.0)


def test_a_flow_that_does_not_answer_in_time_is_asked_again(scripted: Scripted) -> None:
    scripted.answers = [None, None, (200, b"[]")]
    assert Flows("office", lambda _: None, limit=0.2).ask(scripted.url, {}) == []
    assert scripted.calls == 3


@pytest.mark.parametrize(
    ("status", "expected"), [(400, CannotBe), (404, CannotBe), (401, SignInAgain), (302, CannotBe)]
)
def test_any_other_refusal_is_told_at_once(scripted: Scripted, status: int, expected: type[Exception]) -> None:
    scripted.answers = [(status, json.dumps({"error": {"message": "No such thing."}}).encode())]
    with pytest.raises(expected) as caught:
        Flows("office", lambda _: pytest.fail("a pause")).ask(scripted.url, {})
    assert scripted.calls == 1
    assert "canary" not in str(caught.value)


def test_what_changes_something_is_called_once_whatever_happens(scripted: Scripted) -> None:
    for answer in ((500, b""), (200, b"half a JS"), (202, b""), None):
        scripted.answers, scripted.calls = [answer], 0
        with pytest.raises(OutcomeUnknown):
            Flows("office", lambda _: pytest.fail("a pause"), limit=0.2).start(scripted.url, {}, "a1")
        assert scripted.calls == 1


def test_nothing_was_begun_where_nobody_was_reached(scripted: Scripted) -> None:
    scripted.shutdown()
    scripted.server_close()
    with pytest.raises(TryLater):
        Flows("office", lambda _: None).start(scripted.url, {}, "a1")


def test_a_search_finds_and_tells_what_lies_in_the_inbox(flows: PowerAutomateServer, box: Mailbox) -> None:
    box.deliver(a_mail("Export is broken", "Rosalind <r@acme.example>"))
    box.deliver(a_mail("Export again", "Rosalind <r@acme.example>"), "archive")
    box.deliver(a_mail("Lunch"))
    found = {mail.provider_id: mail.labels for mail in mails_in(the_mail(flows).search("from:rosalind", 10))}
    assert found == {
        id_by_message_id("export-is-broken@example.org"): {Label.INBOX, Label.UNREAD},
        id_by_message_id("export-again@example.org"): {Label.UNREAD},
    }


def test_an_answer_that_is_no_list_of_messages_cannot_be(scripted: Scripted, flows: PowerAutomateServer) -> None:
    scripted.answers = [(200, b'["x"]')]
    with pytest.raises(CannotBe, match="something else than messages"):
        mails_in(the_mail(flows, scripted.url).search("x", 5))


def test_what_no_post_brought_is_looked_for_now_and_then(flows: PowerAutomateServer, box: Mailbox) -> None:
    clock = [NOON]
    source = connected(flows, now=lambda: clock[0]).messages[0]
    box.deliver(a_mail("Old"), received=NOON - timedelta(days=30))
    first = list(source.latest(50))
    cursor = first[-1].cursor
    assert cursor is not None
    assert len(mails_in(iter(first))) == 1
    box.deliver(a_mail("Missed"), received=NOON)
    calls = len(box.messages)
    clock[0] += timedelta(minutes=14)
    assert [(batch.arrived, batch.cursor) for batch in source.changes(cursor)] == [((), cursor)]
    clock[0] += timedelta(minutes=1)
    (batch,) = source.changes(cursor)
    assert [mail.provider_id for mail in mails_in(iter((batch,)))] == [id_by_message_id("missed@example.org")]
    assert (batch.cursor, calls) == (clock[0].isoformat(), 2)


def test_what_was_missed_is_looked_for_from_the_day_before_for_a_mailbox_may_go_by_another_clock(
    scripted: Scripted, flows: PowerAutomateServer
) -> None:
    scripted.answers = [(200, b'{"value": []}')]
    list(the_mail(flows, scripted.url).changes("2026-11-20T01:00:00+00:00"))
    assert b"received>=2026-11-19" in scripted.asked[0]


def test_history_is_what_the_inbox_still_has_of_that_time(flows: PowerAutomateServer, box: Mailbox) -> None:
    for day in (1, 10, 20):
        box.deliver(a_mail(f"Day {day}"), received=datetime(2026, 11, day, 12, tzinfo=UTC))
    found = mails_in(
        the_mail(flows).history(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC), None)
    )
    assert [mail.provider_id for mail in found] == [id_by_message_id("day-10@example.org")]


def test_without_a_search_flow_nothing_is_read_and_nothing_fails(flows: PowerAutomateServer) -> None:
    source = the_mail(flows, "")
    (first,) = source.latest(50)
    assert first.cursor is not None
    assert mails_in(source.changes(first.cursor)) == []
    assert mails_in(source.search("x", 5)) == []
    with pytest.raises(CursorExpired):
        list(source.changes("nonsense"))
    with pytest.raises(CannotBe):
        source.raw("x")


def test_teams_is_searched_where_there_is_a_flow_for_it(scripted: Scripted, flows: PowerAutomateServer) -> None:
    post = {"id": "17", "channelIdentity": {"channelId": "19:c"}, "body": {"content": "<p>Down</p>"}}
    scripted.answers = [
        (200, json.dumps({"value": [post, {"messageType": "systemEventMessage"}, {"id": "x"}]}).encode())
    ]
    source = connected(flows, teams_search_url=scripted.url).messages[1]
    (batch,) = source.search("down", 5)
    (found,) = batch.arrived
    assert isinstance(found, Message)
    assert (found.id, found.text, found.labels) == ("office:19:c:17", "Down", frozenset({Label.INBOX}))


@pytest.mark.parametrize(
    "changes", [{"token": ""}, {"token": "short"}, {"address": ""}, {"send_url": "http://a.example/"}]
)
def test_signing_in_says_what_is_missing(flows: PowerAutomateServer, changes: dict[str, str]) -> None:
    account, vault = account_at(flows, **changes), MemoryVault()
    with pytest.raises(Invalid, match=f"settings.{next(iter(changes))}"):
        PowerAutomateProvider().sign_in(account, vault).wait(0)
    with pytest.raises(SignInAgain):
        PowerAutomateProvider().connect(account, vault)


def test_secrets_are_taken_from_the_vault_and_gone_afterwards(flows: PowerAutomateServer) -> None:
    provider, vault = PowerAutomateProvider(), MemoryVault()
    account = account_at(flows, token="")
    vault.put("power_automate/office/token", "another secret of the owner's")
    assert str(provider.sign_in(account, vault).finish("")) == account.settings["address"]
    (hook, _) = provider.connect(account, vault).hooks
    assert hook.is_authentic({"x-alfred-token": "another secret of the owner's"}, b"")
    provider.disconnect(account, vault)
    assert vault.names("power_automate/office/") == ()
