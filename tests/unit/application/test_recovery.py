"""What becomes of an attempt in which Alfred himself was cut off, and of one whose outcome nobody knows."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.memory.executor import MemoryExecutor
from application.ports.executor import Look, Outcome
from domain.action_events import Approved, Doubted, Executed, Prepared, Proposed, Started
from domain.actions import Action, Status
from domain.kinds import Kind, OutgoingMail
from domain.messages import Label
from tests.unit.application.desk import Desk


def cut_off(desk: Desk, action: Action, *more: Prepared) -> Action:
    """Let Alfred be killed after he began the attempt (and had prepared it), and start again."""
    begun = [Approved(action.digest), Started(), *more]
    after = desk.store.actions.append(action.id, begun, actor="owner", at=desk.clock.now())
    desk.restart()
    return after


def prepare(desk: Desk, letter: Action) -> Prepared:
    """Make the draft as an attempt does."""
    token = desk.executor.prepare(letter, desk.store.outbox.get(letter.payload.mime))
    assert token is not None
    return Prepared(token)


def throw_the_draft_away(desk: Desk, prepared: Prepared) -> None:
    desk.mailbox.remove(desk.executor.drafts.pop(prepared.token))


@pytest.mark.parametrize("kind", [Kind.SEND, Kind.DRAFT])
def test_cut_off_before_the_draft_was_known_of_it_is_done_once(tmp_path: Path, kind: Kind) -> None:
    desk = Desk(tmp_path, hourly_cap=0)
    letter = desk.propose_letter(kind)
    prepare(desk, letter)
    cut_off(desk, letter)
    [settled] = desk.execution.recover()
    assert (settled.status, settled.error_code) == (Status.APPROVED, "interrupted")
    assert desk.actions.retry(letter.id).status is Status.EXECUTED
    assert (desk.sent(), len(desk.executor.drafts)) == ((1, 0) if kind is Kind.SEND else (0, 1))


def test_cut_off_before_sending_it_is_sent_once(desk: Desk) -> None:
    letter = desk.propose_letter()
    cut_off(desk, letter, prepare(desk, letter))
    [settled] = desk.execution.recover()
    assert (settled.status, desk.sent()) == (Status.APPROVED, 0)
    assert desk.actions.retry(letter.id).status is Status.EXECUTED
    assert desk.sent() == 1


def test_cut_off_after_sending_it_is_known_to_have_happened(desk: Desk) -> None:
    letter = desk.propose_letter()
    prepared = prepare(desk, letter)
    desk.executor.execute(letter, prepared.token)
    cut_off(desk, letter, prepared)
    [settled] = desk.execution.recover()
    assert (settled.status, desk.sent()) == (Status.EXECUTED, 1)


def test_recovering_twice_changes_nothing_more(desk: Desk) -> None:
    for name, action in (("m1", Kind.ARCHIVE), ("m2", Kind.DELETE)):
        cut_off(desk, desk.propose(action, desk.receive(name)))
    letter = desk.propose_letter()
    cut_off(desk, letter, prepare(desk, letter))
    assert len(desk.execution.recover()) == 3
    rows = desk.store.actions.verify().rows
    assert desk.execution.recover() == ()
    assert desk.store.actions.verify().rows == rows


def test_recovering_leaves_alone_what_another_thread_is_doing(desk: Desk) -> None:
    at_it, go_on = threading.Event(), threading.Event()

    class Slow(MemoryExecutor):
        def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
            at_it.set()
            assert go_on.wait(10)
            return super().execute(action, token)

    desk.connections.add(replace(desk.connection, executors=(Slow(desk.mailbox),)))
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    with ThreadPoolExecutor(1) as pool:
        approving = pool.submit(desk.approve, archive)
        assert at_it.wait(10)
        [seen] = desk.execution.recover()
        go_on.set()
    assert (seen.status, approving.result().status) == (Status.EXECUTING, Status.EXECUTED)
    assert desk.steps(archive) == ["proposed", "approved", "started", "prepared", "executed"]


def test_what_was_cut_off_is_looked_at_before_anything_new_is_begun_there(desk: Desk) -> None:
    letter = desk.propose_letter()
    prepared = prepare(desk, letter)
    desk.executor.execute(letter, prepared.token)
    cut_off(desk, letter, prepared)
    desk.restart()
    desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    ended = [entry.action_id for entry in desk.store.actions.after(0) if isinstance(entry.event, Executed)]
    assert (ended[0], len(ended), desk.sent()) == (letter.id, 2, 1)


def test_an_account_that_is_signed_out_does_not_keep_the_others_from_recovering(desk: Desk) -> None:
    letter, archive = desk.propose_letter(), desk.propose(Kind.ARCHIVE, desk.receive())
    cut_off(desk, letter, prepare(desk, letter))
    cut_off(desk, archive)
    desk.connections.remove("home")
    desk.execution.recover()
    assert (desk.now(letter).status, desk.now(archive).status) == (Status.EXECUTING, Status.APPROVED)
    desk.connections.add(desk.connection)
    desk.execution.recover()
    assert desk.now(letter).status is Status.APPROVED


def test_what_may_exist_without_a_token_is_looked_up_and_never_simply_repeated(desk: Desk) -> None:
    class NobodyKnows(MemoryExecutor):
        def look(self, action: Action, token: str | None) -> Look:
            return Look(Outcome.UNKNOWN)

    desk.connections.add(replace(desk.connection, executors=(NobodyKnows(desk.mailbox),)))
    cut_off(desk, desk.propose_letter())
    [settled] = desk.execution.recover()
    assert settled.status is Status.UNCERTAIN


def in_doubt(desk: Desk) -> Action:
    """A mail whose draft is gone, and which is not to be seen among those sent."""
    letter = desk.propose_letter()
    prepared = prepare(desk, letter)
    cut_off(desk, letter, prepared)
    throw_the_draft_away(desk, prepared)
    [doubted] = desk.execution.recover()
    assert (doubted.status, doubted.error_code) == (Status.UNCERTAIN, "outcome_unknown")
    return doubted


def test_what_nobody_can_know_waits_for_the_owner_and_is_not_sent_again(desk: Desk) -> None:
    doubted = in_doubt(desk)
    desk.clock.advance(days=1)
    assert (desk.execution.run_waiting(), desk.execution.recover()) == (0, ())
    assert (desk.now(doubted).status, desk.sent()) == (Status.UNCERTAIN, 0)


def test_the_owners_word_that_it_did_not_happen_lets_it_be_sent(desk: Desk) -> None:
    doubted = in_doubt(desk)
    assert desk.actions.retry(doubted.id).status is Status.EXECUTED
    assert desk.sent() == 1


def test_the_owner_may_leave_it_at_that(desk: Desk) -> None:
    doubted = in_doubt(desk)
    assert desk.actions.reject(doubted.id).status is Status.REJECTED
    assert desk.sent() == 0


def copy_turns_up(desk: Desk, letter: Action) -> None:
    assert isinstance(letter.payload, OutgoingMail)
    desk.mailbox.deliver(desk.store.outbox.get(letter.payload.mime), (Label.SENT,))


@pytest.mark.parametrize("seconds", [30, -7200], ids=["later", "the clock set back"])
def test_a_copy_among_those_sent_that_turns_up_later_ends_the_doubt(desk: Desk, seconds: float) -> None:
    doubted = in_doubt(desk)
    copy_turns_up(desk, doubted)
    desk.clock.advance(seconds=seconds)
    desk.execution.recover()
    assert desk.now(doubted).status is Status.EXECUTED


def test_a_clock_set_back_spends_no_look_before_its_time(desk: Desk) -> None:
    doubted = in_doubt(desk)
    desk.clock.advance(seconds=-7200)
    desk.execution.recover()
    for _ in range(9):
        desk.clock.advance(seconds=1)
        desk.execution.recover()
    copy_turns_up(desk, doubted)
    desk.clock.advance(seconds=60)
    desk.execution.recover()
    assert desk.now(doubted).status is Status.EXECUTED


def test_a_copy_that_turned_up_counts_for_more_than_the_owners_word(desk: Desk) -> None:
    doubted = in_doubt(desk)
    copy_turns_up(desk, doubted)
    assert desk.actions.retry(doubted.id).status is Status.EXECUTED
    assert desk.sent() == 1


def test_a_doubt_is_looked_at_ever_more_seldom(desk: Desk) -> None:
    looks: list[str] = []

    class Counting(MemoryExecutor):
        def look(self, action: Action, token: str | None) -> Look:
            looks.append(action.id)
            return super().look(action, token)

    in_doubt(desk)
    desk.connections.add(replace(desk.connection, executors=(Counting(desk.mailbox),)))
    for _ in range(24 * 60):
        desk.clock.advance(minutes=1)
        desk.execution.recover()
    assert 3 <= len(looks) <= 8


def test_an_undo_that_was_cut_off_is_done_again_and_ends_as_one(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    proposal = desk.store.actions.entries(archive.id)[0].event
    assert isinstance(proposal, Proposed)
    undoing = replace(proposal, undoes=archive.id)
    undo = desk.store.actions.append("undo", [undoing], actor="owner", at=desk.clock.now())
    desk.executor.undo(archive, archive.receipt or {})
    cut_off(desk, undo)
    [settled] = desk.execution.recover()
    assert settled.error_code == "interrupted"
    desk.clock.advance(seconds=30)
    assert desk.execution.run_waiting() == 1
    assert (desk.now(archive).status, desk.now(undo).status) == (Status.ROLLED_BACK, Status.EXECUTED)
    assert desk.labels(archive.target) == {Label.INBOX, Label.UNREAD}


def test_a_doubt_and_its_end_are_in_the_log(desk: Desk) -> None:
    doubted = in_doubt(desk)
    copy_turns_up(desk, doubted)
    desk.actions.retry(doubted.id)
    events = [type(entry.event) for entry in desk.store.actions.entries(doubted.id)]
    assert events == [Proposed, Approved, Started, Prepared, Doubted, Executed]
