"""The action log: what it refuses, what it adds up to, and what it lists."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory import MemoryStore
from adapters.sqlite import open_store
from application.ports.action_log import ActionQuery
from application.ports.store import Store
from domain.action_events import (
    ActionEvent,
    Approved,
    Doubted,
    Edited,
    Executed,
    Failed,
    Prepared,
    Proposed,
    Refreshed,
    Rejected,
    Reopened,
    RolledBack,
    Settled,
    Started,
    Superseded,
)
from domain.actions import Action, Status, fold
from domain.errors import Conflict, Invalid, NotFound
from domain.kinds import Kind, Risk
from tests.contract.store.samples import NOON, approved, at, by_rule, proposed


def append(store: Store, action_id: str, *events: ActionEvent, actor: str = "owner", minutes: float = 0) -> Action:
    return store.actions.append(action_id, events, actor=actor, at=at(minutes))


def listed(store: Store, **wanted: object) -> list[str]:
    return [action.id for action in store.actions.list(ActionQuery(**wanted)).items]  # type: ignore[arg-type]


def test_an_action_is_what_its_events_add_up_to(store: Store) -> None:
    reply = proposed(
        kind=Kind.REPLY,
        arguments={"to": ["ann@example.org"], "text": "Yes. 是"},
        warnings=("outside",),
        tainted=True,
        basis="f00",
        source="home/mail",
    )
    action = append(store, "a", reply)
    action = append(store, "a", Approved(action.digest), minutes=1)
    action = append(store, "a", Started(), minutes=2)
    action = append(store, "a", Prepared("draft-1"), Executed({"id": "m1"}), minutes=3)
    assert action.status is Status.EXECUTED
    assert store.actions.get("a") == action == fold(list(store.actions.entries("a")))


def test_entries_say_who_did_what_and_when(store: Store) -> None:
    first = append(store, "a", proposed(), actor="chat", minutes=1)
    append(store, "b", proposed("home:2"))
    append(store, "a", Rejected("not now"), minutes=2)
    entries = store.actions.entries("a")
    assert [(entry.seq, entry.actor, entry.at, entry.event) for entry in entries] == [
        (1, "chat", at(1), proposed()),
        (3, "owner", at(2), Rejected("not now")),
    ]
    assert all(len(entry.hash) == 64 for entry in entries)
    assert first.proposed_at == at(1)
    assert store.actions.after(1) == (store.actions.entries("b")[0], entries[1])
    assert store.actions.after(0, 1) == (entries[0],)
    assert store.actions.entries("unknown") == ()


def test_what_the_life_of_an_action_does_not_allow_is_refused_and_leaves_nothing(store: Store) -> None:
    action = append(store, "a", proposed())
    refused: list[tuple[str, Sequence[ActionEvent]]] = [
        ("a", [Started()]),
        ("a", [Approved(action.digest), Executed({})]),
        ("a", [Approved("another digest")]),
        ("a", [proposed()]),
        ("unknown", [Started()]),
        ("unknown", []),
    ]
    for action_id, events in refused:
        with pytest.raises(Conflict):
            store.actions.append(action_id, events, actor="owner", at=NOON)
    assert store.actions.get("a") == action
    assert len(store.actions.after(0)) == 1


def test_of_two_approvals_at_once_one_fails(store: Store) -> None:
    action = append(store, "a", proposed())
    outcomes: list[str] = []
    gate = threading.Barrier(6)

    def approve() -> None:
        gate.wait()
        try:
            append(store, "a", Approved(action.digest))
            outcomes.append("approved")
        except Conflict as conflict:
            outcomes.append(conflict.code)

    threads = [threading.Thread(target=approve) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", *["not_proposed"] * 5]
    assert len(store.actions.entries("a")) == 2


def test_a_rule_proposes_a_kind_for_a_target_once_whatever_became_of_it(store: Store) -> None:
    append(store, "a", by_rule())
    append(store, "a", Rejected())
    with pytest.raises(Conflict) as refusal:
        append(store, "b", by_rule(rule="Another rule"))
    assert refusal.value.code == "proposed_before"
    append(store, "c", proposed())
    append(store, "d", by_rule("home:2"))
    append(store, "e", by_rule(kind=Kind.DELETE))
    assert listed(store) == ["e", "d", "c", "a"]


def test_many_proposals_pass_over_those_made_before(store: Store) -> None:
    append(store, "a", by_rule())
    proposals = [("b", [by_rule()]), ("c", [by_rule("home:2")]), ("d", [by_rule("home:2")]), ("e", [proposed()])]
    made = store.actions.append_many(proposals, actor="rule", at=NOON)
    assert [action.id for action in made] == ["c", "e"]
    assert listed(store) == ["e", "c", "a"]


def test_many_are_stored_all_or_none(store: Store) -> None:
    with pytest.raises(Conflict):
        store.actions.append_many([("a", [proposed()]), ("b", [Started()])], actor="owner", at=NOON)
    assert listed(store) == []
    assert store.actions.after(0) == ()


def test_a_time_in_another_zone_is_the_same_moment(store: Store) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=8)))
    store.actions.append("a", [proposed()], actor="owner", at=elsewhere)
    assert store.actions.get("a").proposed_at == NOON
    assert store.actions.verify().problem == ""


def test_an_unknown_action_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="nothing"):
        store.actions.get("nothing")


def test_lists_are_newest_first_and_narrowed_by_each_filter(store: Store) -> None:
    first = append(store, "a", by_rule(), actor="rule", minutes=1)
    append(store, "b", proposed("home:2", kind=Kind.DELETE), minutes=2)
    append(store, "c", by_rule("home:3", rule="Junk"), actor="rule", minutes=3)
    append(store, "a", Approved(first.digest), minutes=4)
    assert listed(store) == ["c", "b", "a"]
    assert listed(store, status=Status.PROPOSED) == ["c", "b"]
    assert listed(store, status=Status.APPROVED) == ["a"]
    assert listed(store, kind=Kind.DELETE) == ["b"]
    assert listed(store, rule="Junk") == ["c"]
    assert listed(store, target="home:2") == ["b"]
    assert listed(store, origin="rule") == ["c", "a"]
    assert listed(store, actor="owner") == ["b"]
    assert listed(store, since=at(2)) == ["c", "b"]
    assert listed(store, since=at(2), origin="rule", status=Status.PROPOSED) == ["c"]
    assert (store.actions.count(Status.PROPOSED), store.actions.count(Status.EXECUTED)) == (2, 0)


def test_pages_of_actions_follow_each_other(store: Store) -> None:
    for number in range(5):
        append(store, str(number), proposed(f"home:{number}"))
    first = store.actions.list(ActionQuery(), None, 2)
    second = store.actions.list(ActionQuery(), first.next_cursor, 3)
    assert [[action.id for action in page.items] for page in (first, second)] == [["4", "3"], ["2", "1", "0"]]
    assert second.next_cursor is None
    with pytest.raises(Invalid, match="cursor"):
        store.actions.list(ActionQuery(), "-1")


def test_open_actions_of_targets_are_those_that_wait(store: Store) -> None:
    for number in range(4):
        action = append(store, str(number), proposed(f"home:{number % 2}"))
        if number:
            append(store, str(number), Approved(action.digest))
    append(store, "3", Started())
    append(store, "2", Superseded("gone"))
    assert [action.id for action in store.actions.open_for(["home:0", "home:1", "home:9"])] == ["0", "1"]
    assert store.actions.open_for([]) == ()


def test_automatic_executions_are_counted_from_a_moment_on(store: Store) -> None:
    for number, automatic in enumerate([True, True, False]):
        action = append(store, str(number), proposed(f"home:{number}", risk=Risk.AUTO))
        store.actions.append(str(number), approved(action.digest, automatic=automatic), actor="alfred", at=at(number))
        append(store, str(number), Started(), minutes=number)
    append(store, "1", Failed("busy", "try_later"), Started(), minutes=1)
    assert [store.actions.automatic_since(at(minutes)) for minutes in (0, 0.5, 2)] == [3, 2, 0]


def test_the_chain_of_an_honest_log_is_whole_and_the_projection_can_be_made_anew(store: Store) -> None:
    assert store.actions.verify().rows == 0
    action = append(store, "a", proposed())
    append(store, "a", Approved(action.digest), Started(), Executed({"removed": "in no order", "added": "of names"}))
    before = store.actions.get("a")
    report = store.actions.verify()
    assert (report.rows, report.head, report.broken_at) == (4, store.actions.after(3)[0].hash, None)
    store.actions.rebuild()
    assert store.actions.get("a") == before
    assert store.actions.verify() == report


STEPS = st.sampled_from(
    [
        proposed(),
        by_rule(),
        Edited({}, "Another title", ("careful",)),
        Refreshed("basis-2", "a new answer arrived"),
        Approved(""),
        Reopened("basis-3", "another answer arrived"),
        Rejected("no"),
        Superseded("gone"),
        Started(),
        Prepared("draft"),
        Executed({"id": "x"}),
        Failed("busy", "try_later"),
        Doubted("cut off"),
        Settled(),
        RolledBack("z"),
    ]
)


@pytest.mark.timeout(300)
@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abc"), STEPS), max_size=40))
def test_whatever_happens_the_projection_is_the_fold_of_the_log(steps: list[tuple[str, ActionEvent]]) -> None:
    twin = MemoryStore()
    for minutes, (action_id, event) in enumerate(steps):
        _try(twin, action_id, event, minutes)
    assert twin.actions.verify().broken_at is None
    for action in twin.actions.list(ActionQuery()).items:
        assert action == fold(list(twin.actions.entries(action.id)))


def _try(store: Store, action_id: str, event: ActionEvent, minutes: int) -> str:
    if isinstance(event, Approved):
        known = {action.id: action for action in store.actions.list(ActionQuery()).items}
        event = replace(event, digest=known[action_id].digest) if action_id in known else event
    if isinstance(event, Proposed):
        event = replace(event, target=f"home:{action_id}")
    try:
        append(store, action_id, event, minutes=minutes)
    except Conflict as conflict:
        return conflict.code
    return "stored"


@pytest.mark.timeout(300)
@settings(max_examples=40)
@given(steps=st.lists(st.tuples(st.sampled_from("abc"), STEPS), max_size=40))
def test_both_stores_allow_the_same_and_chain_alike(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, ActionEvent]]
) -> None:
    twin, on_disk = MemoryStore(), open_store(tmp_path_factory.mktemp("log") / "alfred.db")
    try:
        for minutes, step in enumerate(steps):
            assert _try(on_disk, *step, minutes) == _try(twin, *step, minutes)
        assert on_disk.actions.verify() == twin.actions.verify()
        assert on_disk.actions.list(ActionQuery()) == twin.actions.list(ActionQuery())
        assert on_disk.actions.after(0) == twin.actions.after(0)
    finally:
        on_disk.close()
