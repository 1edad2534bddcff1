"""The model as a brain: ten to a call, and each answer checked."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import CannotBe
from domain.triage import BrainName, Category
from tests.unit.model_brain.asked import STEERED, World, how_many, item, mail, obliging, saying


def test_ten_messages_go_in_one_call(world: World) -> None:
    model = world.model(*[obliging] * 3)
    verdicts = world.judge(*(mail(n) for n in range(23)))
    assert [how_many(question) for question in model.questions] == [10, 10, 3]
    assert all(verdict is not None for verdict in verdicts)


def test_an_answer_becomes_a_verdict(world: World) -> None:
    asked = {"t": "Send the report", "d": "2026-11-25"}
    world.model(saying(item(1, c="urgent", p=1, s="Wants the report", a=[asked], f="2026-11-26", k=0.7, w="pretends")))
    (verdict,) = world.judge(mail(1))
    assert verdict is not None
    assert (verdict.category, verdict.priority, verdict.summary) == (Category.URGENT, 1, "Wants the report")
    assert [(each.text, each.due) for each in verdict.action_items] == [("Send the report", date(2026, 11, 25))]
    assert (verdict.follow_up.needed, verdict.follow_up.by) == (True, date(2026, 11, 26))
    assert (verdict.confidence, verdict.suspicion, verdict.brain) == (0.7, "pretends", BrainName.MODEL)


@pytest.mark.parametrize(
    "bad",
    [
        item(2, c="important"),
        item(2, p=0),
        item(2, p="1"),
        item(2, k=1.5),
        item(2, a=[{"t": "x", "d": "tomorrow"}]),
        item(2, f="soon"),
        item(9),
        {"n": 2},
        "nothing",
        None,
    ],
)
def test_a_bad_item_is_asked_for_again_once_alone(world: World, bad: object) -> None:
    model = world.model(saying(item(1), bad, item(3)), saying(item(1, s="At last")))
    verdicts = world.judge(mail(1), mail(2), mail(3))
    assert [how_many(question) for question in model.questions] == [3, 1]
    assert "Letter 2" in model.questions[1].turns[0].text
    assert [verdict.summary if verdict else None for verdict in verdicts] == [
        "Letter 1 in short",
        "At last",
        "Letter 3 in short",
    ]


def test_one_that_is_bad_twice_is_left_to_the_local_brain(world: World) -> None:
    model = world.model(saying(item(1), item(2, p=9)), saying(item(1, p=9)), obliging)
    assert [verdict is None for verdict in world.judge(mail(1), mail(2))] == [False, True]
    assert len(model.questions) == 2


def test_one_that_is_declined_alone_takes_no_verdict_from_its_neighbours(world: World) -> None:
    put_away = saying(item(1, **STEERED))
    world.model(saying(item(2, **STEERED), item(3, **STEERED)), CannotBe("no", code="declined"), put_away, put_away)
    verdicts = world.judge(mail(1), mail(2), mail(3))
    assert [verdict and verdict.category for verdict in verdicts] == [None, Category.NEWSLETTER, Category.NEWSLETTER]


def test_a_message_that_is_answered_twice_is_asked_about_alone(world: World) -> None:
    model = world.model(saying(item(1), item(2), item(1, c="spam")), obliging)
    first, _ = world.judge(mail(1), mail(2))
    assert first is not None
    assert first.category is Category.WORK
    assert len(model.questions) == 2


@pytest.mark.parametrize("nonsense", ["no JSON", "{}", "[]", '{"items": 3}', "null", '{"items": [[]]}'])
def test_an_answer_that_makes_no_sense_changes_nothing(world: World, nonsense: str) -> None:
    world.model(nonsense)
    assert world.judge(mail(1)) == [None]
