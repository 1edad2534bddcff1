"""A standing order is offered once the owner has said yes five times running, and never for what needs his word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from application.acting.drafting import Proposal
from application.proposing.rule_book import RuleBook
from application.proposing.standing import ENOUGH, is_offered
from domain.action_events import Origin
from domain.actions import Action
from domain.codec import Json
from domain.kinds import Kind
from domain.rules import Conditions, Outcome, Rule
from tests.unit.application.desk import Desk

NEWSLETTERS = Rule("Newsletters", Conditions(sender=("ann@example.org",)), (Outcome(Kind.ARCHIVE, {}),))


def approved(desk: Desk, times: int = ENOUGH, begin: int = 0) -> list[Action]:
    """What the rule proposed and the owner said yes to."""
    return [desk.approve(proposed(desk, f"m{number}")) for number in range(begin, begin + times)]


def proposed(desk: Desk, name: str, kind: Kind = Kind.ARCHIVE, arguments: Mapping[str, Json] | None = None) -> Action:
    desk.clock.advance(minutes=1)
    rule = NEWSLETTERS.name
    proposal = Proposal(kind, desk.receive(name), arguments or {}, "home", origin=Origin.RULE, rule=rule)
    return desk.actions.propose(proposal)


def test_it_is_offered_after_five_yeses_and_not_before(desk: Desk) -> None:
    approved(desk, ENOUGH - 1)
    assert not is_offered(NEWSLETTERS, desk.store)
    approved(desk, 1, begin=ENOUGH)
    assert is_offered(NEWSLETTERS, desk.store)
    assert not is_offered(replace(NEWSLETTERS, standing=True), desk.store)


def test_a_no_among_the_last_five_counts_against_it(desk: Desk) -> None:
    approved(desk)
    desk.actions.reject(proposed(desk, "unwanted").id)
    approved(desk, ENOUGH - 1, begin=10)
    assert not is_offered(NEWSLETTERS, desk.store)
    approved(desk, 1, begin=20)
    assert is_offered(NEWSLETTERS, desk.store)


def test_what_was_taken_back_was_no_yes(desk: Desk) -> None:
    last = approved(desk)[-1]
    desk.actions.undo(last.id)
    assert not is_offered(NEWSLETTERS, desk.store)


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.FORWARD, Kind.UNSUBSCRIBE])
def test_it_is_never_offered_where_something_always_needs_his_word(desk: Desk, kind: Kind) -> None:
    approved(desk)
    both = replace(NEWSLETTERS, then=(*NEWSLETTERS.then, Outcome(kind, {})))
    assert not is_offered(both, desk.store)


def test_yeses_to_what_the_rule_said_before_count_for_nothing(desk: Desk) -> None:
    book = RuleBook(desk.store, desk.actions, desk.clock)
    book.put_rule(NEWSLETTERS)
    approved(desk)
    book.put_rule(replace(NEWSLETTERS, order=3))
    assert is_offered(NEWSLETTERS, desk.store)
    wider = book.put_rule(replace(NEWSLETTERS, when=Conditions(words=("offers",))))
    assert not is_offered(wider, desk.store)
    desk.store.rules.delete(NEWSLETTERS.name)
    desk.clock.advance(minutes=1)
    assert not is_offered(book.add_rule(NEWSLETTERS), desk.store)
    approved(desk, begin=10)
    assert is_offered(NEWSLETTERS, desk.store)


def test_a_yes_to_what_he_changed_is_none_to_what_was_proposed(desk: Desk) -> None:
    edited = proposed(desk, "edited")
    desk.approve(desk.actions.edit(edited.id, {}))
    approved(desk, ENOUGH - 1)
    assert not is_offered(NEWSLETTERS, desk.store)
    approved(desk, 1, begin=ENOUGH)
    assert is_offered(NEWSLETTERS, desk.store)


def test_what_the_rule_did_by_itself_meanwhile_is_neither_yes_nor_no(desk: Desk) -> None:
    also = replace(NEWSLETTERS, then=(*NEWSLETTERS.then, Outcome(Kind.LABEL, {"add": ["Post"]})))
    for action in approved(desk):
        desk.actions.run_if_automatic(proposed(desk, action.target, Kind.LABEL, {"add": ["Post"]}))
    assert is_offered(also, desk.store)


def test_five_of_one_kind_are_no_leave_for_another_that_asks(desk: Desk) -> None:
    approved(desk)
    assert not is_offered(replace(NEWSLETTERS, then=(*NEWSLETTERS.then, Outcome(Kind.DELETE, {}))), desk.store)


def test_a_label_that_takes_out_of_the_inbox_asks_as_archiving_does(desk: Desk) -> None:
    away = {"remove": ["inbox"]}
    for number in range(ENOUGH):
        desk.approve(proposed(desk, f"m{number}", Kind.LABEL, away))
    assert is_offered(replace(NEWSLETTERS, then=(Outcome(Kind.LABEL, away),)), desk.store)


def test_what_still_waits_hides_no_yes(desk: Desk) -> None:
    approved(desk)
    for number in range(60):
        proposed(desk, f"waiting{number}")
    assert is_offered(NEWSLETTERS, desk.store)
