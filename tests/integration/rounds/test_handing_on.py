"""Whom new messages concern sees each of them, though Alfred is killed in between or breaks over one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Never

import pytest

from adapters.local import CorrectionsMemory, LocalBrain
from adapters.memory import MemoryStore
from application.intake.handing_on import BROKE, MOST_BREAKS, HandingOn
from application.ports.action_log import ActionQuery
from application.ports.store import ClassifiedMessage
from application.proposing.rule_book import RuleBook
from application.triage.triage import Triage
from domain.actions import Action
from domain.errors import TryLater
from domain.messages import Label, Mail, Message
from domain.prefilter import prefilter
from domain.rules import starter_rules
from domain.triage import BrainName, Category, Verdict
from tests.contract.store.samples import mail
from tests.integration.api.house import ZONE, House, build
from tests.integration.rounds.test_rounds import BULK


class Killed(BaseException):
    """What ends everything at once, as SIGKILL does."""


def nothing(_: Message) -> None:
    """Happens."""


def killed(_: Message) -> None:
    raise Killed


def stumbles(message: Message) -> None:
    """Leave everything to the next brain, by breaking."""
    raise ValueError(message.subject)


def breaks_over_poison(message: Message) -> None:
    if message.subject == "Poison":
        raise ValueError(message.subject)


Befalls = Callable[[Message], None]


@dataclass
class Neighbour:
    """Looks through what is new, unless something befalls it."""

    befalls: Befalls = nothing
    seen: list[str] = field(default_factory=list)

    def arrived(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.befalls(message)
        self.seen += [message.subject for message in messages]


@dataclass
class Rung:
    """The prefilter, unless something befalls it."""

    befalls: Befalls = nothing

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        for message in messages:
            self.befalls(message)
        return [prefilter(message) for message in messages]


class Rules(RuleBook):
    """The rules, unless something befalls them."""

    def __init__(self, house: House, befalls: Befalls) -> None:
        super().__init__(house.store, house.services.actions, house.clock)
        self.befalls = befalls

    def propose_for(self, messages: Iterable[ClassifiedMessage]) -> tuple[Action, ...]:
        messages = list(messages)
        for each in messages:
            self.befalls(each.message)
        return super().propose_for(messages)


class ClumsyBrain(LocalBrain):
    """Has the last word, but breaks over what is poison to it."""

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        for message in messages:
            breaks_over_poison(message)
        return super().judge(messages, now)


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = build(MemoryStore(), tmp_path, LocalBrain(ZONE))
    for rule in starter_rules():
        house.store.rules.put(rule)
    return house


def handing_on(
    house: House,
    *,
    triage: Befalls = nothing,
    rules: Befalls = nothing,
    neighbour: Neighbour,
    brain: LocalBrain | None = None,
) -> HandingOn:
    ladder = Triage(house.store, [Rung(triage)], brain or LocalBrain(ZONE), CorrectionsMemory(ZONE), house.clock)
    return HandingOn(house.store, ladder, Rules(house, rules), [neighbour], house.clock)


def news(house: House, *subjects: str) -> list[Message]:
    """Store newsletters as a round does; nobody has seen them yet."""
    body = Mail(
        "Save 50% on shoes this week only",
        list_id="deals.list.example",
        list_unsubscribe="<https://list.example/u>",
        bulk=True,
    )
    inbox = frozenset({Label.INBOX, Label.PROMOTIONS})
    return list(
        house.store.messages.take_news(
            [
                mail(subject, subject=subject, body=body, labels=inbox, received_at=house.clock.now())
                for subject in subjects
            ]
        ).kept
    )


def idle(_: str) -> bool:
    return False


def proposed(house: House) -> list[str]:
    return sorted(each.target for each in house.store.actions.list(ActionQuery()).items)


def test_what_came_is_seen_by_all_and_then_let_go(house: House) -> None:
    neighbour = Neighbour()
    handing_on(house, neighbour=neighbour).hand_on(news(house, "Offers"))
    assert (proposed(house), neighbour.seen, house.store.messages.awaiting(9)) == (["home:Offers"], ["Offers"], ())


@pytest.mark.parametrize("at", ["storing", "triage", "proposals", "neighbour"])
def test_what_a_kill_cut_off_is_proposed_and_followed_once(house: House, at: str) -> None:
    messages = news(house, "Offers", "Deals")
    fatal: dict[str, Befalls] = {"triage": killed} if at == "triage" else {"rules": killed} if at == "proposals" else {}
    doomed = Neighbour(killed if at == "neighbour" else nothing)
    if at != "storing":
        with pytest.raises(Killed):
            handing_on(house, neighbour=doomed, **fatal).hand_on(messages)
    neighbour = Neighbour()
    anew = handing_on(house, neighbour=neighbour)
    for _ in range(2):
        anew.finish(idle, idle)
    assert (proposed(house), sorted(neighbour.seen)) == (["home:Deals", "home:Offers"], ["Deals", "Offers"])


def test_what_failed_for_a_passing_reason_is_seen_to_later(house: House) -> None:
    def busy(_: Message) -> None:
        raise TryLater("the disk is full")

    rounds = handing_on(house, neighbour=Neighbour(), rules=busy)
    rounds.hand_on(news(house, "Offers"))
    assert house.store.messages.awaiting(9) == ("home:Offers",)
    handing_on(house, neighbour=Neighbour()).finish(idle, idle)
    assert proposed(house) == ["home:Offers"]


def test_what_a_source_is_busy_with_is_left_to_it(house: House) -> None:
    news(house, "Offers")
    handing_on(house, neighbour=Neighbour()).finish(lambda source: source == "home/mail", idle)
    assert (proposed(house), house.store.messages.awaiting(9)) == ([], ("home:Offers",))


@pytest.mark.parametrize("at", ["rules", "neighbour", "brain"])
def test_one_message_that_breaks_a_stage_is_set_aside_and_the_others_go_on(house: House, at: str) -> None:
    neighbour = Neighbour(breaks_over_poison if at == "neighbour" else nothing)
    rules = breaks_over_poison if at == "rules" else nothing
    brain = ClumsyBrain(ZONE) if at == "brain" else None
    handing = handing_on(house, neighbour=neighbour, rules=rules, brain=brain, triage=stumbles if brain else nothing)
    handing.hand_on(news(house, "Offers", "Poison", "Deals"))
    for _ in range(MOST_BREAKS):
        handing.finish(idle, idle)
    assert {"home:Offers", "home:Deals"} <= set(proposed(house))
    assert {"Offers", "Deals"} <= set(neighbour.seen)
    aside = house.store.messages.set_aside_since(house.clock.now() - timedelta(hours=1))
    assert aside == (("home/mail", "Poison", BROKE),)
    handing_on(house, neighbour=neighbour if at == "neighbour" else Neighbour()).finish(idle, idle)
    assert house.store.messages.awaiting(9) == (("home:Poison",) if at == "neighbour" else ())


def test_what_the_owner_says_while_a_brain_thinks_stands_and_the_rules_go_by_it(house: House) -> None:
    def spoken_of(message: Message) -> None:
        house.services.correcting.correct(message.id, Category.WORK, None)

    handing_on(house, neighbour=Neighbour(), triage=spoken_of).hand_on(news(house, "Offers"))
    standing = house.store.classifications.get("home:Offers")
    assert standing is not None
    assert (standing.verdict.brain, standing.verdict.category) == (BrainName.OWNER, Category.WORK)
    assert (proposed(house), house.store.messages.awaiting(9)) == ([], ())


def test_a_message_that_breaks_one_brain_is_left_to_the_next(house: House) -> None:
    handing_on(house, neighbour=Neighbour(), triage=breaks_over_poison).hand_on(news(house, "Offers", "Poison"))
    judged = {id: house.store.classifications.get(id) for id in ("home:Offers", "home:Poison")}
    brains = {id: each.verdict.brain for id, each in judged.items() if each is not None}
    assert brains == {"home:Offers": BrainName.PREFILTER, "home:Poison": BrainName.LOCAL}


def test_a_round_that_is_killed_is_finished_by_the_next(house: House) -> None:
    append = house.store.actions.append_many

    def die(*_: object, **__: object) -> Never:
        raise Killed

    house.store.actions.append_many = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        house.deliver(subject="Offers", text="Save 50% on shoes this week only", headers=BULK)
    house.store.actions.append_many = append  # type: ignore[method-assign]
    house.services.rounds.tidy()
    assert len(proposed(house)) == 1
