"""A mail to deliver, and what polls of it tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from application.ports.mail import Batch
from application.ports.mime import RawMail
from tests.contract.mail_source.worlds import MailWorld

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def a_mail(subject: str = "Lunch", body: str = "Shall we meet at noon?\n") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Lee <ann@example.org>", "jo@example.com", subject
    mail.set_content(body)
    return mail.as_bytes()


def deliver_many(world: MailWorld, number: int, first: datetime = MONDAY) -> list[str]:
    """Let mails arrive a minute after the other; return their ids, oldest first."""
    return [world.deliver(a_mail(f"Number {at}"), first + timedelta(minutes=at)) for at in range(number)]


def arrived(batches: Iterable[Batch]) -> list[str]:
    return [raw.provider_id for batch in batches for raw in batch.arrived if isinstance(raw, RawMail)]


def cursor_of(batches: list[Batch]) -> str:
    """The cursor of the last batch; only the last may cover everything."""
    assert batches[-1].cursor is not None
    return batches[-1].cursor


def first_cursor(world: MailWorld) -> str:
    return cursor_of(list(world.source.latest(50)))
