"""Asking the sources for what is not stored: in bounded time, without news, and saying who could not be asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.mailbox import MemoryMailbox
from application.chat.registry import Errand, Found, Tool
from application.chat.tools.chats import TOOLS as CHATS
from application.chat.tools.mail import TOOLS as MAIL
from application.intake.searching import Searching
from application.ports.action_log import ActionQuery
from application.ports.mail import Batch
from application.ports.mime import RawMail
from application.ports.providers import Account, Connection
from domain.errors import SignInAgain, TryLater
from domain.messages import Address, Chat, Label, Message, MessageKind
from tests.integration.api.house import ZONE, House, build, raw_mail

LONG_AGO = datetime(2019, 5, 6, 9, 0, tzinfo=UTC)
OFFICE = Account("office", "paper")


class Rooms(MemoryMailbox):
    """Chats of which a search finds one message, after `held` is let go."""

    holds = MessageKind.CHAT

    def __init__(self) -> None:
        super().__init__("office")
        self.name = "office/teams"
        self.held = threading.Event()
        self.held.set()

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        self.held.wait(10)
        body = Chat("The export was rewritten", "<p>The export was rewritten</p>", "Data")
        yield Batch((_said(body),))


def _said(body: Chat) -> Message:
    person = Address("Priya", "priya@office.example")
    return Message(
        id="office:room:1", account="office", provider="paper", source="office/teams", thread_id="room:1",
        sent_at=LONG_AGO, received_at=LONG_AGO, sender=person, to=(), subject="Data", body=body,
        labels=frozenset({Label.INBOX}),
    )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(MemoryStore(), tmp_path, LocalBrain(ZONE))


@pytest.fixture
def rooms(house: House) -> Rooms:
    found = Rooms()
    house.services.connections.add(Connection(OFFICE, Address("Jo", "jo@office.example"), (found,)))
    return found


def ask(house: House, tool: Tool, query: str, **more: object) -> Found:
    workshop = house.services.chat()._workshop
    return tool.run(workshop, Errand(()), tool.takes(query=query, **more))


def searching(house: House, patience: float) -> Searching:
    return Searching(house.store, house.services.rounds.take_in_history, house.clock, patience)


def test_a_mail_from_before_alfred_is_found_and_nothing_is_proposed_on_it(house: House) -> None:
    house.deliver(subject="Lunch")
    house.mailbox.deliver(raw_mail(subject="The lease of Bay Road"), received_at=LONG_AGO)
    covered = house.store.sources.covered(house.mailbox.name, LONG_AGO)
    house.clock.advance(timedelta(hours=1))
    found = ask(house, MAIL[0], "lease")
    assert [line.partition(": ")[2] for line in found.lines] == ["The lease of Bay Road"]
    assert found.said == "Found 1 message for “lease”"
    assert house.store.actions.list(ActionQuery()).items == ()
    assert house.store.sources.covered(house.mailbox.name, LONG_AGO) == covered


def test_where_enough_is_stored_nobody_is_asked(house: House) -> None:
    for number in range(3):
        house.deliver(subject=f"Lease {number}")
    house.mailbox.deliver(raw_mail(subject="Lease of old"), received_at=LONG_AGO)
    assert len(ask(house, MAIL[0], "lease").lines) == 3


@pytest.mark.parametrize("only", [{"category": "work"}, {"max_priority": 2}])
def test_what_only_alfred_knows_of_a_mail_is_not_asked_for(house: House, only: dict[str, object]) -> None:
    house.mailbox.fail_next(TryLater("busy"))
    assert ask(house, MAIL[0], "lease", **only).said == "Found 0 messages for “lease”"


def test_what_is_older_than_wanted_is_left_out(house: House) -> None:
    house.mailbox.deliver(raw_mail(subject="Lease of old"), received_at=LONG_AGO)
    assert ask(house, MAIL[0], "lease", since=LONG_AGO + timedelta(days=1)).lines == ()


def test_what_was_said_in_a_chat_before_alfred_is_found(house: House, rooms: Rooms) -> None:
    found = ask(house, CHATS[0], "export")
    assert found.said == "1 chat message for “export”"
    assert "The export was rewritten" in found.lines[0]
    assert found.passages[0].account == "office"
    assert house.store.messages.get("office:room:1").classification is not None


def test_who_cannot_be_asked_is_named(house: House) -> None:
    house.mailbox.fail_next(TryLater("busy"))
    found = ask(house, MAIL[0], "lease")
    assert found.said == "Found 0 messages for “lease”; home/mail could not be asked beyond what I keep"
    assert found.text == "nothing found; home/mail could not be asked beyond what I keep"


def test_a_source_that_waits_for_a_sign_in_is_not_asked(house: House) -> None:
    house.mailbox.fail_next(SignInAgain("expired", account="home"))
    with pytest.raises(SignInAgain):
        house.services.rounds.poll(house.mailbox)
    assert searching(house, 5).ask([house.mailbox], "lease", 5).unasked == ("home/mail",)


def test_who_is_slow_is_named_and_what_he_finds_late_is_kept(house: House, rooms: Rooms) -> None:
    rooms.held.clear()
    kept = threading.Event()

    def take_in(source: str, found: Sequence[RawMail | Message]) -> None:
        house.services.rounds.take_in_history(source, found)
        kept.set()

    slow = Searching(house.store, take_in, house.clock, patience=0.05).ask([rooms], "export", 5)
    assert (slow.ids, slow.unasked) == ((), ("office/teams",))
    rooms.held.set()
    assert kept.wait(10)
    assert house.store.messages.known(["office:room:1"])
