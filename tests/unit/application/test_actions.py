"""Proposing, approving, editing, rejecting, trying again, and what is done without being asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from application.acting import outgoing
from application.acting.drafting import Proposal
from application.acting.halt import HaltSwitch
from domain.action_events import Approved, Origin
from domain.actions import Status
from domain.errors import AlfredError, CannotBe, Conflict, Invalid, NotFound, Refused, TryLater
from domain.kinds import Kind, Risk
from domain.messages import Address, Chat, Label
from domain.rule_drafts import draft_rule
from domain.rules import Conditions, Outcome, Rule
from domain.triage import Category, Classification, Verdict
from tests.contract.store.samples import mail
from tests.unit.application.desk import OWNER, Desk
from tests.unit.application.shown import by_rule, come_as_far_as_the_draft

NEWSLETTERS = Rule("Newsletters", Conditions(sender=("ann@example.org",)), (Outcome(Kind.ARCHIVE, {}),), standing=True)


def test_an_approved_action_is_executed_and_every_step_is_in_the_log(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    assert archive.status is Status.PROPOSED
    assert desk.approve(archive).status is Status.EXECUTED
    assert desk.labels(archive.target) == {Label.UNREAD}
    assert desk.steps(archive) == ["proposed", "approved", "started", "prepared", "executed"]


def test_a_rules_task_for_a_mail_is_called_after_it(desk: Desk) -> None:
    (outcome,) = draft_rule("Add a task for mail from ann@example.org").then
    titles = [
        desk.actions.propose(Proposal(outcome.kind, desk.receive(name, subject=subject), outcome.completed)).title
        for name, subject in (("m1", "Lunch  at noon"), ("m2", ""))
    ]
    assert titles == ["Add the task “Lunch at noon”", "Add the task “A message from Ann Smith”"]
    assert {task.title for task in desk.store.tasks.tasks()} == {"Lunch at noon", "A message from Ann Smith"}


def test_of_two_approvals_at_the_same_time_one_executes(desk: Desk) -> None:
    letter = desk.propose_letter()
    together = threading.Barrier(2)

    def approve() -> Status | str:
        together.wait()
        try:
            return desk.approve(letter).status
        except AlfredError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        outcomes = {each.result() for each in (pool.submit(approve), pool.submit(approve))}
    assert outcomes == {Status.EXECUTED, "not_proposed"}
    assert desk.sent() == 1


def test_an_approval_by_another_digest_is_refused(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    with pytest.raises(Conflict) as caught:
        desk.actions.approve(archive.id, "0" * 64)
    assert caught.value.code == "stale_digest"
    assert desk.now(archive).status is Status.PROPOSED


def test_an_action_is_approved_once(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.approve(archive)
    with pytest.raises(Conflict) as caught:
        desk.approve(archive)
    assert caught.value.code == "not_proposed"
    assert len(desk.executor.done) == 1


def test_an_edit_gives_a_new_digest_and_the_old_one_is_stale(desk: Desk) -> None:
    letter = desk.propose_letter()
    edited = desk.actions.edit(letter.id, {"text": "Hello again."})
    assert edited.digest != letter.digest
    with pytest.raises(Conflict) as caught:
        desk.approve(letter)
    assert caught.value.code == "stale_digest"
    desk.approve(edited)
    [sent] = desk.mailbox.labelled(Label.SENT)
    assert b"Hello again." in sent.content


def test_nobody_but_alfred_chooses_the_message_id_and_the_bytes(desk: Desk) -> None:
    letter = desk.propose_letter(message_id="<known@example.org>", mime="0" * 64)
    assert letter.payload.message_id != "<known@example.org>"
    edited = desk.actions.edit(letter.id, {"message_id": "<known@example.org>", "mime": "0" * 64, "text": "More."})
    assert edited.payload.message_id == letter.payload.message_id
    assert b"More." in desk.store.outbox.get(edited.payload.mime)


def test_another_accounts_mail_is_not_acted_on(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.actions.propose(Proposal(Kind.ARCHIVE, desk.receive(), account="work"))


@pytest.mark.parametrize("target", ["", "home:unheard-of"])
@pytest.mark.parametrize("kind", [Kind.ARCHIVE, Kind.DELETE, Kind.LABEL, Kind.REPLY, Kind.FORWARD, Kind.SNOOZE])
def test_what_acts_on_a_mail_needs_one_that_is_known(desk: Desk, kind: Kind, target: str) -> None:
    with pytest.raises(NotFound):
        desk.propose(kind, target)


def test_a_mail_that_no_server_takes_is_refused_before_anybody_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "MOST_BYTES", 2 * outgoing.MB)
    with pytest.raises(CannotBe, match="this mail has 3 MB; servers take up to 2") as caught:
        desk.propose_letter(text="a line of it\n" * (outgoing.MB // 4))
    assert caught.value.code == "too_large"


def test_rejecting_removes_the_draft_that_an_attempt_left(desk: Desk) -> None:
    held = come_as_far_as_the_draft(desk, desk.propose_letter())
    assert desk.actions.reject(held.id, "no").status is Status.REJECTED
    assert (desk.executor.drafts, desk.sent()) == ({}, 0)


def test_a_rejected_action_is_never_executed(desk: Desk) -> None:
    letter = desk.propose_letter()
    desk.actions.reject(letter.id)
    for order in (lambda: desk.approve(letter), lambda: desk.actions.retry(letter.id)):
        with pytest.raises(Conflict):
            order()
    assert desk.executor.done == []


def test_trying_again_does_what_failed(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.executor.fail_next(TryLater("busy"))
    failed = desk.approve(archive)
    assert (failed.status, failed.error, failed.error_code) == (Status.APPROVED, "busy", "try_later")
    assert desk.actions.retry(archive.id).status is Status.EXECUTED


def test_one_that_fails_in_a_batch_does_not_hold_up_the_others(desk: Desk) -> None:
    first, second = (desk.propose(Kind.ARCHIVE, desk.receive(name)) for name in ("m1", "m2"))
    results = desk.actions.approve_many([(first.id, "stale"), ("unheard-of", ""), (second.id, second.digest)])
    assert [result.error and result.error.code for result in results] == ["stale_digest", "not_found", None]
    assert desk.now(second).status is Status.EXECUTED


def test_a_program_error_in_a_batch_does_not_hold_up_the_others(desk: Desk) -> None:
    first, second = desk.propose(Kind.ARCHIVE, desk.receive("m1")), desk.propose_letter()
    desk.executor.fail_next(KeyError("a slip"))  # type: ignore[arg-type]
    results = desk.actions.approve_many([(first.id, first.digest), (second.id, second.digest)])
    assert [result.status for result in results] == [None, Status.EXECUTED]


def test_while_halted_nothing_is_approved_undone_tried_again_or_done_by_itself(desk: Desk) -> None:
    done = desk.approve(desk.propose(Kind.ARCHIVE, desk.receive("m1")))
    waiting = desk.propose(Kind.ARCHIVE, desk.receive("m2"))
    target = desk.receive("m3")
    desk.halt.halt("enough", desk.clock.now())
    before = len(desk.executor.done)
    orders = (lambda: desk.approve(waiting), lambda: desk.actions.undo(done.id), lambda: desk.actions.retry(done.id))
    for order in orders:
        with pytest.raises(Refused) as caught:
            order()
        assert caught.value.code == "halted"
    label = desk.propose(Kind.LABEL, target, add=["starred"])
    assert label.status is Status.PROPOSED
    assert (desk.actions.run_automatic(), desk.execution.run_waiting()) == (0, 0)
    assert len(desk.executor.done) == before
    desk.halt.resume()
    assert desk.actions.run_automatic() == 1
    assert desk.now(label).status is Status.EXECUTED


def test_a_round_leaves_alone_what_is_proposed_and_carried_out_this_moment(desk: Desk) -> None:
    class Rounds(HaltSwitch):
        """A round comes by when it is first asked whether all is halted."""

        @property
        def is_halted(self) -> bool:
            if not rounds:
                rounds.append(-1)
                rounds[0] = desk.actions.run_automatic()
            return False

    rounds: list[int] = []
    desk.halt = Rounds(desk.home / "HALT")
    desk.restart()
    assert desk.propose(Kind.LABEL, desk.receive(), add=["starred"]).status is Status.EXECUTED
    assert rounds == [0]


def test_no_more_automatic_actions_run_in_an_hour_than_the_cap_allows(tmp_path: Path) -> None:
    desk = Desk(tmp_path, hourly_cap=2)
    labels = [desk.propose(Kind.LABEL, desk.receive(f"m{n}"), add=["starred"]) for n in range(3)]
    assert [each.status for each in labels] == [Status.EXECUTED, Status.EXECUTED, Status.PROPOSED]
    assert desk.actions.run_automatic() == 0
    desk.clock.advance(minutes=61)
    assert desk.actions.run_automatic() == 1


def test_the_cap_counts_attempts_that_are_made_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, hourly_cap=1)
    desk.executor.fail_next(TryLater("busy"))
    label = desk.propose(Kind.LABEL, desk.receive(), add=["starred"])
    desk.clock.advance(minutes=5)
    assert desk.execution.run_waiting() == 0
    with pytest.raises(Refused) as caught:
        desk.actions.retry(label.id)
    assert caught.value.code == "capped"
    desk.clock.advance(minutes=56)
    assert desk.execution.run_waiting() == 1


def test_what_the_owner_approves_is_not_capped(tmp_path: Path) -> None:
    desk = Desk(tmp_path, hourly_cap=0)
    assert desk.approve(desk.propose(Kind.ARCHIVE, desk.receive())).status is Status.EXECUTED


def test_without_the_permission_nothing_is_done_by_itself(tmp_path: Path) -> None:
    desk = Desk(tmp_path, granted=())
    label = desk.propose(Kind.LABEL, desk.receive(), add=["starred"])
    assert (label.status, label.risk) == (Status.PROPOSED, Risk.APPROVAL)


def test_what_outside_text_had_a_say_in_waits_for_the_owner(desk: Desk) -> None:
    proposal = Proposal(Kind.LABEL, desk.receive(), {"add": ["starred"]}, tainted=True)
    assert desk.actions.propose(proposal).status is Status.PROPOSED
    assert desk.actions.run_automatic() == 0


def test_a_standing_order_acts_by_itself(desk: Desk) -> None:
    desk.store.rules.put(NEWSLETTERS)
    assert by_rule(desk, desk.receive(), standing=True).status is Status.EXECUTED


def test_a_standing_order_that_was_withdrawn_no_longer_acts_on_what_waited(desk: Desk) -> None:
    desk.store.rules.put(NEWSLETTERS)
    desk.halt.halt("wait", desk.clock.now())
    archive = by_rule(desk, desk.receive(), standing=True)
    assert archive.risk is Risk.AUTO
    desk.store.rules.put(replace(NEWSLETTERS, standing=False))
    desk.halt.resume()
    assert desk.actions.run_automatic() == 0
    assert desk.now(archive).status is Status.PROPOSED


def test_mail_that_was_sorted_otherwise_while_it_waited_is_not_archived_by_itself(desk: Desk) -> None:
    desk.store.rules.put(replace(NEWSLETTERS, when=Conditions(category=(Category.NEWSLETTER,))))
    target = desk.receive()
    desk.store.classifications.put([Classification(target, Verdict(Category.NEWSLETTER, 5, 0.9), desk.clock.now())])
    desk.halt.halt("wait", desk.clock.now())
    archive = by_rule(desk, target, standing=True)
    assert archive.risk is Risk.AUTO
    desk.store.classifications.put([Classification(target, Verdict(Category.WORK, 3, 1.0), desk.clock.now())])
    desk.halt.resume()
    assert desk.actions.run_automatic() == 0
    assert desk.now(archive).status is Status.PROPOSED


def test_mail_that_turned_important_while_it_waited_is_not_archived_by_itself(desk: Desk) -> None:
    desk.store.rules.put(NEWSLETTERS)
    desk.halt.halt("wait", desk.clock.now())
    archive = by_rule(desk, desk.receive(), standing=True)
    desk.store.messages.relabel({archive.target: frozenset({Label.INBOX, Label.IMPORTANT})})
    desk.halt.resume()
    assert desk.actions.run_automatic() == 0
    assert desk.now(archive).status is Status.PROPOSED


def test_mail_that_turned_important_between_two_attempts_is_not_archived_by_itself(desk: Desk) -> None:
    desk.store.rules.put(NEWSLETTERS)
    desk.executor.fail_next(TryLater("busy"))
    archive = by_rule(desk, desk.receive(), standing=True)
    assert archive.status is Status.APPROVED
    desk.store.messages.relabel({archive.target: frozenset({Label.INBOX, Label.IMPORTANT})})
    desk.clock.advance(hours=2)
    assert desk.execution.run_waiting() == 0
    assert desk.now(archive).status is Status.SUPERSEDED
    assert Label.INBOX in desk.labels(archive.target)


def test_what_protects_a_mail_is_not_taken_away_by_itself(desk: Desk) -> None:
    rule = replace(NEWSLETTERS, then=(Outcome(Kind.LABEL, {"remove": ["important"]}),))
    desk.store.rules.put(rule)
    target = desk.receive("m1", Label.INBOX, Label.IMPORTANT)
    order = Proposal(Kind.LABEL, target, {"remove": ["important"]}, origin=Origin.RULE, rule=rule.name, standing=True)
    assert desk.actions.propose(order).status is Status.PROPOSED
    assert Label.IMPORTANT in desk.labels(target)


def test_an_approval_that_the_terminal_gave_says_so_in_the_log(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.actions.approve(archive.id, archive.digest, actor="owner:phone")
    [entry] = [each for each in desk.store.actions.entries(archive.id) if isinstance(each.event, Approved)]
    assert entry.actor == "owner:phone"
    assert entry.at - desk.clock.now() == timedelta(0)


@pytest.mark.parametrize("kind", [Kind.ARCHIVE, Kind.DELETE, Kind.LABEL, Kind.REPLY])
def test_what_is_done_with_mail_is_refused_on_a_chat_message(desk: Desk, kind: Kind) -> None:
    post = replace(mail("post"), body=Chat("All well again."))
    desk.store.messages.take([post])
    with pytest.raises(Refused) as caught:
        desk.propose(kind, post.id)
    assert caught.value.code == "chat"


def test_a_stranger_who_looks_like_somebody_the_owner_wrote_to_is_pointed_out_in_a_thread_of_his_own(
    desk: Desk,
) -> None:
    ann, eve = Address("Ann", "ann@acme.com"), Address("Ann", "ann@acrne.com")
    desk.store.messages.take([mail("s", labels=frozenset({Label.SENT}), sender=OWNER, to=(ann,))])
    asking = mail("e", sender=eve, to=(OWNER,))
    desk.store.messages.take([asking])
    said = ("ann@acrne.com looks like acme.com, but is another domain",)
    assert desk.propose(Kind.REPLY, asking.id, text="Yes.").warnings == said
    assert desk.propose_letter(to=[str(eve)]).warnings == said
    assert desk.propose_letter(to=[str(ann)]).warnings == ()


def test_whom_the_owner_wrote_to_for_years_is_not_taken_for_another_acquaintance(desk: Desk) -> None:
    ann, bob = Address("Ann", "ann@acme.com"), Address("Bob", "bob@acme.co")
    other = Address("Bob", "bob2@acme.co")
    desk.store.messages.take([mail("s", labels=frozenset({Label.SENT}), sender=OWNER, to=(ann, bob))])
    assert desk.propose_letter(to=[str(bob)]).warnings == ()
    said = ("bob2@acme.co looks like acme.com, but is another domain",)
    assert desk.propose_letter(to=[str(other)]).warnings == said
