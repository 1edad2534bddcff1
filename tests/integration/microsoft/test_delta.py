"""Outlook's deltas through the real intake: whatever happens in the mailbox, what is stored comes out equal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from adapters.memory.store import MemoryStore
from adapters.microsoft import MicrosoftProvider
from adapters.mime.reader import MimeReader
from application.intake.intake import Intake, TakenIn
from application.intake.one_time_codes import OneTimeCodes
from application.ports.mail import MessageSource
from application.ports.store import MessageQuery
from domain.errors import AlfredError
from domain.messages import Label
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.call import object_of, texts_of
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.microsoft.mail.message import StoredMessage
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault
from tests.unit.application.desk import SetClock

PLACES = {"inbox": Label.INBOX, "junkemail": Label.SPAM, "deleteditems": Label.TRASH, "sentitems": Label.SENT}
LEFT_OUT = {Label.SPAM, Label.TRASH}
# Longer than what the adapter takes for the same moment; in the soak so short that the nightly sweep sees all of it.
STEP_SECONDS, SOAK_STEP_SECONDS = 40.0, 20.0


class CutOff(AlfredError):
    """The daemon dies here."""


@dataclass(slots=True)
class Office:
    """The mailbox, an owner and a weather that do as the dice say, and Alfred who polls."""

    server: MicrosoftServer
    source: MessageSource
    dice: random.Random
    own: str
    now: float
    forgetful: bool
    pace: float = STEP_SECONDS
    store: MemoryStore = field(default_factory=MemoryStore)
    new: list[str] = field(default_factory=list)
    delivered: int = 0

    @property
    def mailbox(self) -> Mailbox:
        return self.server.mailbox(OWNER)

    @property
    def folders(self) -> tuple[str, ...]:
        return ("inbox", "inbox", "inbox", "archive", "junkemail", "deleteditems", "sentitems", self.own)

    def step(self) -> None:
        self.now += self.pace
        standing = list(self.mailbox.messages.values())
        what = self.dice.choices(
            (self.deliver, self.move, self.delete, self.mark, self.poll, self.die, self.throttle, self.expire),
            (40, 16, 6, 16, 8, 2, 2, int(self.forgetful)),
        )[0]
        if standing or what == self.deliver:
            what()

    def deliver(self) -> None:
        self.delivered += 1
        raw = f"Subject: Matter {self.delivered}\r\nMessage-ID: <{self.delivered}@example.org>\r\n\r\nHello\r\n"
        self.mailbox.deliver(raw.encode(), self.dice.choice(self.folders))

    def move(self) -> None:
        self.mailbox.move(self.one(), self.mailbox.folders[self.dice.choice(self.folders)])

    def delete(self) -> None:
        self.mailbox.delete(self.one())

    def mark(self) -> None:
        flag = {"flagStatus": self.dice.choice(("flagged", "notFlagged"))}
        properties = {"isRead": self.dice.random() < 0.5, "flag": flag, "categories": self.dice.choice(([], ["Acme"]))}
        self.mailbox.change(self.one(), properties)

    def one(self) -> StoredMessage:
        """One of the newer messages, as an owner would pick, or any."""
        standing = list(self.mailbox.messages.values())
        return self.dice.choice(standing[-20:] if self.dice.random() < 0.7 else standing)

    def throttle(self) -> None:
        for status in (429, 503):
            self.server.misbehave("status", status=status, probability=0.3, count=6, seed=self.dice.randrange(1000))

    def expire(self) -> None:
        self.server.expire_delta(OWNER)

    def poll(self) -> None:
        with suppress(AlfredError):
            self.intake().poll(self.source, self.note)

    def die(self) -> None:
        """Be killed after the first batch was stored, before anything that covers it."""

        def cut_off(part: TakenIn) -> None:
            self.note(part)
            raise CutOff("killed")

        with suppress(AlfredError):
            self.intake().poll(self.source, cut_off)

    def note(self, part: TakenIn) -> None:
        self.new += part.new

    def intake(self) -> Intake:
        return Intake(self.store, MimeReader(), OneTimeCodes(), SetClock(datetime.fromtimestamp(self.now + 1, UTC)))

    def stored(self) -> dict[str, frozenset[str]]:
        """What Alfred holds, by provider id, with its labels."""
        found: dict[str, frozenset[str]] = {}
        cursor: str | None = None
        while True:
            page = self.store.messages.list(MessageQuery(), cursor, 500)
            found |= {each.message.provider_id: each.message.labels for each in page.items}
            cursor = page.next_cursor
            if cursor is None:
                return found

    def standing(self) -> dict[str, frozenset[str]]:
        return {message.key: frozenset(self.labels(message)) for message in self.mailbox.messages.values()}

    def labels(self, message: StoredMessage) -> Iterator[str]:
        if message.folder in PLACES:
            yield PLACES[message.folder]
        if message.folder == self.own:
            yield "Clients"
        if not message.properties["isRead"]:
            yield Label.UNREAD
        if object_of(message.properties, "flag")["flagStatus"] == "flagged":
            yield Label.STARRED
        yield from texts_of(message.properties, "categories")


def office(microsoft: MicrosoftServer, seed: int, *, forgetful: bool) -> Office:
    account = account_at(microsoft)
    provider = MicrosoftProvider(sleep=lambda seconds: None)
    source = provider.connect(account, signed_in_vault(microsoft, account)).messages[0]
    own = microsoft.mailbox(OWNER).create_folder("Clients", "msgfolderroot").key
    made = Office(microsoft, source, random.Random(seed), own, datetime.now(UTC).timestamp(), forgetful)
    microsoft.mailboxes.clock = lambda: made.now
    made.poll()
    return made


def live_until(made: Office, messages: int) -> None:
    """Let things happen until so many messages have come, then let the weather clear and Alfred poll.

    Where Microsoft forgets cursors, an old mail that was rescued from junk meanwhile is the nightly sweep's to find.
    """
    while made.delivered < messages:
        made.step()
    made.server.behave()
    made.intake().poll(made.source, made.note)
    if made.forgetful:
        made.intake().sweep(made.source, 7, made.note)


def judge(made: Office) -> None:
    standing, stored = made.standing(), made.stored()
    taken = {id: labels for id, labels in standing.items() if not labels & LEFT_OUT}
    assert {id: labels for id, labels in stored.items() if not labels & LEFT_OUT} == taken
    assert {id: standing.get(id) for id in stored} == stored
    assert len(made.new) == len(set(made.new))


@pytest.mark.parametrize("forgetful", [False, True], ids=["remembered", "forgotten"])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_stored_equals_the_mailbox_and_nothing_is_new_twice(seed: int, forgetful: bool) -> None:
    with MicrosoftServer([OWNER], limit=None) as microsoft:
        made = office(microsoft, seed, forgetful=forgetful)
        live_until(made, 200)
        judge(made)


@pytest.mark.soak
def test_ten_thousand_messages_later_it_still_does() -> None:
    with MicrosoftServer([OWNER], limit=None) as microsoft:
        made = office(microsoft, 99, forgetful=True)
        made.pace = SOAK_STEP_SECONDS
        live_until(made, 10_000)
        judge(made)
