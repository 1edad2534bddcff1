"""Mails to try the brain on, built in one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

from domain.messages import Address, Authentication, Mail, Message
from domain.triage import Category, Correction

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
OWNER = "jo@home.example"
_NUMBERS = count(1)


def a_mail(
    text: str,
    *,
    subject: str = "A word",
    sender: str = "Ann Lee <ann@partner.example>",
    labels: frozenset[str] = frozenset(),
    authentication: Authentication = Authentication.UNKNOWN,
    list_id: str = "",
    html: str = "",
) -> Message:
    name, _, address = sender.rstrip(">").rpartition("<")
    body = Mail(text, html=html, list_id=list_id, list_unsubscribe=list_id, authentication=authentication)
    return Message(
        id=f"gmail:{next(_NUMBERS)}",
        account="gmail",
        provider="google",
        source="gmail/mail",
        thread_id="thread",
        sent_at=FRIDAY,
        received_at=FRIDAY,
        sender=Address(name.strip(), address),
        to=(Address("Jo", OWNER),),
        subject=subject,
        body=body,
        labels=labels,
    )


def again(message: Message) -> Message:
    """Return the same mail as it would come another day, under another id."""
    return replace(message, id=f"gmail:{next(_NUMBERS)}")


def correction(message: Message, category: Category | None, priority: int | None = None, minute: int = 0) -> Correction:
    return Correction(message.id, FRIDAY.replace(minute=minute), category, priority)
