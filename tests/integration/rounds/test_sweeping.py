"""What a sweep reconciles, when it is made, and that rounds go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.mailbox import MemoryMailbox
from application.ports.action_log import ActionQuery
from application.ports.mail import Batch, Known
from application.ports.providers import Account, Connection
from application.ports.store import MessageQuery
from domain.errors import TryLater
from domain.kinds import Kind
from domain.messages import Address, Label
from domain.rules import starter_rules
from tests.integration.api.house import ZONE, House, build, raw_mail
from tests.integration.rounds.test_rounds import BULK, OFFERS


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(MemoryStore(), tmp_path, LocalBrain(ZONE))


def test_the_sweep_finds_what_the_cursor_missed(house: House) -> None:
    house.deliver(subject="Known")
    house.mailbox.deliver(raw_mail(subject="Missed"), received_at=house.clock.now() - timedelta(hours=1))
    cursor = house.store.sources.cursor(house.mailbox.name)
    house.services.rounds.sweep_all()
    subjects = {each.message.subject for each in house.store.messages.list(MessageQuery()).items}
    assert ({"Known", "Missed"}, cursor) == (subjects, house.store.sources.cursor(house.mailbox.name))


def test_a_source_is_swept_once_a_day_however_often_alfred_starts(house: House) -> None:
    found = []
    house.services.rounds.poll(house.mailbox)
    for _ in range(3):
        house.mailbox.deliver(raw_mail(subject="Missed"), received_at=house.clock.now() - timedelta(hours=1))
        house.services.rounds.sweep_all()
        found.append(house.store.messages.count(MessageQuery()))
        house.clock.advance(timedelta(hours=13))
    assert found == [1, 1, 3]


class BusySweep(MemoryMailbox):
    """Is too busy to be asked what there is, and counts how often it was."""

    asked = 0

    def reconcile(self, after: datetime, before: datetime, known: Known) -> Iterator[Batch]:
        self.asked += 1
        raise TryLater("busy", retry_after=6 * 3600)


def test_a_sweep_that_failed_rests_as_long_as_the_provider_asked(house: House) -> None:
    mailbox = BusySweep("busy")
    house.services.connections.add(Connection(Account("busy", "paper"), Address("Jo", "jo@busy.example"), (mailbox,)))
    house.services.rounds.poll(mailbox)
    asked = []
    for _ in range(8):
        house.services.rounds.sweep_all()
        asked.append(mailbox.asked)
        house.clock.advance(timedelta(hours=1))
    assert asked == [1, 1, 1, 1, 1, 1, 2, 2]


class LongSweep(MemoryMailbox):
    """Lets something happen while it is asked what there is."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__("long")
        self._meanwhile = meanwhile

    def reconcile(self, after: datetime, before: datetime, known: Known) -> Iterator[Batch]:
        for batch in super().reconcile(after, before, known):
            self._meanwhile()
            yield batch


def test_rounds_go_on_while_a_sweep_fetches_and_what_they_read_stands(house: House) -> None:
    def file_it() -> None:
        mailbox.relabel("m1", remove=[Label.INBOX])
        house.services.rounds.poll(mailbox)

    mailbox = LongSweep(file_it)
    house.services.connections.add(Connection(Account("long", "paper"), Address("Jo", "jo@long.example"), (mailbox,)))
    mailbox.deliver(raw_mail(subject="Filed meanwhile"), received_at=house.clock.now() - timedelta(hours=1))
    house.services.rounds.poll(mailbox)
    house.services.rounds.sweep_all()
    assert Label.INBOX not in house.store.messages.get("long:m1").message.labels


def test_what_came_before_alfred_is_no_news_when_the_sweep_finds_it(house: House) -> None:
    for rule in starter_rules():
        house.store.rules.put(rule)
    before = house.clock.now() - timedelta(hours=2)
    house.mailbox.deliver(raw_mail(subject="Filed"), labels=(), received_at=before - timedelta(hours=1))
    house.mailbox.deliver(raw_mail(subject="Known"), received_at=before - timedelta(hours=2))
    house.services.rounds.poll(house.mailbox)
    house.mailbox.deliver(raw_mail(subject="Weekly offers", text=OFFERS, headers=BULK), received_at=before)
    house.services.rounds.sweep_all()
    assert house.store.messages.count(MessageQuery()) == 3
    assert house.store.messages.awaiting(9) == ()
    assert house.store.messages.count(MessageQuery(unclassified=True)) == 0
    assert house.store.actions.list(ActionQuery()).items == ()


def test_what_the_sweep_finds_of_alfreds_own_time_is_news(house: House) -> None:
    for rule in starter_rules():
        house.store.rules.put(rule)
    house.services.rounds.poll(house.mailbox)
    house.clock.advance(timedelta(hours=1))
    offers = raw_mail(subject="Weekly offers", text=OFFERS, headers=BULK)
    house.mailbox.deliver(offers, received_at=house.clock.now() - timedelta(minutes=5))
    house.services.rounds.sweep_all()
    assert [action.kind for action in house.store.actions.list(ActionQuery()).items] == [Kind.ARCHIVE]
