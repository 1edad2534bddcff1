"""Gmail's way of numbering attachments and the mail reader's are one and the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from adapters.google import GoogleProvider
from adapters.mime.reader import MimeReader
from application.ports.mail import MessageSource
from application.ports.mime import RawMail
from domain.messages import Message
from sandbox.google import GoogleServer
from tests.contract.google.setting import OWNER, account_at, signed_in_vault


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer([OWNER], quota=None) as server:
        yield server


@pytest.fixture
def source(google: GoogleServer) -> MessageSource:
    account = account_at(google)
    return GoogleProvider().connect(account, signed_in_vault(google, account)).messages[0]


def plain() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ann <ann@example.org>", "Papers"
    mail.set_content("See below.\n")
    return mail


def newsletter() -> EmailMessage:
    mail = plain()
    mail.add_alternative("<p>See below <img src='cid:logo'></p>", subtype="html")
    mail.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo>")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="offer.pdf")
    return mail


def with_text_files() -> EmailMessage:
    mail = plain()
    mail.add_attachment("a,b\n1,2\n", subtype="csv", filename="figures.csv")
    mail.add_attachment("Notes\n", filename="notes.txt")
    mail.add_attachment("Standing in line\n", disposition="inline", filename="inline.txt")
    return mail


def invitation() -> EmailMessage:
    mail = plain()
    mail.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename="invite.ics")
    return mail


def only_a_picture() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ann@example.org", "Look"
    mail.set_content(b"\xff\xd8\xff", maintype="image", subtype="jpeg", filename="cat.jpg")
    return mail


@pytest.mark.parametrize("build", [plain, newsletter, with_text_files, invitation, only_a_picture])
def test_each_attachment_has_the_same_number_everywhere(
    google: GoogleServer, source: MessageSource, build: type[EmailMessage]
) -> None:
    content = build().as_bytes()
    id = google.mailbox(OWNER).deliver(content)
    reader = MimeReader()
    message = reader.read(
        RawMail("gmail", "google", "gmail/mail", id, id, datetime(2026, 11, 23, tzinfo=UTC), frozenset(), content)
    )
    assert isinstance(message, Message)
    told = [source.attachment(id, at.index) for at in message.attachments]
    assert [name for _, name, _ in told] == [at.name for at in message.attachments]
    assert [kind for _, _, kind in told] == [at.media_type for at in message.attachments]
    assert [data for data, _, _ in told] == [reader.attachment(content, at.index) for at in message.attachments]
