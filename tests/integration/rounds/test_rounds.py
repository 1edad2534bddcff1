"""What a round brings about, from the poll to the proposals, over a household of twins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import ClassVar

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.mailbox import MemoryMailbox
from application.acting.drafting import Proposal
from application.intake.handing_on import AT_ONCE
from application.intake.visits import SLIP
from application.ports.action_log import ActionQuery
from application.ports.mail import Batch
from application.ports.providers import Account, Connection
from application.ports.store import MessageQuery, Taken
from application.proposing.rule_book import SORTED_BACK
from domain.actions import Status
from domain.errors import SignInAgain, TryLater
from domain.kinds import Kind
from domain.messages import Address, Label, Message
from domain.rules import starter_rules
from domain.sources import account_of
from domain.tasks import FollowUp
from tests.integration.api.house import ZONE, House, build, raw_mail

BULK = "List-Unsubscribe: <https://list.example/u>\r\nList-Id: <deals.list.example>\r\nPrecedence: bulk\r\n"
OFFERS = "Save 50% on shoes this week only"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(MemoryStore(), tmp_path, LocalBrain(ZONE))


def test_a_second_poll_brings_nothing_new(house: House) -> None:
    house.deliver(subject="Weekly offers", text=OFFERS, headers=BULK)
    taken = house.services.rounds.poll(house.mailbox)
    assert (taken.new, taken.changed) == ([], [])


def test_a_bad_mail_does_not_hold_up_the_rest(house: House) -> None:
    house.mailbox.deliver(b" \r\n", received_at=house.clock.now())
    house.deliver(subject="Lunch?", text="Are you free at noon?")
    assert house.store.messages.count(MessageQuery()) == 1
    assert len(house.store.messages.set_aside_since(house.clock.now() - timedelta(hours=1))) == 1


class Refusing(MemoryMailbox):
    """A mailbox whose provider will not hand over one message."""

    refused: ClassVar[dict[str, str]] = {"m9": "Google refused messages.get: precondition failed"}

    def changes(self, cursor: str) -> Iterator[Batch]:
        for batch in super().changes(cursor):
            yield replace(batch, refused=self.refused)


def test_what_the_provider_refuses_is_set_aside_and_said(house: House) -> None:
    mailbox = Refusing("home", clock=house.clock.now)
    for _ in range(2):
        taken = house.services.rounds.poll(mailbox)
    assert taken.set_aside == 1
    aside = house.store.messages.set_aside_since(house.clock.now() - timedelta(hours=1))
    assert aside == (("home/mail", "m9", Refusing.refused["m9"]),)


def test_trouble_pauses_only_what_needs_the_owner(house: House) -> None:
    house.deliver(subject="First")
    house.mailbox.fail_next(TryLater("busy", retry_after=30))
    with pytest.raises(TryLater):
        house.services.rounds.poll(house.mailbox)
    state = house.store.sources.state(house.mailbox.name)
    assert (False, house.clock.now() + timedelta(seconds=30)) == (state.paused, state.retry_at)
    house.mailbox.fail_next(SignInAgain("expired", account="home"))
    with pytest.raises(SignInAgain):
        house.services.rounds.poll(house.mailbox)
    assert house.store.sources.state(house.mailbox.name).paused


def test_a_wait_that_a_provider_asks_for_begins_when_it_asks(house: House) -> None:
    class Slow(MemoryMailbox):
        """Takes ten minutes before it asks for five."""

        def changes(self, cursor: str) -> Iterator[Batch]:
            house.clock.advance(timedelta(minutes=10))
            raise TryLater("busy", retry_after=300)

    house.deliver(subject="First")
    slow = Slow("home", clock=house.clock.now)
    with pytest.raises(TryLater):
        house.services.rounds.poll(slow)
    assert house.store.sources.state(slow.name).retry_at == house.clock.now() + timedelta(minutes=5)


@pytest.mark.parametrize(("code", "is_read"), [("unreachable", True), ("certificate", True), ("rate_limited", False)])
def test_on_waking_what_waited_for_the_network_is_read_at_once(house: House, code: str, is_read: bool) -> None:
    house.mailbox.fail_next(TryLater("no", code=code))
    with pytest.raises(TryLater):
        house.services.rounds.poll(house.mailbox)
    house.services.rounds.poll_all()
    waiting = house.store.sources.state(house.mailbox.name).last_success is None
    house.services.rounds.wake()
    assert (waiting, house.store.sources.state(house.mailbox.name).last_success is not None) == (True, is_read)


class SlowPast(MemoryMailbox):
    """Hands over what is new at once, and what is old when it is told to."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.asked, self.goes_on = Event(), Event()

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        self.asked.set()
        assert self.goes_on.wait(30)
        yield from super().history(after, before, page)


def test_new_mail_is_read_while_history_is_filled_in(house: House) -> None:
    slow, rounds = SlowPast(), house.services.rounds
    house.services.connections.add(Connection(Account("slow", "paper"), Address("Jo", "jo@slow.example"), (slow,)))
    slow.deliver(raw_mail(subject="Old"), received_at=house.clock.now() - timedelta(days=9))
    with ThreadPoolExecutor() as threads:
        filling = threads.submit(rounds.backfill, slow, 1)
        assert slow.asked.wait(30)
        for mailbox in (slow, house.mailbox):
            mailbox.deliver(raw_mail(subject="Lunch?"), received_at=house.clock.now())
        try:
            threads.submit(rounds.poll_all).result(10)
            meanwhile = house.store.messages.count(MessageQuery(text="lunch"))
        finally:
            slow.goes_on.set()
        filling.result(30)
    assert (meanwhile, house.store.messages.count(MessageQuery())) == (2, 3)


def test_what_came_since_the_last_round_is_news_though_history_is_filled_in_first(house: House) -> None:
    house.deliver(subject="First")
    house.clock.advance(timedelta(minutes=1))
    house.mailbox.deliver(raw_mail(subject="Lunch?"), received_at=house.clock.now())
    house.clock.advance(timedelta(minutes=1))
    house.services.rounds.backfill(house.mailbox, 1)
    assert len(house.services.rounds.poll(house.mailbox).new) == 1


def test_what_a_round_left_is_finished_while_history_is_filled_in(house: House) -> None:
    slow, rounds = SlowPast(), house.services.rounds
    house.services.connections.add(Connection(Account("slow", "paper"), Address("Jo", "jo@slow.example"), (slow,)))
    known = house.store.messages.get(house.deliver(subject="Lunch?")).message
    left = replace(known, id="slow:left", account="slow", source=slow.name)
    house.store.messages.take_news([left])
    with ThreadPoolExecutor() as threads:
        filling = threads.submit(rounds.backfill, slow, 1)
        assert slow.asked.wait(30)
        rounds.tidy()
        awaiting = house.store.messages.awaiting(9)
        slow.goes_on.set()
        filling.result(30)
    assert awaiting == ()


class Hanging(MemoryMailbox):
    """A mailbox whose provider does not answer until it is told to."""

    def __init__(self) -> None:
        super().__init__("home")
        self.asked, self.answers = Event(), Event()

    def changes(self, cursor: str) -> Iterator[Batch]:
        self.asked.set()
        assert self.answers.wait(30)
        yield from super().changes(cursor)


def test_an_account_that_hangs_holds_up_no_other_whichever_is_asked_first(house: House) -> None:
    hanging, other, rounds = Hanging(), MemoryMailbox("other"), house.services.rounds
    rounds.poll(hanging)
    for mailbox in (hanging, other):
        owner = Address("Jo", f"jo@{mailbox.name}.example")
        house.services.connections.add(Connection(Account(account_of(mailbox.name), "paper"), owner, (mailbox,)))
    with ThreadPoolExecutor() as threads:
        first = threads.submit(rounds.poll_all)
        try:
            assert hanging.asked.wait(30)
            other.deliver(raw_mail(subject="Lunch?"), received_at=house.clock.now())
            threads.submit(rounds.poll_all).result(10)
            meanwhile = house.store.messages.count(MessageQuery(text="lunch"))
        finally:
            hanging.answers.set()
        first.result(30)
    assert meanwhile == 1


class Slipping(MemoryMailbox):
    """A mailbox whose reading breaks over a slip of Alfred's own."""

    def changes(self, cursor: str) -> Iterator[Batch]:
        raise IndexError(cursor)


def test_a_slip_is_said_of_its_source(house: House) -> None:
    slipping = Slipping("home", clock=house.clock.now)
    house.services.rounds.poll(slipping)
    with pytest.raises(IndexError):
        house.services.rounds.poll(slipping)
    state = house.store.sources.state(slipping.name)
    assert (state.error, state.error_code, state.failures) == (SLIP, "slip", 1)


def test_a_pause_ends_though_the_clock_is_set_back(house: House) -> None:
    house.mailbox.fail_next(TryLater("busy", retry_after=30))
    with pytest.raises(TryLater):
        house.services.rounds.poll(house.mailbox)
    house.clock.advance(-timedelta(days=1))
    house.services.rounds.poll_all()
    assert house.store.sources.state(house.mailbox.name).error is None


def test_a_provider_that_asks_for_hours_is_left_alone_for_hours(house: House) -> None:
    house.mailbox.fail_next(TryLater("busy", retry_after=5 * 3600))
    with pytest.raises(TryLater):
        house.services.rounds.poll(house.mailbox)
    read = []
    for _ in range(2):
        house.clock.advance(timedelta(hours=4))
        house.services.rounds.poll_all()
        read.append(house.store.sources.state(house.mailbox.name).error is None)
    assert read == [False, True]


def test_an_expired_cursor_loses_nothing(house: House) -> None:
    house.deliver(subject="Before")
    house.mailbox.deliver(raw_mail(subject="While away"), received_at=house.clock.now())
    house.mailbox.forget_changes()
    house.services.rounds.poll(house.mailbox)
    subjects = {each.message.subject for each in house.store.messages.list(MessageQuery()).items}
    assert {"Before", "While away"} == subjects


def test_after_an_expired_cursor_what_was_put_away_elsewhere_closes_its_proposal(house: House) -> None:
    filed, deleted = house.deliver(subject="Filed"), house.deliver(subject="Deleted")
    archives = [house.services.actions.propose(Proposal(Kind.ARCHIVE, id)) for id in (filed, deleted)]
    house.mailbox.relabel(filed.removeprefix("home:"), remove=[Label.INBOX])
    house.mailbox.remove(deleted.removeprefix("home:"))
    house.mailbox.forget_changes()
    house.services.rounds.poll(house.mailbox)
    closed = [house.store.actions.get(each.id) for each in archives]
    assert [each.error for each in closed] == ["it is no longer in the inbox", "the message was deleted"]


def test_what_came_before_alfred_is_no_news_after_an_expired_cursor(house: House) -> None:
    before = house.clock.now() - timedelta(days=30)
    house.mailbox.deliver(raw_mail(subject="Filed long ago"), labels=(), received_at=before)
    house.deliver(subject="The first")
    house.clock.advance(timedelta(hours=1))
    house.mailbox.deliver(raw_mail(subject="While away"), received_at=house.clock.now())
    house.mailbox.forget_changes()
    house.services.rounds.poll(house.mailbox)
    subjects = {each.message.subject for each in house.store.messages.list(MessageQuery()).items}
    assert subjects == {"The first", "While away"}


def test_the_owners_own_archiving_closes_the_proposal(house: House) -> None:
    id = house.deliver(subject="News")
    action = house.services.actions.propose(Proposal(Kind.ARCHIVE, id))
    house.mailbox.relabel(id.removeprefix("home:"), remove=[Label.INBOX])
    house.services.rounds.poll(house.mailbox)
    closed = house.store.actions.get(action.id)
    assert (closed.status, closed.error) == (Status.SUPERSEDED, "it is no longer in the inbox")


def test_the_owners_answer_closes_what_he_owes(house: House) -> None:
    asked = house.deliver(subject="Shall we meet?", headers="Message-ID: <ask@x.example>\r\n")
    message = house.store.messages.get(asked).message
    owed = FollowUp("f1", "Shall we meet?", "me", house.clock.now(), message_id=asked, thread_id=message.thread_id)
    house.store.tasks.put_follow_up(owed)
    house.clock.advance(timedelta(hours=1))
    answer = raw_mail(subject="Re: Shall we meet?", headers="In-Reply-To: <ask@x.example>\r\n")
    house.mailbox.deliver(answer, received_at=house.clock.now(), labels={Label.SENT}, thread_id=message.thread_id)
    house.services.rounds.poll(house.mailbox)
    assert house.store.tasks.follow_ups() == ()


def test_a_rule_proposes_once_however_often_it_sees_the_mail(house: House) -> None:
    for rule in starter_rules():
        house.store.rules.put(rule)
    id = house.deliver(subject="Weekly offers", text=OFFERS, headers=BULK)
    before = house.store.actions.list(ActionQuery(target=id)).items
    for _ in range(3):
        house.services.rule_book.reconsider(id, SORTED_BACK)
    assert len(before) == len(house.store.actions.list(ActionQuery(target=id)).items) == 1


def test_the_owners_own_mail_does_not_hide_what_was_left_unclassified(house: House) -> None:
    known = house.store.messages.get(house.deliver(subject="Lunch?")).message
    earlier = replace(known, id="home:left", received_at=known.received_at - timedelta(hours=1))
    own = [replace(known, id=f"home:own{n}", labels=frozenset({Label.SENT})) for n in range(AT_ONCE)]
    house.store.messages.take([earlier, *own])
    house.services.rounds.tidy()
    assert house.store.classifications.get(earlier.id) is not None


def test_old_mail_that_is_being_filled_in_is_left_to_its_round(house: House) -> None:
    for rule in starter_rules():
        house.store.rules.put(rule)
    long_ago = house.clock.now() - timedelta(days=9)
    house.mailbox.deliver(raw_mail(subject="Weekly offers", headers=BULK), received_at=long_ago)
    take = house.store.messages.take

    def taken_and_tidied(messages: Sequence[Message]) -> Taken:
        taken = take(messages)
        house.services.rounds.tidy()
        return taken

    house.store.messages.take = taken_and_tidied  # type: ignore[method-assign]
    house.services.rounds.backfill(house.mailbox, 1)
    assert house.store.messages.count(MessageQuery()) == 1
    assert house.store.actions.list(ActionQuery()).items == ()
