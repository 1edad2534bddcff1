"""A mail that is larger than one request may be goes out all the same: whole, and once."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.scopes import BASE, SEND, WRITE
from adapters.microsoft.uploads import IN_ONE, apart
from adapters.mime.writer import MimeWriter
from application.ports.executor import Executor
from domain.errors import CannotBe, OutcomeUnknown, TryLater
from domain.kinds import Kind, OutgoingMail
from domain.messages import Address
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.executor.orders import MESSAGE_ID, NOW, an_action
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault

MIB = 1024**2


@pytest.fixture
def mailbox(microsoft: MicrosoftServer) -> Mailbox:
    return microsoft.mailbox(OWNER)


@pytest.fixture
def executor(microsoft: MicrosoftServer) -> Executor:
    account = account_at(microsoft, "gmail")
    vault = signed_in_vault(microsoft, account, (*BASE, WRITE, SEND))
    return MicrosoftProvider(sleep=lambda seconds: None).connect(account, vault).executors[0]


def forwarded(size: int) -> bytes:
    """A mail of at least that many bytes, as it came."""
    head = b"From: Ann <ann@example.org>\r\nSubject: The plans\r\nMessage-ID: <plans@example.org>\r\n\r\n"
    return head + b"From the plans: \xc3\xa9\r\n.\r\n" * (size // 23 + 1)


MAIL = OutgoingMail(("tom@example.org",), subject="Fwd: The plans", text="See below.", message_id=MESSAGE_ID)


def written(*mails: bytes, text: str = MAIL.text) -> bytes:
    return MimeWriter().build(replace(MAIL, text=text), Address("Jo", OWNER), None, mails, NOW)


def sent(executor: Executor, content: bytes) -> None:
    action = an_action(Kind.FORWARD, payload=MAIL)
    executor.execute(action, executor.prepare(action, content))


@pytest.mark.parametrize("size", [IN_ONE, 3 * MIB, 4 * MIB, 7 * MIB])
def test_a_large_mail_is_forwarded_whole(mailbox: Mailbox, executor: Executor, size: int) -> None:
    original = forwarded(size)
    sent(executor, written(original))
    [message] = mailbox.sent()
    [file] = message.attachments.values()
    assert (file.name, file.content) == ("message.eml", original)
    assert (message.message_id, message.subject, message.text.strip()) == (MESSAGE_ID, "Fwd: The plans", "See below.")
    assert [each.split()[-1] for each in message.addresses("toRecipients")] == ["tom@example.org"]


def test_one_that_fits_is_still_one_request(microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor) -> None:
    content = written(forwarded(MIB))
    sent(executor, content)
    assert [each.raw for each in mailbox.sent()] == [content]


@pytest.mark.parametrize("method", ["messages.create", "messages.createUploadSession", "messages.upload"])
@pytest.mark.parametrize("kind", ["lost", "reset", "cut", "status"])
def test_what_was_left_half_done_is_not_sent_without_its_attachments(
    microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor, method: str, kind: str
) -> None:
    original = forwarded(4 * MIB)
    microsoft.misbehave(kind, method=method, count=1, status=503)
    with pytest.raises((TryLater, OutcomeUnknown)):
        executor.prepare(an_action(Kind.FORWARD, payload=MAIL), written(original))
    again = an_action(Kind.FORWARD, payload=MAIL, attempts=2)
    executor.execute(again, executor.prepare(again, written(original)))
    [message] = mailbox.sent()
    assert [file.content for file in message.attachments.values()] == [original]
    assert [each for each in mailbox.messages.values() if each.is_draft] == []


def test_what_was_left_half_done_and_changed_by_the_owner_stays(
    microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor
) -> None:
    microsoft.misbehave("status", method="messages.createUploadSession", count=1, status=503)
    with pytest.raises((TryLater, OutcomeUnknown)):
        executor.prepare(an_action(Kind.FORWARD, payload=MAIL), written(forwarded(4 * MIB)))
    [half] = mailbox.newest_first("drafts")
    half.raw = half.mime() + b"Mine."
    again = an_action(Kind.FORWARD, payload=MAIL, attempts=2)
    executor.prepare(again, written(forwarded(4 * MIB)))
    executor.discard(again, None)
    assert mailbox.newest_first("drafts") == [half]


def test_a_text_that_is_too_large_is_refused_for_good_and_leaves_nothing(mailbox: Mailbox, executor: Executor) -> None:
    with pytest.raises(CannotBe) as caught:
        executor.prepare(an_action(Kind.SEND), written(text="long " * MIB))
    assert caught.value.code == "too_large"
    assert mailbox.messages == {}


def test_no_piece_goes_to_an_address_that_is_not_microsofts(microsoft: MicrosoftServer, executor: Executor) -> None:
    api = executor._api  # type: ignore[attr-defined]
    for address in (
        "https://evil.example/uploads/1",
        "http://outlook.office.com/1",
        "https://outlook.office.com.evil/1",
    ):
        with pytest.raises(CannotBe) as caught:
            api.upload(address, b"secret", "bytes 0-5/6")
        assert caught.value.code == "foreign_address"


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_mail_comes_apart_into_what_it_was_made_of(mails: list[bytes], text: str) -> None:
    light, files = apart(written(*mails, text=text))
    assert light == written(text=text)
    assert [file.content for file in files] == mails
    assert message_from_bytes(light, policy=policy.default)["Message-ID"] == MESSAGE_ID
