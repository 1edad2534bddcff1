"""A new household only watches: rules propose nothing before the owner has seen what they would do."""

from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from application.ports.action_log import ActionQuery
from domain.kinds import Kind
from domain.rules import starter_rules
from tests.integration.api.house import ZONE, House, build

BULK = "List-Unsubscribe: <https://list.example/u>\r\nList-Id: <deals.list.example>\r\nPrecedence: bulk\r\n"


@pytest.fixture
def house(tmp_path: Path) -> House:
    built = build(MemoryStore(), tmp_path, LocalBrain(ZONE))
    for rule in starter_rules():
        built.store.rules.put(rule)
    return built


def offers(house: House, subject: str = "Weekly offers") -> str:
    return house.deliver(subject=subject, text="Save 50% on shoes this week only. Unsubscribe below.", headers=BULK)


def proposed(house: House) -> list[tuple[Kind, str]]:
    return [(each.kind, each.target) for each in house.store.actions.list(ActionQuery()).items]


def test_while_he_only_watches_rules_propose_nothing(house: House) -> None:
    house.services.rule_book.watch_first()
    offers(house)
    assert proposed(house) == []


def test_the_rehearsal_shows_what_then_is_proposed(house: House) -> None:
    rule_book = house.services.rule_book
    rule_book.watch_first()
    first, second = offers(house), offers(house, "More offers")
    shown = {trial.rule.name: {each.message.id for each in trial.affected} for trial in rule_book.rehearse()}
    assert shown["Newsletters and promotions"] == {first, second}
    rule_book.begin()
    assert set(proposed(house)) == {(Kind.ARCHIVE, first), (Kind.ARCHIVE, second)}


def test_once_begun_whatever_comes_is_proposed_on(house: House) -> None:
    house.services.rule_book.watch_first()
    house.services.rule_book.begin()
    assert proposed(house) == []
    late = offers(house)
    assert proposed(house) == [(Kind.ARCHIVE, late)]


def test_to_begin_twice_proposes_once(house: House) -> None:
    house.services.rule_book.watch_first()
    offers(house)
    assert [len(house.services.rule_book.begin()), len(house.services.rule_book.begin())] == [1, 0]


def test_a_household_that_nobody_set_up_proposes_at_once(house: House) -> None:
    id = offers(house)
    assert proposed(house) == [(Kind.ARCHIVE, id)]
