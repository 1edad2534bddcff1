"""What Alfred makes of a message: its classification, and what must be known before anything is decided on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.account_security import is_account_security
from domain.messages import Authentication, Label, Mail, Message


class Category(StrEnum):
    URGENT = "urgent"
    PERSONAL = "personal"
    WORK = "work"
    NEWSLETTER = "newsletter"
    TRANSACTIONAL = "transactional"
    SPAM = "spam"


class BrainName(StrEnum):
    """Who classified: the owner himself, the prefilter, the brain in the box, or a model."""

    OWNER = "owner"
    PREFILTER = "prefilter"
    LOCAL = "local"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something the message asks of the owner, in its own words, with the day it is due if it names one."""

    text: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class FollowUpHint:
    """Whether the message wants an answer or a check later, and by when."""

    needed: bool = False
    by: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one brain thinks of one message. `priority` is 1 (now) to 5 (never); `confidence` 0 to 1."""

    category: Category
    priority: int
    confidence: float
    summary: str = ""
    action_items: tuple[ActionItem, ...] = ()
    follow_up: FollowUpHint = FollowUpHint()
    suspicion: str = ""
    brain: BrainName = BrainName.LOCAL
    model: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.priority <= 5:
            raise ValueError(f"priority {self.priority} is not 1 to 5")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is not 0 to 1")


@dataclass(frozen=True, slots=True)
class Classification:
    """The verdict that stands for a message, and since when; a row of its own, apart from the message."""

    message_id: str
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """The owner's word on a message: what he set. Corrections are appended and can be taken back, never changed."""

    message_id: str
    at: datetime
    category: Category | None = None
    priority: int | None = None


class Protection(StrEnum):
    """Why a message may never be archived by itself."""

    IMPORTANT = "marked important by the provider"
    ACCOUNT_SECURITY = "about the security of an account"


def protection(message: Message) -> Protection | None:
    """Say why `message` may never be archived by itself, or None; recognised before anything else is decided."""
    if Label.IMPORTANT in message.labels:
        return Protection.IMPORTANT
    if is_account_security(message):
        return Protection.ACCOUNT_SECURITY
    return None


def failed_authentication(message: Message) -> bool:
    """Whether the receiving server says the sender is not who he claims (RFC 8601)."""
    return isinstance(message.body, Mail) and message.body.authentication is Authentication.FAILED
