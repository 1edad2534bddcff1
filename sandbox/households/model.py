"""What a household is: its owner, the mail that came, and for each mail the right answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.statements.promises import Promise
    from sandbox.statements.year import BankStatement

from sandbox.households.works import Works


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
class Post:
    """One Teams message: `html` as it is written, `mentions` are addresses.

    `sent` is in UTC; the id is the millisecond of it, as Teams has it; `thread_id` is its own where it begins a thread.
    """

    account: str
    team: str
    channel: str
    id: str
    thread_id: str
    sent: datetime
    author: str
    author_name: str
    html: str
    mentions: tuple[str, ...]
    answer: Answer | None
    key: str


@dataclass(frozen=True, slots=True)
class Event:
    """One calendar entry; `start` and `end` are in the owner's zone, whole days from midnight to midnight.

    `attendees` are addresses with the name shown, `response` is `organizer`, `none`, `accepted`, `tentative` or
    `declined`; `rule` is an RFC 5545 recurrence. `clashes` are the keys of what it truly clashes with, and `invited_by`
    the key of the mail that asked for it.
    """

    account: str
    id: str
    title: str
    start: datetime
    end: datetime
    zone: str
    organizer: str
    organizer_name: str
    attendees: tuple[tuple[str, str], ...] = ()
    response: str = "organizer"
    place: str = ""
    all_day: bool = False
    free: bool = False
    online: bool = False
    rule: str = ""
    clashes: tuple[str, ...] = ()
    invited_by: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Household:
    """One owner's world, oldest mail first.

    `outlook` is the mail at work: its ids are immutable ones, and its labels are the folder's well-known name and then
    `unread`, `flagged` or categories. `chats` are the Teams messages, `events` those of all calendars,
    `works` what waits in Azure DevOps.
    """

    name: str
    seed: int
    now: datetime
    owner: Person
    accounts: tuple[Account, ...]
    mails: tuple[Mail, ...]
    outlook: tuple[Mail, ...] = ()
    chats: tuple[Post, ...] = ()
    events: tuple[Event, ...] = ()
    works: Works | None = None

    @property
    def statements(self) -> tuple[BankStatement, ...]:
        """Return a year of statements of two banks, as files and as the mails they came with, oldest first.

        The mails are not among `mails`: move them in beside those where the books are wanted.
        """
        from sandbox.statements.year import statements

        return statements(self.owner.name, self.owner.address, self.seed, self.now, self.owner.zone)

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Return what shops wrote about money that should move, with what became of it; not among `mails` either."""
        from sandbox.statements.promises import promises

        return promises(self.owner.name, self.owner.address, self.statements)

    @property
    def arrivals(self) -> tuple[Mail, ...]:
        """Return what came in since the owner last looked."""
        return tuple(mail for mail in self.mails if mail.arrival)

    def mail(self, key: str) -> Mail:
        """Return the mail that the data calls `key`."""
        return next(mail for mail in (*self.mails, *self.outlook) if mail.key == key)

    def account(self, name: str) -> Account:
        """Return the account that the data calls `name`."""
        return next(account for account in self.accounts if account.name == name)

    def event(self, key: str) -> Event:
        """Return the event that the data calls `key`."""
        return next(event for event in self.events if event.key == key)

    @property
    def clashes(self) -> frozenset[frozenset[str]]:
        """Return the pairs of events that truly clash, by their keys."""
        return frozenset(frozenset((event.key, other)) for event in self.events for other in event.clashes)
