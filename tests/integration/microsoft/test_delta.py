"""Outlook's deltas through the real intake: whatever happens in the mailbox, what is stored comes out equal."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.sqlite import open_store
from domain.messages import Label, Message
from domain.triage import Category, Verdict
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import OWNER
from tests.integration.api.house import ZONE, build
from tests.integration.microsoft.office import LEFT_OUT, Household, Office, mail_of, own_folder


class CountingBrain(LocalBrain):
    """Counts how often each message was judged; now and then it is out of order."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__(ZONE)
        self.judged: Counter[str] = Counter()
        self._dice = dice

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        if self._dice.random() < 0.1:
            raise RuntimeError("out of order")
        self.judged.update(message.id for message in messages)
        return [Verdict(Category.WORK, 3, 0.95) for _ in messages]


def office(microsoft: MicrosoftServer, seed: int, *, forgetful: bool) -> Office:
    made = Office(microsoft, mail_of(microsoft), random.Random(seed), own_folder(microsoft), forgetful)
    made.open()
    return made


def live_until(made: Office, messages: int) -> None:
    """Let things happen until so many messages have come, then let the weather clear and Alfred poll."""
    while made.delivered < messages:
        made.step()
    made.server.behave()
    made.poll()


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


@pytest.mark.parametrize("seed", range(2))
def test_no_message_is_classified_twice_and_none_is_left_out(seed: int, tmp_path: Path) -> None:
    brain = CountingBrain(random.Random(seed))
    with closing(open_store(tmp_path / "alfred.db")) as store, MicrosoftServer([OWNER], limit=None) as microsoft:
        house = build(store, tmp_path, brain)
        dice, own = random.Random(seed), own_folder(microsoft)
        made = Household(microsoft, mail_of(microsoft), dice, own, forgetful=True, store=store, house=house)
        made.open()
        live_until(made, 120)
        judge(made)
        made.tidy()
        taken = {f"office:{id}" for id, labels in made.stored().items() if not labels & {*LEFT_OUT, Label.SENT}}
    assert taken <= brain.judged.keys()
    assert set(brain.judged.values()) == {1}


@pytest.mark.soak
def test_ten_thousand_messages_later_it_still_does() -> None:
    with MicrosoftServer([OWNER], limit=None) as microsoft:
        made = office(microsoft, 99, forgetful=True)
        live_until(made, 10_000)
        judge(made)
