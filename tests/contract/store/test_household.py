"""Outgoing mail, rules, sources, tasks, facts and preferences."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from application.ports.store import Store
from domain.errors import NotFound
from domain.rules import starter_rules
from domain.sources import Covered, SourceState
from domain.tasks import Fact, FollowUp, Snooze, Task
from tests.contract.store.samples import NOON, at

TODAY = NOON.date()


def test_outgoing_bytes_are_kept_under_their_hash(store: Store) -> None:
    content = b"To: ann@example.org\r\n\r\n\x00\xff"
    sha256 = store.outbox.keep(content)
    assert sha256 == hashlib.sha256(content).hexdigest() == store.outbox.keep(content)
    assert store.outbox.get(sha256) == content
    with pytest.raises(NotFound):
        store.outbox.get("0" * 64)


def test_rules_come_in_their_order_and_by_name_within_it(store: Store) -> None:
    first, second, third = starter_rules()
    for rule in (third, replace(first, order=20), second):
        store.rules.put(rule)
    assert store.rules.all() == (second, replace(first, order=20), third)
    assert store.rules.get(second.name) == second


def test_a_rule_of_the_same_name_takes_the_place_of_the_first(store: Store) -> None:
    rule = starter_rules()[0]
    store.rules.put(rule)
    store.rules.put(replace(rule, enabled=False))
    assert store.rules.all() == (replace(rule, enabled=False),)


def test_a_deleted_rule_is_gone_and_an_unknown_one_not_found(store: Store) -> None:
    rule = starter_rules()[0]
    store.rules.put(rule)
    store.rules.delete(rule.name)
    for ask in (store.rules.get, store.rules.delete):
        with pytest.raises(NotFound, match=rule.name):
            ask(rule.name)


def test_a_cursor_is_kept_until_it_is_cleared(store: Store) -> None:
    assert store.sources.cursor("home/mail") is None
    store.sources.set_cursor("home/mail", "100")
    store.sources.set_cursor("home/mail", "101")
    assert store.sources.cursor("home/mail") == "101"
    store.sources.set_cursor("home/mail", None)
    assert store.sources.cursor("home/mail") is None


def covered(start: float, end: float, source: str = "home/mail") -> Covered:
    return Covered(source, at(start), at(end))


def test_stretches_that_touch_become_one(store: Store) -> None:
    for stretch in (covered(0, 10), covered(20, 30), covered(40, 50), covered(10, 20), covered(60, 55)):
        store.sources.cover(stretch)
    store.sources.cover(covered(0, 5, "work/mail"))
    assert store.sources.covered("home/mail", at(0)) == (covered(0, 30), covered(40, 50))
    assert store.sources.covered("home/mail", at(30)) == (covered(40, 50),)
    store.sources.cover(covered(5, 45))
    assert store.sources.covered("home/mail", at(0)) == (covered(0, 50),)


def test_a_source_begins_with_an_empty_state_and_keeps_the_last(store: Store) -> None:
    assert store.sources.state("home/mail") == SourceState("home/mail")
    state = SourceState("home/mail", at(0), at(1), "signed out", "sign_in_again", True, at(2), 3)
    store.sources.set_state(state)
    assert store.sources.state("home/mail") == state
    assert store.sources.names() == ("home/mail",)


def test_tasks_come_by_due_date_undated_last(store: Store) -> None:
    later = Task("a", "later", NOON, TODAY + timedelta(3), at(5), None, "home:1")
    undated, soon = Task("b", "some day", NOON), Task("c", "soon", NOON, TODAY)
    done = Task("d", "done", NOON, TODAY, done_at=NOON)
    for task in (later, undated, done, soon):
        store.tasks.put_task(task)
    assert store.tasks.tasks() == (soon, later, undated)
    assert set(store.tasks.tasks(open_only=False)) == {soon, later, undated, done}
    assert store.tasks.task("d") == done


def test_a_task_can_be_changed_and_deleted(store: Store) -> None:
    task = Task("a", "buy milk", NOON)
    store.tasks.put_task(task)
    store.tasks.put_task(replace(task, done_at=at(1)))
    assert store.tasks.tasks() == ()
    store.tasks.delete_task("a")
    store.tasks.delete_task("a")
    with pytest.raises(NotFound, match="task a"):
        store.tasks.task("a")


def test_follow_ups_come_by_date_undated_last(store: Store) -> None:
    later = FollowUp("a", "the plan", "ann@example.org", NOON, TODAY + timedelta(1), "home:1", "t")
    undated, closed = FollowUp("b", "x", "me", NOON), FollowUp("c", "y", "me", NOON, closed_at=NOON)
    soon = FollowUp("d", "z", "me", NOON, TODAY)
    for follow_up in (later, undated, closed, soon):
        store.tasks.put_follow_up(follow_up)
    assert store.tasks.follow_ups() == (soon, later, undated)
    assert store.tasks.follow_up("c") == closed
    store.tasks.delete_follow_up("a")
    with pytest.raises(NotFound, match="follow-up a"):
        store.tasks.follow_up("a")


def test_a_message_snoozed_again_has_the_later_moment(store: Store) -> None:
    store.tasks.put_snooze(Snooze("home:1", at(10)))
    store.tasks.put_snooze(Snooze("home:2", at(5)))
    store.tasks.put_snooze(Snooze("home:1", at(20)))
    assert store.tasks.snoozes() == (Snooze("home:2", at(5)), Snooze("home:1", at(20)))
    store.tasks.delete_snooze("home:1")
    store.tasks.delete_snooze("home:1")
    assert store.tasks.snoozes() == (Snooze("home:2", at(5)),)


TEA, DOG, OLD = (Fact(name, f"likes {name}", f"I like {name}", NOON) for name in ("tea", "dog", "old"))


def test_the_nearest_facts_come_first_and_other_lengths_are_passed_over(store: Store) -> None:
    store.memory.put(TEA, [1.0, 0.0])
    store.memory.put(DOG, [3.0, 3.0])
    store.memory.put(OLD, [1.0, 0.0, 0.0])
    nearest = store.memory.nearest([2.0, 0.2], 5)
    assert [fact for fact, _ in nearest] == [TEA, DOG]
    assert [round(likeness, 3) for _, likeness in nearest] == [0.995, 0.774]
    assert [fact for fact, _ in store.memory.nearest([0.0, 1.0], 1)] == [DOG]


def test_what_is_forgotten_is_gone(store: Store) -> None:
    store.memory.put(TEA, [1.0])
    store.memory.put(DOG, [1.0])
    store.memory.put(replace(TEA, fact="hates tea"), [0.0])
    assert store.memory.all() == (replace(TEA, fact="hates tea"), DOG)
    store.memory.forget("tea")
    assert store.memory.all() == (DOG,)
    with pytest.raises(NotFound):
        store.memory.forget("tea")


def test_preferences_hold_any_json_by_name(store: Store) -> None:
    value = {"list": [1, 2.5, None, True, "é"]}
    store.preferences.put("briefing.time", "07:30")
    store.preferences.put("briefing.parts", value)  # type: ignore[arg-type]
    store.preferences.put("quiet", False)
    assert store.preferences.get("briefing.parts") == value
    assert store.preferences.get("quiet") is False
    assert store.preferences.get("unknown") is None
    assert store.preferences.get_many(["quiet", "briefing.time", "x"]) == {"quiet": False, "briefing.time": "07:30"}
    assert store.preferences.names("briefing.") == ("briefing.parts", "briefing.time")
    assert store.preferences.names() == ("briefing.parts", "briefing.time", "quiet")
    store.preferences.delete("quiet")
    store.preferences.delete("quiet")
    assert store.preferences.get("quiet") is None
