"""The household as it is loaded, and its mails as they are read."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache

from sandbox import household
from sandbox.household import Household, Mail

MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def parsed(mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: Mail, subtype: str = "plain") -> str:
    part = parsed(mail).get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@cache
def the_household(seed: int = 0, reworded: bool = False) -> Household:
    return household.load(seed=seed, now=MONDAY, reworded=reworded)
