"""Raw mail for the tests of reading and writing."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.mime.reader import MimeReader
from application.ports.mime import RawMail
from domain.messages import Mail, Message

RECEIVED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def raw(content: bytes | str, provider: str = "google", thread: str = "") -> RawMail:
    data = content.encode() if isinstance(content, str) else content
    return RawMail("me", provider, "me/mail", "m1", thread, RECEIVED, frozenset({"inbox"}), data)


def read(content: bytes | str, provider: str = "google", thread: str = "") -> Message:
    found = MimeReader().read(raw(content, provider, thread))
    assert isinstance(found, Message), found
    return found


def mail_of(content: bytes | str, provider: str = "google") -> Mail:
    mail = read(content, provider).mail
    assert mail is not None
    return mail


def simple(headers: str = "", text: str = "Hello") -> str:
    return f"From: Ann <ann@firm.example>\nDate: Mon, 23 Nov 2026 08:00:00 +0000\n{headers}\n{text}"
