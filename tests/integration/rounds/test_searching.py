"""Asking the sources for what is not stored: in bounded time, without news, and saying who could not be asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.mailbox import MemoryMailbox
from application.acting.drafting import Proposal
from application.chat.registry import Errand, Found, Tool
from application.chat.tools.chats import TOOLS as CHATS
from application.chat.tools.mail import TOOLS as MAIL
from application.intake.searching import Searched, Searching
from application.intake.visits import Visits
from application.ports.action_log import ActionQuery
from application.ports.mail import Batch
from application.ports.providers import Account, Connection
from domain.actions import Status
from domain.errors import SignInAgain, TryLater
from domain.kinds import Kind
from domain.messages import Address, Chat, Label, Message, MessageKind
from domain.rules import starter_rules
from domain.tasks import FollowUp
from tests.integration.api.house import ZONE, House, build, raw_mail

BULK = "List-Unsubscribe: <https://list.example/u>\r\nList-Id: <deals.list.example>\r\nPrecedence: bulk\r\n"
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
        self.refused: dict[str, str] = {}

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        self.held.wait(10)
        body = Chat("The export was rewritten", "<p>The export was rewritten</p>", "Data")
        yield Batch((_said(body),), refused=self.refused)


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


def visits(house: House) -> Visits:
    return Visits(house.store, house.clock)


def searching(house: House, patience: float) -> Searching:
    return Searching(visits(house), house.services.rounds.take_in_found, patience)


def follow_the_starter_rules(house: House) -> None:
    for rule in starter_rules():
        house.store.rules.put(rule)


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


def test_a_mail_that_is_asked_for_before_its_round_is_news_all_the_same(house: House) -> None:
    follow_the_starter_rules(house)
    house.deliver(subject="Lunch")
    house.clock.advance(timedelta(minutes=1))
    house.mailbox.deliver(raw_mail(subject="Weekly offers", headers=BULK), received_at=house.clock.now())
    assert len(ask(house, MAIL[0], "offers").lines) == 1
    assert len(house.store.actions.list(ActionQuery()).items) == 1
    assert (house.services.rounds.poll(house.mailbox).new, house.store.messages.awaiting(9)) == ([], ())


@pytest.mark.parametrize(("late", "is_news"), [(timedelta(minutes=30), True), (timedelta(hours=2), False)])
def test_what_its_provider_lists_a_little_late_is_news(house: House, late: timedelta, is_news: bool) -> None:
    follow_the_starter_rules(house)
    house.services.rounds.poll(house.mailbox)
    house.clock.advance(timedelta(days=1))
    house.services.rounds.poll(house.mailbox)
    house.mailbox.deliver(raw_mail(subject="Weekly offers", headers=BULK), received_at=house.clock.now() - late)
    ask(house, MAIL[0], "offers")
    assert bool(house.store.actions.list(ActionQuery()).items) is is_news


def test_the_owners_answer_closes_what_he_owes_though_it_is_asked_for_before_its_round(house: House) -> None:
    asked = house.store.messages.get(house.deliver(subject="Shall we meet?")).message
    owed = FollowUp("f1", "Meet", "me", house.clock.now(), message_id=asked.id, thread_id=asked.thread_id)
    house.store.tasks.put_follow_up(owed)
    house.clock.advance(timedelta(hours=1))
    answer = raw_mail(subject="Re: Shall we meet?", text="At noon")
    house.mailbox.deliver(answer, {Label.SENT}, house.clock.now(), thread_id=asked.thread_id)
    ask(house, MAIL[0], "noon")
    house.services.rounds.poll(house.mailbox)
    assert house.store.tasks.follow_ups() == ()


def test_what_a_search_sees_changed_closes_what_lost_its_reason(house: House) -> None:
    id = house.deliver(subject="Lunch")
    action = house.services.actions.propose(Proposal(Kind.ARCHIVE, id))
    house.clock.advance(timedelta(days=1))
    house.services.rounds.poll(house.mailbox)
    house.mailbox.relabel(id.removeprefix("home:"), remove=[Label.INBOX])
    ask(house, MAIL[0], "lunch")
    house.services.rounds.poll(house.mailbox)
    assert house.store.actions.get(action.id).status is Status.SUPERSEDED


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


def test_who_found_something_that_could_not_be_stored_in_time_is_named(house: House) -> None:
    house.mailbox.deliver(raw_mail(subject="Lease of old"), received_at=LONG_AGO)
    stored = threading.Event()

    def take_in(source: str, found: Batch) -> None:
        assert stored.wait(10)

    slow = Searching(visits(house), take_in, patience=0.5).ask([house.mailbox], "lease", 5)
    stored.set()
    assert slow == Searched((), ("home/mail",))


def test_what_a_source_finds_and_refuses_to_hand_over_is_set_aside(house: House, rooms: Rooms) -> None:
    rooms.refused = {"x": "it is too large"}
    ask(house, CHATS[0], "export")
    aside = house.store.messages.set_aside_since(house.clock.now() - timedelta(hours=1))
    assert aside == (("office/teams", "x", "it is too large"),)


def test_who_is_slow_is_named_and_what_he_finds_late_is_kept(house: House, rooms: Rooms) -> None:
    rooms.held.clear()
    kept = threading.Event()

    def take_in(source: str, found: Batch) -> None:
        house.services.rounds.take_in_found(source, found)
        kept.set()

    slow = Searching(visits(house), take_in, patience=0.05).ask([rooms], "export", 5)
    assert (slow.ids, slow.unasked) == ((), ("office/teams",))
    rooms.held.set()
    assert kept.wait(10)
    assert house.store.messages.known(["office:room:1"])
