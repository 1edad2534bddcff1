"""Mails to try the brain on, built in one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

from domain.messages import Address, Authentication, Chat, Mail, Message
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
    list_unsubscribe: str = "",
    one_click_unsubscribe: bool = False,
    auto_submitted: bool = False,
    in_reply_to: str = "",
    html: str = "",
) -> Message:
    name, _, address = sender.rstrip(">").rpartition("<")
    body = Mail(
        text,
        html=html,
        in_reply_to=in_reply_to,
        list_id=list_id,
        list_unsubscribe=list_unsubscribe or list_id,
        one_click_unsubscribe=one_click_unsubscribe,
        auto_submitted=auto_submitted,
        authentication=authentication,
    )
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


def a_post(text: str, *mentions: str) -> Message:
    """Return a post in a channel of the office that mentions these addresses."""
    return replace(
        a_mail(text, subject="Incidents", sender="Ann Lee <ann@corp.example>"),
        provider="microsoft",
        source="office/teams",
        to=(),
        body=Chat(text, channel="Incidents", mentions=tuple(Address("", address) for address in mentions)),
    )


def again(message: Message) -> Message:
    """Return the same mail as it would come another day, under another id."""
    return replace(message, id=f"gmail:{next(_NUMBERS)}")


def correction(message: Message, category: Category | None, priority: int | None = None, minute: int = 0) -> Correction:
    return Correction(message.id, FRIDAY.replace(minute=minute), category, priority)
