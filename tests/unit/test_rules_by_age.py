"""Rules by age: what they look for comes with time, when no mail arrives."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from application.ports.action_log import ActionQuery
from domain.kinds import Kind
from domain.messages import Label
from domain.rules import Conditions, Outcome, Rule
from tests.integration.api.house import ZONE, House, build

A_WEEK_OLD = Rule("Old offers", Conditions(words=("offers",), older_than_days=7), (Outcome(Kind.ARCHIVE, {}),))


@pytest.fixture
def house(tmp_path: Path) -> House:
    built = build(MemoryStore(), tmp_path, LocalBrain(ZONE))
    built.store.rules.put(A_WEEK_OLD)
    return built


def targets(house: House) -> list[str]:
    return [each.target for each in house.store.actions.list(ActionQuery()).items]


def test_a_rule_by_age_proposes_once_when_mail_of_the_inbox_has_reached_it(house: House) -> None:
    old, put_away = house.deliver(subject="Offers"), house.deliver(subject="More offers")
    house.store.messages.relabel({put_away: frozenset({Label.STARRED})})
    house.clock.advance(timedelta(days=6))
    house.deliver(subject="New offers")
    apply = house.services.rule_book.apply_aged
    proposed = [len(apply())]
    house.clock.advance(timedelta(days=1, minutes=1))
    proposed += [len(apply()), len(apply())]
    assert (proposed, targets(house)) == ([0, 1, 0], [old])


@pytest.mark.parametrize("age", [10**9, -(10**9)])
def test_a_rule_of_before_whose_age_no_calendar_reaches_holds_up_no_other_and_can_be_tried(
    house: House, age: int
) -> None:
    ancient = Rule("Ancient", Conditions(older_than_days=age, words=("lease",)), (Outcome(Kind.DELETE, {}),), order=1)
    house.store.rules.put(ancient)
    old = house.deliver(subject="Offers")
    assert house.services.rule_book.try_rule(replace(ancient, enabled=False), 30).affected == ()
    house.clock.advance(timedelta(days=8))
    house.services.rule_book.apply_aged()
    assert targets(house) == [old]


def test_days_of_downtime_are_caught_up(house: House) -> None:
    old = house.deliver(subject="Offers")
    house.clock.advance(timedelta(days=21))
    house.services.rule_book.apply_aged()
    assert targets(house) == [old]


def test_a_rule_leaves_alone_what_reached_its_age_long_ago_whatever_age_another_waits_for(house: House) -> None:
    house.store.rules.put(Rule("Ancient", Conditions(older_than_days=365), (Outcome(Kind.DELETE, {}),)))
    ancient, old = house.deliver(subject="Offers"), ""
    for days in (325, 33):
        house.clock.advance(timedelta(days=days))
        old = house.deliver(subject="Offers")
    house.clock.advance(timedelta(days=8))
    house.services.rule_book.apply_aged()
    done = {(each.target, each.kind) for each in house.store.actions.list(ActionQuery()).items}
    assert done == {(ancient, Kind.DELETE), (old, Kind.ARCHIVE)}


def test_what_cannot_be_proposed_does_not_stand_in_the_way_of_what_can(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.proposing.rule_book.MOST_AGED", 1)
    old = house.deliver(subject="Offers")
    later = house.clock.now() + timedelta(hours=1)
    gone = replace(house.store.messages.get(old).message, id="gone:1", account="gone", received_at=later)
    house.store.messages.take([gone])
    house.clock.advance(timedelta(days=8))
    house.services.rule_book.apply_aged()
    assert targets(house) == [old]


def test_a_rule_of_which_only_half_can_be_done_reaches_all_that_is_old(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.proposing.rule_book.MOST_AGED", 1)
    both = (Outcome(Kind.ARCHIVE, {}), Outcome(Kind.CREATE_WORK_ITEM, {"title": "Look"}))
    house.store.rules.put(Rule("Offers", Conditions(words=("offers",), older_than_days=7), both))
    letters = {house.deliver(subject="Offers") for _ in range(3)}
    house.clock.advance(timedelta(days=8))
    for _ in letters:
        house.services.rule_book.apply_aged()
    assert set(targets(house)) == letters


def test_a_rule_without_an_age_is_left_to_what_arrives(house: House) -> None:
    house.deliver(subject="Hello")
    house.store.rules.put(Rule("Greetings", Conditions(words=("hello",)), (Outcome(Kind.ARCHIVE, {}),)))
    house.clock.advance(timedelta(days=8))
    house.services.rule_book.apply_aged()
    assert targets(house) == []


def test_while_he_only_watches_no_age_is_reached(house: House) -> None:
    house.services.rule_book.watch_first()
    house.deliver(subject="Offers")
    house.clock.advance(timedelta(days=8))
    house.services.rule_book.apply_aged()
    assert targets(house) == []


@pytest.mark.parametrize("days", [1, 30])
def test_a_trial_shows_what_reached_the_age_in_those_days(house: House, days: int) -> None:
    old = house.deliver(subject="Offers")
    house.clock.advance(timedelta(days=7, hours=6))
    house.deliver(subject="New offers")
    trial = house.services.rule_book.try_rule(A_WEEK_OLD, days)
    assert ([each.message.id for each in trial.affected], trial.looked_at) == ([old], 1)
