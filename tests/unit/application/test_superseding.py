"""What became of its reason meanwhile: an action is closed, or must be looked at again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.actions import Action, Status
from domain.errors import Conflict, TryLater
from domain.kinds import Kind
from domain.messages import Label, Mail
from domain.sources import SourceState
from tests.contract.store.samples import mail
from tests.unit.application.desk import Desk
from tests.unit.application.shown import come_as_far_as_the_draft


def test_an_action_whose_reason_is_gone_is_superseded(desk: Desk) -> None:
    archive = desk.propose(Kind.ARCHIVE, desk.receive())
    desk.store.messages.relabel({archive.target: frozenset()})
    [closed] = desk.actions.recheck([archive.target])
    assert (closed.status, closed.error) == (Status.SUPERSEDED, "it is no longer in the inbox")
    with pytest.raises(Conflict):
        desk.approve(archive)


def test_what_became_of_a_message_counts_for_more_than_the_message_at_hand(desk: Desk) -> None:
    ids = [desk.propose(Kind.ARCHIVE, desk.receive(name)).target for name in ("m1", "m2", "m3")]
    at_hand = [each.message for each in desk.store.messages.get_many(ids).values()]
    desk.store.messages.relabel({ids[0]: frozenset()})
    desk.store.messages.remove([ids[1]], desk.clock.now())
    seen = desk.actions.recheck(ids, at_hand)
    assert [each.error for each in seen] == ["it is no longer in the inbox", "the message was deleted", None]


def test_a_reply_is_superseded_once_the_owner_answered_himself(desk: Desk) -> None:
    target = desk.receive(thread="t")
    reply = desk.propose_letter(Kind.REPLY, target)
    desk.clock.advance(minutes=1)
    desk.receive("m2", Label.SENT, thread="t")
    [closed] = desk.actions.recheck([target])
    assert (closed.status, closed.error) == (Status.SUPERSEDED, "you answered yourself")
    assert reply.id == closed.id


def test_what_an_attempt_of_its_own_may_have_done_does_not_supersede_it(desk: Desk) -> None:
    delete = desk.propose(Kind.DELETE, desk.receive())
    desk.executor.lose_answers()
    desk.approve(delete)
    desk.store.messages.relabel({delete.target: desk.labels(delete.target)})
    [seen] = desk.actions.recheck([delete.target])
    assert seen.status is Status.APPROVED
    assert desk.actions.retry(delete.id).status is Status.EXECUTED


def test_its_own_copy_in_the_conversation_is_no_reason_to_close_or_give_back_a_reply(desk: Desk) -> None:
    target = desk.receive(thread="t")
    reply = come_as_far_as_the_draft(desk, desk.propose_letter(Kind.REPLY, target))
    desk.clock.advance(minutes=1)
    copy = mail("m2", thread_id="t", labels=frozenset({Label.SENT}), received_at=desk.clock.now())
    own = replace(copy, body=Mail("Hello.", message_id=reply.payload.message_id))
    desk.store.messages.take([own])
    [seen] = desk.actions.recheck([target])
    assert seen.status is Status.APPROVED


def test_superseding_removes_the_draft_that_an_attempt_left(desk: Desk) -> None:
    target = desk.receive(thread="t")
    come_as_far_as_the_draft(desk, desk.propose_letter(Kind.REPLY, target))
    desk.clock.advance(minutes=1)
    desk.receive("m2", Label.SENT, thread="t")
    desk.actions.recheck([target])
    assert desk.executor.drafts == {}


def test_a_reply_must_be_looked_at_again_when_the_conversation_went_on(desk: Desk) -> None:
    target = desk.receive(thread="t")
    reply = desk.propose_letter(Kind.REPLY, target)
    desk.clock.advance(minutes=1)
    desk.receive("m2", thread="t")
    with pytest.raises(Conflict) as caught:
        desk.approve(reply)
    assert caught.value.code == "stale_digest"
    now = desk.now(reply)
    assert now.changed_since == "the conversation went on since this was proposed"
    assert desk.approve(now).status is Status.EXECUTED


def a_reply_that_waits(desk: Desk) -> Action:
    """Approve a reply whose draft is made and cannot be sent yet; then let the conversation go on."""
    held = come_as_far_as_the_draft(desk, desk.propose_letter(Kind.REPLY, desk.receive(thread="t")))
    desk.clock.advance(minutes=1)
    desk.receive("m2", thread="t")
    return held


def read_the_mail(desk: Desk) -> None:
    """Note that the mailbox was read just now."""
    desk.store.sources.set_state(SourceState("home/mail", last_success=desk.clock.now()))


def test_a_reply_that_waits_is_given_back_when_the_conversation_goes_on(desk: Desk) -> None:
    held = a_reply_that_waits(desk)
    [again] = desk.actions.recheck([held.target])
    assert (again.status, again.changed_since) == (
        Status.PROPOSED,
        "the conversation went on since this was approved",
    )
    with pytest.raises(Conflict) as caught:
        desk.approve(held)
    assert (caught.value.code, desk.sent()) == ("stale_digest", 0)
    assert desk.approve(again).status is Status.EXECUTED
    assert (desk.sent(), desk.executor.drafts) == (1, {})


@pytest.mark.parametrize("by_owner", [True, False])
def test_no_attempt_begins_on_what_changed_since_it_was_approved(desk: Desk, by_owner: bool) -> None:
    held = a_reply_that_waits(desk)
    desk.clock.advance(hours=1)
    read_the_mail(desk)
    if by_owner:
        desk.actions.retry(held.id)
    else:
        assert desk.execution.run_waiting() == 0
    assert (desk.now(held).status, desk.sent()) == (Status.PROPOSED, 0)
    assert desk.store.actions.entries(held.id)[-1].actor == "alfred"


def test_a_reply_that_waits_is_not_sent_before_the_mail_was_read_since(desk: Desk) -> None:
    reply = desk.propose_letter(Kind.REPLY, desk.receive(thread="t"))
    read_the_mail(desk)
    desk.clock.advance(seconds=1)
    desk.executor.fail_next(TryLater("away"))
    desk.approve(reply)
    desk.clock.advance(days=2)
    assert (desk.execution.run_waiting(), desk.sent()) == (0, 0)
    read_the_mail(desk)
    assert (desk.execution.run_waiting(), desk.sent()) == (1, 1)


def test_a_reply_that_is_changed_after_it_was_given_back_is_sent_as_it_was_changed(desk: Desk) -> None:
    held = a_reply_that_waits(desk)
    desk.actions.recheck([held.target])
    changed = desk.actions.edit(held.id, {"text": "Then not."})
    assert desk.executor.drafts == {}
    desk.approve(changed)
    [sent] = desk.mailbox.labelled(Label.SENT)
    assert b"Then not." in sent.content


def test_a_draft_that_could_not_be_removed_is_not_sent_for_the_changed_reply(desk: Desk) -> None:
    held = a_reply_that_waits(desk)
    desk.actions.recheck([held.target])
    desk.executor.fail_next(TryLater("away"))
    desk.approve(desk.actions.edit(held.id, {"text": "Then not."}))
    [sent] = desk.mailbox.labelled(Label.SENT)
    assert (b"Then not." in sent.content, len(desk.executor.drafts)) == (True, 1)


def test_trouble_with_one_action_does_not_stop_the_review_of_others(desk: Desk) -> None:
    target = desk.receive(thread="t")
    come_as_far_as_the_draft(desk, desk.propose_letter(Kind.REPLY, target))
    archive = desk.propose(Kind.ARCHIVE, target)
    desk.store.messages.relabel({target: frozenset({Label.TRASH})})
    desk.executor.fail_next(KeyError("a slip"))  # type: ignore[arg-type]
    desk.actions.recheck([target])
    assert desk.now(archive).status is Status.SUPERSEDED
