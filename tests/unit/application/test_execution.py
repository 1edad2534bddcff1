"""Attempts: what becomes of them when the outside fails."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.memory.executor import MemoryExecutor
from domain.action_events import Proposed, RolledBack
from domain.actions import Action, Status
from domain.errors import AlfredError, CannotBe, SignInAgain, TryLater
from domain.kinds import Kind
from domain.messages import Label
from tests.unit.application.desk import Desk


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (TryLater("busy"), "try_later"),
        (TryLater("out of reach", code="unreachable"), "try_later"),
        (TryLater("slow down", code="rate_limited"), "try_later"),
        (SignInAgain("signed out", account="home"), "sign_in_again"),
        (SignInAgain("too narrow", account="home", code="too_narrow"), "sign_in_again"),
    ],
)
def test_trouble_that_passes_is_tried_again_by_itself(desk: Desk, trouble: AlfredError, code: str) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.executor.fail_next(trouble)
    failed = desk.approve(archive)
    assert (failed.status, failed.error_code) == (Status.APPROVED, code)
    desk.clock.advance(seconds=29)
    assert desk.execution.run_waiting() == 0
    desk.clock.advance(seconds=1)
    assert desk.execution.run_waiting() == 1
    assert desk.now(archive).error is None


def test_what_cannot_be_stays_approved_with_the_error_and_is_not_tried_again_by_itself(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.executor.fail_next(CannotBe("the message no longer exists", code="gone"))
    failed = desk.approve(archive)
    assert (failed.status, failed.error_code) == (Status.APPROVED, "gone")
    desk.clock.advance(days=1)
    assert desk.execution.run_waiting() == 0
    assert desk.actions.retry(archive.id).status is Status.EXECUTED


def test_pauses_between_attempts_double_up_to_an_hour(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.executor.fail_next(TryLater("busy"))
    desk.approve(archive)
    for seconds in (30, 60, 120, 240, 480, 960, 1920, 3600, 3600):
        desk.clock.advance(seconds=seconds - 1)
        assert desk.execution.run_waiting() == 0
        desk.clock.advance(seconds=1)
        desk.executor.fail_next(TryLater("busy"))
        before = desk.now(archive).attempts
        desk.execution.run_waiting()
        assert desk.now(archive).attempts == before + 1


def test_a_provider_that_names_a_time_is_left_alone_until_then(desk: Desk) -> None:
    first, second = (desk.propose(Kind.ARCHIVE, desk.receive(name)) for name in ("m1", "m2"))
    desk.executor.fail_next(TryLater("slow down", retry_after=600))
    desk.approve(first)
    desk.executor.fail_next(TryLater("slow down", retry_after=600))
    desk.approve(second)
    desk.clock.advance(seconds=599)
    assert desk.execution.run_waiting() == 0
    desk.clock.advance(seconds=1)
    assert desk.execution.run_waiting() == 2


def test_a_clock_that_was_set_back_makes_nothing_wait_for_longer(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.executor.fail_next(TryLater("busy", retry_after=60))
    desk.approve(archive)
    desk.clock.advance(days=-1)
    assert desk.execution.run_waiting() == 1


def test_where_the_provider_is_away_the_accounts_other_actions_wait_too(desk: Desk) -> None:
    actions = [desk.propose(Kind.ARCHIVE, desk.receive(f"m{n}")) for n in range(3)]
    for action in actions:
        desk.executor.fail_next(TryLater("away"))
        desk.approve(action)
    desk.clock.advance(minutes=1)
    desk.executor.fail_next(TryLater("away"))
    assert desk.execution.run_waiting() == 0
    assert sorted(desk.now(action).attempts for action in actions) == [1, 1, 2]


def test_one_action_that_breaks_does_not_keep_the_others_waiting(desk: Desk) -> None:
    actions = [desk.propose(Kind.ARCHIVE, desk.receive(f"m{n}")) for n in range(2)]
    for action in actions:
        desk.executor.fail_next(SignInAgain("signed out", account="home"))
        desk.approve(action)
    desk.clock.advance(minutes=1)
    desk.executor.fail_next(KeyError("a slip"))  # type: ignore[arg-type]
    assert desk.execution.run_waiting() == 1
    desk.execution.recover()
    assert sorted(desk.now(action).status for action in actions) == [Status.APPROVED, Status.EXECUTED]


def test_what_a_signed_out_account_has_to_do_waits_for_the_sign_in(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.connections.remove("home")
    failed = desk.approve(archive)
    assert (failed.status, failed.error_code) == (Status.APPROVED, "sign_in_again")
    desk.clock.advance(hours=2)
    assert desk.execution.run_waiting() == 0
    assert desk.now(archive).attempts == 1
    desk.connections.add(desk.connection)
    assert desk.execution.run_waiting() == 1


def test_a_missing_permission_is_asked_for_and_nothing_is_sent(tmp_path: Path) -> None:
    desk = Desk(tmp_path, granted=())
    failed = desk.approve(desk.propose_letter())
    assert (failed.status, failed.error_code, desk.executor.done) == (Status.APPROVED, "sign_in_again", [])


def test_halting_stops_between_the_draft_and_the_sending(desk: Desk) -> None:
    class HaltedAfterTheDraft(MemoryExecutor):
        def prepare(self, action: Action, content: bytes | None) -> str | None:
            token = super().prepare(action, content)
            desk.halt.halt("stop", desk.clock.now())
            return token

    executor = HaltedAfterTheDraft(desk.mailbox)
    desk.connections.add(replace(desk.connection, executors=(executor,)))
    letter = desk.approve(desk.propose_letter())
    assert (letter.status, letter.error_code, desk.sent()) == (Status.APPROVED, "halted", 0)
    desk.halt.resume()
    desk.clock.advance(seconds=30)
    assert desk.execution.run_waiting() == 1
    assert desk.sent() == 1


def test_a_mail_other_than_the_one_that_was_shown_is_never_sent(desk: Desk) -> None:
    letter = desk.propose_letter()
    desk.store.outbox._kept[letter.payload.mime] = b"To: eve@example.org\r\n\r\nHello.\r\n"
    failed = desk.approve(letter)
    assert (failed.error_code, desk.executor.done) == ("not_what_was_shown", [])


def test_a_lost_answer_to_sending_is_looked_up_and_the_mail_went_once(desk: Desk) -> None:
    letter = desk.propose_letter()
    token = desk.executor.prepare(letter, desk.store.outbox.get(letter.payload.mime))
    desk.executor.lose_answers()
    assert desk.approve(letter).status is Status.EXECUTED
    assert (desk.sent(), token in desk.executor.drafts) == (1, False)


def test_a_lost_answer_to_making_the_draft_leaves_one_draft_and_one_mail(desk: Desk) -> None:
    letter = desk.propose_letter()
    desk.executor.lose_answers()
    assert desk.approve(letter).error_code == "try_later"
    desk.clock.advance(seconds=30)
    assert desk.execution.run_waiting() == 1
    assert (desk.sent(), desk.executor.drafts) == (1, {})


def test_a_lost_answer_to_what_may_be_repeated_is_repeated(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.executor.lose_answers()
    assert desk.approve(archive).error_code == "interrupted"
    assert desk.actions.retry(archive.id).status is Status.EXECUTED
    assert desk.labels(archive.target) == {Label.UNREAD}


def test_taking_back_and_being_taken_back_are_one_step_of_the_log(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    undo = desk.actions.undo(archive.id)
    last = desk.store.actions.after(0)[-2:]
    assert [(entry.action_id, entry.event.type) for entry in last] == [
        (undo.id, "executed"),
        (archive.id, "rolled_back"),
    ]


def test_an_undo_of_what_was_taken_back_meanwhile_does_nothing(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    proposal = desk.store.actions.entries(archive.id)[0].event
    assert isinstance(proposal, Proposed)
    now = desk.clock.now()
    second = desk.store.actions.append("u2", [replace(proposal, undoes=archive.id)], actor="owner", at=now)
    desk.store.actions.append(archive.id, [RolledBack("u1")], actor="owner", at=now)
    before = len(desk.executor.done)
    failed = desk.approve(second)
    assert (failed.status, failed.error_code) == (Status.APPROVED, "cannot_undo")
    assert len(desk.executor.done) == before


def test_the_message_shows_the_effect_at_once(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    assert desk.store.messages.get(archive.target).message.labels == {Label.UNREAD}
    desk.actions.undo(archive.id)
    assert desk.store.messages.get(archive.target).message.labels == {Label.INBOX, Label.UNREAD}


def test_an_action_that_is_no_longer_approved_is_not_run(desk: Desk) -> None:
    archive = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive()))
    stale = replace(archive, status=Status.APPROVED)
    assert desk.execution.run(stale).status is Status.EXECUTED
    assert len(desk.executor.done) == 1


def test_the_mail_that_is_sent_is_the_mail_that_was_shown(desk: Desk) -> None:
    letter = desk.approve(desk.propose_letter())
    [sent] = desk.mailbox.labelled(Label.SENT)
    assert hashlib.sha256(sent.content).hexdigest() == letter.payload.mime
