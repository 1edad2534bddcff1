"""An Outlook mailbox to which all manner of things happen, and an Alfred who reads it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.memory.store import MemoryStore
from adapters.microsoft import MicrosoftProvider
from adapters.mime.reader import MimeReader
from application.intake.intake import Intake, OnBatch
from application.intake.one_time_codes import OneTimeCodes
from application.intake.taken_in import TakenIn
from application.intake.visits import Visits
from application.ports.mail import MessageSource
from application.ports.store import MessageQuery, Store
from domain.errors import AlfredError
from domain.messages import Label
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.call import object_of, texts_of
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.microsoft.mail.message import StoredMessage
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault
from tests.integration.api.house import House
from tests.unit.application.desk import SetClock

PLACES = {"inbox": Label.INBOX, "junkemail": Label.SPAM, "deleteditems": Label.TRASH, "sentitems": Label.SENT}
LEFT_OUT = {Label.SPAM, Label.TRASH}
# Longer than what the adapter takes for the same moment.
STEP_SECONDS = 40.0


class CutOff(AlfredError):
    """The daemon dies here."""


@dataclass(slots=True)
class Office:
    """The mailbox, an owner and a weather that do as the dice say, and Alfred who polls."""

    server: MicrosoftServer
    source: MessageSource
    dice: random.Random
    own: str
    forgetful: bool
    now: float = field(default_factory=lambda: datetime.now(UTC).timestamp())
    store: Store = field(default_factory=MemoryStore)
    new: list[str] = field(default_factory=list)
    delivered: int = 0

    @property
    def mailbox(self) -> Mailbox:
        return self.server.mailbox(OWNER)

    @property
    def folders(self) -> tuple[str, ...]:
        return ("inbox", "inbox", "inbox", "archive", "junkemail", "deleteditems", "sentitems", self.own)

    def open(self) -> None:
        """Let Alfred have a first look, at a mailbox that goes by this office's clock."""
        self.poll()
        self.server.mailboxes.clock = lambda: self.now

    def step(self) -> None:
        self.now += STEP_SECONDS
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
            self.take_in(self.note)

    def die(self) -> None:
        """Be killed after the first batch was stored, before anything that covers it."""

        def cut_off(part: TakenIn) -> None:
            self.note(part)
            raise CutOff("killed")

        with suppress(AlfredError):
            self.take_in(cut_off)

    def note(self, part: TakenIn) -> None:
        self.new += part.new

    def take_in(self, on_batch: OnBatch) -> None:
        clock = SetClock(datetime.fromtimestamp(self.now + 1, UTC))
        Intake(self.store, MimeReader(), OneTimeCodes(), Visits(self.store, clock), clock).poll(self.source, on_batch)

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


@dataclass(slots=True)
class Household(Office):
    """An office whose Alfred does all that he does in a round: he takes in, classifies and proposes."""

    house: House = field(kw_only=True)

    def take_in(self, on_batch: OnBatch) -> None:
        self.house.clock.at = datetime.fromtimestamp(self.now + 1, UTC)
        self.house.services.rounds.poll(self.source, on_batch)
        if self.dice.random() < 0.5:
            self.tidy()

    def tidy(self) -> None:
        """Give the brain chances enough to be in order."""
        for _ in range(5):
            self.house.services.rounds.tidy()


def mail_of(microsoft: MicrosoftServer) -> MessageSource:
    account = account_at(microsoft)
    provider = MicrosoftProvider(sleep=lambda seconds: None)
    return provider.connect(account, signed_in_vault(microsoft, account)).messages[0]


def own_folder(microsoft: MicrosoftServer) -> str:
    return microsoft.mailbox(OWNER).create_folder("Clients", "msgfolderroot").key
