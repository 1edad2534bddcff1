"""What concerns only Alfred's own books is done, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from application.acting.drafting import Proposal
from application.acting.limits import Limits
from domain.actions import Action, Status
from domain.codec import Json
from domain.kinds import Kind
from domain.own_records import NewBudget
from tests.unit.chat.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def done(house: House, kind: Kind, target: str = "", **arguments: Json) -> Action:
    action = house.actions.propose(Proposal(kind, target, arguments))
    assert action.status is Status.EXECUTED
    return action


def undone(house: House, action: Action) -> None:
    undo = house.actions.undo(action.id)
    assert (undo.status, house.store.actions.get(action.id).status) == (Status.EXECUTED, Status.ROLLED_BACK)


def tasks(house: House) -> list[object]:
    return [(task.title, task.due) for task in house.store.tasks.tasks()]


def facts(house: House) -> list[object]:
    return [(fact.fact, fact.quote) for fact in house.store.memory.all()]


def budgets(house: House) -> list[object]:
    limits = Limits(house.store.preferences)
    return [limits.get(category) for category in limits.categories()]


def follow_ups(house: House) -> list[object]:
    return [(each.about, each.owed_by, each.by) for each in house.store.tasks.follow_ups()]


def snoozes(house: House) -> list[object]:
    return list(house.store.tasks.snoozes())


Look = Callable[[House], list[object]]


@pytest.mark.parametrize(
    ("kind", "arguments", "look", "there"),
    [
        (Kind.CREATE_TASK, {"title": "Call", "due": "2026-11-24"}, tasks, ("Call", date(2026, 11, 24))),
        (Kind.REMEMBER, {"fact": "tea", "quote": "I like tea"}, facts, ("tea", "I like tea")),
        (
            Kind.CREATE_FOLLOW_UP,
            {"about": "Report", "owed_by": "me", "by": "2026-11-24"},
            follow_ups,
            ("Report", "me", date(2026, 11, 24)),
        ),
        (
            Kind.SET_BUDGET,
            {"category": "dining", "limit": "2000", "currency": "MYR"},
            budgets,
            NewBudget("dining", "2000", "MYR"),
        ),
    ],
)
def test_what_is_noted_can_be_taken_back(
    house: House, kind: Kind, arguments: dict[str, Json], look: Look, there: object
) -> None:
    action = done(house, kind, **arguments)
    assert look(house) == [there]
    undone(house, action)
    assert look(house) == []


def test_a_task_that_was_completed_can_be_opened_again(house: House) -> None:
    task = done(house, Kind.CREATE_TASK, title="Call")
    completed = done(house, Kind.COMPLETE_TASK, task.id)
    assert tasks(house) == []
    undone(house, completed)
    assert tasks(house) == [("Call", None)]


def test_a_snooze_can_be_lifted(house: House) -> None:
    id = house.receive("Offer")
    snooze = done(house, Kind.SNOOZE, id, until="2026-11-24T08:00:00Z")
    assert [each.message_id for each in house.store.tasks.snoozes()] == [id]
    undone(house, snooze)
    assert house.store.tasks.snoozes() == ()


def test_the_limit_that_stood_before_comes_back(house: House) -> None:
    done(house, Kind.SET_BUDGET, category="dining", limit="1000", currency="MYR")
    changed = done(house, Kind.SET_BUDGET, category="dining", limit="2000", currency="MYR")
    undone(house, changed)
    assert budgets(house) == [NewBudget("dining", "1000", "MYR")]


def test_a_limit_set_again_after_a_crash_still_knows_the_one_before(house: House) -> None:
    done(house, Kind.SET_BUDGET, category="dining", limit="500", currency="MYR")
    changed = done(house, Kind.SET_BUDGET, category="dining", limit="300", currency="MYR")
    repeated = house.connections.executor(changed.account, changed.kind).execute(changed, changed.token)
    assert repeated == changed.receipt == {"limit": "500", "currency": "MYR"}


@pytest.mark.parametrize(
    ("kind", "look", "first", "then"),
    [
        (Kind.SNOOZE, snoozes, {"until": "2026-11-24T08:00:00Z"}, {"until": "2026-11-28T08:00:00Z"}),
        (Kind.SET_BUDGET, budgets, {"limit": "500"}, {"limit": "300"}),
    ],
)
def test_taking_back_leaves_what_was_set_since(
    house: House, kind: Kind, look: Look, first: dict[str, Json], then: dict[str, Json]
) -> None:
    target = house.receive("Offer") if kind is Kind.SNOOZE else ""
    rest: dict[str, Json] = {} if kind is Kind.SNOOZE else {"category": "dining", "currency": "MYR"}
    older = done(house, kind, target, **first, **rest)
    stood = look(house)
    newer = done(house, kind, target, **then, **rest)
    stands = look(house)
    assert (house.actions.undo(older.id).error_code, look(house)) == ("changed_since", stands)
    undone(house, newer)
    assert look(house) == stood
    undone(house, older)
    assert look(house) == []


def test_what_is_gone_already_is_no_trouble_to_take_back(house: House) -> None:
    fact = done(house, Kind.REMEMBER, fact="tea", quote="I like tea")
    house.store.memory.forget(fact.id)
    undone(house, fact)
    assert facts(house) == []


def test_a_task_from_a_mail_knows_its_mail(house: House) -> None:
    id = house.receive("Invoice")
    done(house, Kind.CREATE_TASK, id, title="Pay")
    assert [task.message_id for task in house.store.tasks.tasks()] == [id]
