"""What a household is: its owner, the mail that came, and for each mail the right answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Person:
    """The owner: how he is addressed, his own mail address, his IANA time zone and his language."""

    name: str
    address: str
    form_of_address: str
    zone: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Account:
    """One sign-in at a provider; `address` is what the provider calls the user."""

    name: str
    provider: str
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a perfect reader makes of one mail.

    `priorities` are all that count as right. `action` is what is asked of the owner, None where nothing is.
    `proposal` is `archive`, `reply`, `delete` or None (leave it alone). `flags`: `prefilter` (settled without a model),
    `protected`, `security`, `phishing`, `hostile`, `code`, `invitation`, `review`, `escalation`. `rank` is the place in
    the briefing, 1 first. A fair summary holds one of `summary_words` at least.
    """

    category: str
    priorities: frozenset[int]
    action: str | None = None
    due: date | None = None
    follow_up: bool = False
    proposal: str | None = None
    flags: frozenset[str] = frozenset()
    rank: int | None = None
    summary_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """One Gmail message: ids as Gmail writes them, `received` in UTC, `raw` the complete RFC 5322 bytes.

    `arrival` is False for what was there before (the owner's own replies, archived threads); such mail has no answer.
    `key` names the mail in the household's data, whatever the seed.
    """

    account: str
    id: str
    thread_id: str
    received: datetime
    labels: tuple[str, ...]
    raw: bytes
    answer: Answer | None
    key: str = ""
    arrival: bool = True


@dataclass(frozen=True, slots=True)
class Household:
    """One owner's world, oldest mail first."""

    name: str
    seed: int
    now: datetime
    owner: Person
    accounts: tuple[Account, ...]
    mails: tuple[Mail, ...]

    @property
    def arrivals(self) -> tuple[Mail, ...]:
        """Return what came in since the owner last looked."""
        return tuple(mail for mail in self.mails if mail.arrival)

    def mail(self, key: str) -> Mail:
        """Return the mail that the data calls `key`."""
        return next(mail for mail in self.mails if mail.key == key)
