"""Acting through flows: once, with exactly what was shown, and in doubt where nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.memory.vault import MemoryVault
from adapters.mime.writer import MimeWriter
from adapters.power_automate import PowerAutomateProvider
from application.ports.executor import Executor, Outcome
from domain.actions import Action
from domain.errors import CannotBe, OutcomeUnknown, SignInAgain, TryLater
from domain.kinds import FACTS, OUTGOING, Kind, OutgoingMail
from domain.messages import Address, id_by_message_id
from sandbox.microsoft.call import object_of, objects_of, text_of
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.microsoft.mail.message import StoredMessage
from sandbox.power_automate import PowerAutomateServer
from tests.contract.executor.orders import NOW, an_action
from tests.contract.power_automate.setting import OWNER, a_mail, account_at, connected

MAIL = OutgoingMail(
    ("Ann <ann@example.org>",), "Re: Lunch", "Gerne <bald>\n\nJo", ("bob@example.org",), ("c@d.example",)
)
SENDING = [Kind.SEND, Kind.REPLY]
Break = Callable[[PowerAutomateServer], object]


@pytest.fixture
def executor(flows: PowerAutomateServer) -> Executor:
    return connected(flows, name="gmail").executors[0]


def received(box: Mailbox) -> str:
    """Deliver a mail; return the id by which Alfred knows it."""
    box.deliver(a_mail(message_id="<lunch@example.org>"))
    return id_by_message_id("lunch@example.org")


def order(kind: Kind, target: str, mail: OutgoingMail = MAIL) -> Action:
    return an_action(kind, target if kind is not Kind.SEND else "", mail if kind in OUTGOING else None)


def letter(mail: OutgoingMail = MAIL) -> bytes:
    return MimeWriter().build(mail, Address("Jo", OWNER), None, (), NOW)


def prepared(executor: Executor, action: Action, content: bytes | None = None) -> str:
    token = executor.prepare(action, content or letter())
    assert token is not None
    return token


def addressed(mail: StoredMessage, name: str) -> list[str]:
    people = objects_of(mail.properties, f"{name}Recipients")
    return [text_of(object_of(one, "emailAddress"), "address") for one in people]


def folder(box: Mailbox) -> str:
    return next(iter(box.messages.values())).folder


@pytest.mark.parametrize(("kind", "place"), [(Kind.ARCHIVE, "archive"), (Kind.DELETE, "deleteditems")])
def test_a_mail_is_moved_however_often_and_comes_back(executor: Executor, box: Mailbox, kind: Kind, place: str) -> None:
    action = order(kind, received(box))
    assert executor.prepare(action, None) is None
    for _ in range(2):
        receipt = executor.execute(action, None)
        assert folder(box) == place
    for _ in range(2):
        executor.undo(action, receipt)
        assert folder(box) == "inbox"


def test_an_undo_that_may_put_a_mail_elsewhere_than_it_lay_says_so_first(executor: Executor, box: Mailbox) -> None:
    assert "the inbox, wherever" in executor.caveat(order(Kind.DELETE, received(box)), {"folder": "inbox"})
    assert executor.caveat(order(Kind.ARCHIVE, received(box)), {"folder": "inbox"}) == ""


@pytest.mark.parametrize("kind", SENDING)
def test_what_was_shown_is_sent_once_and_to_nobody_else(
    executor: Executor, box: Mailbox, flows: PowerAutomateServer, kind: Kind
) -> None:
    action = order(kind, received(box))
    executor.execute(action, prepared(executor, action))
    (sent,) = box.sent()
    assert {name: addressed(sent, name) for name in ("to", "cc", "bcc")} == {
        "to": ["ann@example.org"],
        "cc": ["bob@example.org"],
        "bcc": ["c@d.example"],
    }
    assert sent.subject == "Re: Lunch"
    assert sent.properties["body"] == {"contentType": "html", "content": "<p>Gerne &lt;bald&gt;<br><br>Jo</p>"}
    assert [one.arguments["requestId"] for one in flows.record] == [action.id]


@pytest.mark.parametrize("kind", SENDING)
def test_a_lost_answer_is_never_followed_by_another_try(
    executor: Executor, box: Mailbox, flows: PowerAutomateServer, kind: Kind
) -> None:
    action = order(kind, received(box))
    token = prepared(executor, action)
    flows.misbehave("lost", method=f"flows.{kind.value}", count=1)
    with pytest.raises(OutcomeUnknown):
        executor.execute(action, token)
    assert executor.look(action, token).outcome is Outcome.UNKNOWN
    assert len(box.sent()) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_run_that_failed_may_have_sent_it(
    executor: Executor, box: Mailbox, flows: PowerAutomateServer, status: int
) -> None:
    action = order(Kind.SEND, "")
    flows.misbehave("status", status=status, method="flows.send")
    with pytest.raises(OutcomeUnknown):
        executor.execute(action, prepared(executor, action))
    assert box.sent() == ()


def test_a_busy_power_automate_has_sent_nothing(executor: Executor, box: Mailbox, flows: PowerAutomateServer) -> None:
    action = order(Kind.SEND, "")
    token = prepared(executor, action)
    flows.misbehave("status", status=429, retry_after=30, count=1, method="flows.send")
    with pytest.raises(TryLater) as caught:
        executor.execute(action, token)
    assert caught.value.retry_after == 30
    executor.execute(action, token)
    assert len(box.sent()) == 1


@pytest.mark.parametrize("kind", SENDING)
def test_without_a_token_nothing_was_sent_and_nothing_can_be(executor: Executor, box: Mailbox, kind: Kind) -> None:
    action = order(kind, received(box))
    assert executor.look(action, None).outcome is Outcome.NOT_YET
    with pytest.raises(CannotBe):
        executor.execute(action, None)
    assert box.sent() == ()


@pytest.mark.parametrize(
    "change",
    [{"to": ("eve@example.org",)}, {"bcc": ()}, {"subject": "Other"}, {"text": "Nie"}, {"reply_to": ("x@y.example",)}],
)
def test_what_the_approved_bytes_do_not_say_is_not_sent(executor: Executor, change: dict[str, object]) -> None:
    with pytest.raises(CannotBe):
        executor.prepare(order(Kind.SEND, "", replace(MAIL, **change)), letter())  # type: ignore[arg-type]


def test_a_reply_to_nobody_is_refused_for_outlook_would_choose_somebody(executor: Executor, box: Mailbox) -> None:
    mail = replace(MAIL, to=())
    with pytest.raises(CannotBe):
        executor.prepare(order(Kind.REPLY, received(box), mail), letter(mail))


@pytest.mark.parametrize("kind", [Kind.ARCHIVE, Kind.DELETE, Kind.REPLY])
def test_what_is_gone_cannot_be_acted_upon(executor: Executor, kind: Kind) -> None:
    action = order(kind, id_by_message_id("never@example.org"))
    token = prepared(executor, action) if kind in OUTGOING else None
    with pytest.raises(CannotBe) as caught:
        executor.execute(action, token)
    assert caught.value.code == "gone"


@pytest.mark.parametrize("kind", SENDING)
def test_what_was_sent_cannot_be_taken_back(executor: Executor, box: Mailbox, kind: Kind) -> None:
    with pytest.raises(CannotBe):
        executor.undo(order(kind, received(box)), {})


def test_only_what_there_is_a_flow_for_is_offered(flows: PowerAutomateServer) -> None:
    assert connected(flows).executors[0].kinds == {Kind.ARCHIVE, Kind.DELETE, Kind.REPLY, Kind.SEND}
    fewer = connected(flows, send_url="", reply_url="").executors[0]
    assert fewer.kinds == {Kind.ARCHIVE, Kind.DELETE}
    assert all(fewer.missing_permission(kind) == () for kind in FACTS)
    with pytest.raises(CannotBe):
        fewer.execute(order(Kind.SEND, ""), "a1")
    none = dict.fromkeys(("archive_url", "delete_url", "reply_url", "send_url"), "")
    assert PowerAutomateProvider().connect(account_at(flows, **none), MemoryVault()).executors == ()


def test_an_address_whose_signature_was_renewed_means_sign_in_again(flows: PowerAutomateServer, box: Mailbox) -> None:
    stale = flows.url("archive").rpartition("sig=")[0] + "sig=stale"
    executor = connected(flows, name="gmail", archive_url=stale).executors[0]
    with pytest.raises(SignInAgain) as caught:
        executor.execute(order(Kind.ARCHIVE, received(box)), None)
    assert caught.value.account == "gmail"
    assert "sig" not in str(caught.value)
    assert folder(box) == "inbox"


def test_a_flow_that_is_switched_off_cannot_be(executor: Executor, box: Mailbox, flows: PowerAutomateServer) -> None:
    flows.turn_off("archive")
    with pytest.raises(CannotBe, match="Disabled"):
        executor.execute(order(Kind.ARCHIVE, received(box)), None)
