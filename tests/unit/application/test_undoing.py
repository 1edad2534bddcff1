"""Taking back what was done: by an action of its own, once, and never unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from adapters.memory.executor import MemoryExecutor
from domain.action_events import Approved, Executed, Started
from domain.actions import Action, Status
from domain.errors import Conflict, NotFound, SignInAgain, TryLater
from domain.kinds import Kind
from domain.messages import Label
from tests.unit.application.desk import Desk
from tests.unit.application.shown import by_rule


def test_undoing_is_an_action_of_its_own_and_the_first_reads_rolled_back(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    undo = desk.actions.undo(archive.id)
    assert (undo.status, undo.undoes) == (Status.EXECUTED, archive.id)
    first = desk.now(archive)
    assert (first.status, first.undone_by) == (Status.ROLLED_BACK, undo.id)
    assert desk.labels(archive.target) == {Label.INBOX, Label.UNREAD}


def test_what_an_undo_leaves_alone_is_shown_to_be_there_still(desk: Desk) -> None:
    target = desk.receive("m1", Label.INBOX, "Acme")
    change = desk.propose(Kind.LABEL, target, add=["Acme", "Bills"], remove=["unread"])
    assert desk.now(change).status is Status.EXECUTED
    desk.actions.undo(change.id)
    shown = desk.store.messages.get(target).message.labels
    assert shown == desk.labels(target) == {Label.INBOX, "Acme"}


def test_undoing_twice_is_refused(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    undo = desk.actions.undo(archive.id)
    for id in (archive.id, undo.id):
        with pytest.raises(Conflict) as caught:
            desk.actions.undo(id)
        assert caught.value.code == "cannot_undo"


def test_ordering_an_undo_again_while_it_waits_is_the_same_order(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    desk.executor.fail_next(TryLater("busy"))
    waiting = desk.actions.undo(archive.id)
    assert waiting.status is Status.APPROVED
    again = desk.actions.undo(archive.id)
    assert (again.id, again.status) == (waiting.id, Status.EXECUTED)
    assert desk.executor.done.count(("undo", "m1")) == 1


def test_of_two_undos_at_the_same_time_one_is_done(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    together = threading.Barrier(4)

    def undo() -> str:
        together.wait()
        try:
            return desk.actions.undo(archive.id).id
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = {each.result() for each in [pool.submit(undo) for _ in range(4)]}
    assert len(outcomes - {"cannot_undo"}) == 1
    assert desk.executor.done.count(("undo", "m1")) == 1


def test_an_undo_that_does_more_than_put_back_waits_for_an_approval_of_what_it_does(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    steps = [Approved(archive.digest), Started(), Executed({"caveat": "invites bob@example.net again"})]
    desk.store.actions.append(archive.id, steps, actor="owner", at=desk.clock.now())
    undo = desk.actions.undo(archive.id)
    assert (undo.status, undo.title) == (Status.PROPOSED, f"Undo: {archive.title} (invites bob@example.net again)")
    assert desk.actions.undo(archive.id).id == undo.id
    assert desk.executor.done == []
    assert desk.approve(undo).status is Status.EXECUTED
    assert desk.now(archive).status is Status.ROLLED_BACK


def test_what_a_receipt_does_not_say_is_asked_of_whoever_did_it(desk: Desk) -> None:
    class Inviting(MemoryExecutor):
        def caveat(self, action: Action, receipt: Mapping[str, str]) -> str:
            return "invites bob@example.net again"

    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    desk.connections.add(replace(desk.connection, executors=(Inviting(desk.mailbox),)))
    assert desk.actions.undo(archive.id).status is Status.PROPOSED


def test_nothing_is_taken_back_while_nobody_can_tell_what_that_does(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    desk.connections.remove("home")
    with pytest.raises(SignInAgain):
        desk.actions.undo(archive.id)
    desk.connections.add(desk.connection)
    assert desk.actions.undo(archive.id).status is Status.EXECUTED


def test_what_was_sent_cannot_be_taken_back(desk: Desk) -> None:
    letter = desk.approve(desk.propose_letter())
    with pytest.raises(Conflict):
        desk.actions.undo(letter.id)


def test_all_that_a_rule_did_since_a_time_is_taken_back_also_what_was_proposed_before(desk: Desk) -> None:
    early = desk.approve(by_rule(desk, desk.receive("m1")))
    proposed_early = by_rule(desk, desk.receive("m2"))
    other = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive("m3")))
    desk.clock.advance(hours=1)
    since = desk.clock.now()
    late = [desk.approve(proposed_early), desk.approve(by_rule(desk, desk.receive("m4")))]
    results = desk.actions.undo_rule("Newsletters", since)
    assert {result.id for result in results} == {action.id for action in late}
    assert all(result.status is Status.EXECUTED for result in results)
    assert [desk.now(action).status for action in (early, other)] == [Status.EXECUTED, Status.EXECUTED]
    assert desk.actions.undo_rule("Newsletters", since) == []


def test_to_take_back_what_a_rule_did_that_never_was_is_no_empty_success(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.actions.undo_rule("Newsleters", desk.clock.now())


def put_in_the_trash(desk: Desk, target: str) -> None:
    desk.store.messages.relabel({target: frozenset({Label.TRASH})})


def delete_for_good(desk: Desk, target: str) -> None:
    desk.store.messages.remove([target], desk.clock.now())


@pytest.mark.parametrize("lose", [put_in_the_trash, delete_for_good])
def test_an_archiving_is_not_taken_back_once_the_owner_has_thrown_the_mail_away(
    desk: Desk, lose: Callable[[Desk, str], None]
) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    lose(desk, archive.target)
    with pytest.raises(Conflict) as caught:
        desk.actions.undo(archive.id)
    assert (caught.value.code, desk.now(archive).status) == ("cannot_undo", Status.EXECUTED)
    assert ("undo", "m1") not in desk.executor.done


@pytest.mark.parametrize("lose", [put_in_the_trash, delete_for_good])
def test_an_undo_that_waited_ends_with_the_mail_that_it_was_to_put_back(
    desk: Desk, lose: Callable[[Desk, str], None]
) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    desk.executor.fail_next(TryLater("busy"))
    waiting = desk.actions.undo(archive.id)
    lose(desk, archive.target)
    desk.actions.recheck([archive.target])
    assert (desk.now(waiting).status, desk.now(archive).status) == (Status.SUPERSEDED, Status.EXECUTED)
    assert ("undo", "m1") not in desk.executor.done
