"""The contract of `Executor` for what is sent: the very bytes, once, and never what the owner changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.mime.writer import MimeWriter
from application.ports.executor import Outcome
from domain.errors import CannotBe, OutcomeUnknown, TryLater
from domain.kinds import OUTGOING, InvitationReply, Kind
from domain.messages import Address
from tests.contract.executor.letters import letter_for, prepared, received
from tests.contract.executor.orders import MESSAGE_ID, NOW, a_letter, an_action
from tests.contract.executor.worlds import ExecutorWorld

SENDING = [Kind.SEND, Kind.REPLY, Kind.FORWARD, Kind.ANSWER_INVITATION]


def test_a_draft_is_made_of_the_very_bytes_and_stays_one(world: ExecutorWorld) -> None:
    id = received(world)
    draft = an_action(Kind.DRAFT, id)
    token = prepared(world, draft)
    receipt = world.executor.execute(draft, token)
    assert world.drafts() == [(letter_for(draft), world.thread(id))]
    assert world.sent() == []
    assert world.executor.look(draft, token).outcome is Outcome.HAPPENED
    for _ in range(2):
        world.executor.undo(draft, receipt)
        assert world.drafts() == []


@pytest.mark.parametrize("kind", SENDING)
def test_a_mail_is_sent_once_with_the_very_bytes(world: ExecutorWorld, kind: Kind) -> None:
    id = received(world)
    action = an_action(kind, id if kind is not Kind.SEND else "")
    token = prepared(world, action)
    assert world.sent() == []
    assert world.executor.look(action, token).outcome is Outcome.NOT_YET
    receipt = world.executor.execute(action, token)
    [(content, thread)] = world.sent()
    assert content == letter_for(action)
    assert (thread == world.thread(id)) == (kind is not Kind.SEND)
    assert world.drafts() == []
    look = world.executor.look(action, token)
    assert look.outcome is Outcome.HAPPENED
    assert dict(look.receipt) == dict(receipt)


def test_a_large_mail_is_sent_unchanged(world: ExecutorWorld) -> None:
    letter = a_letter() + b"\n".join(b"line %06d\r" % number for number in range(200_000))
    action = an_action(Kind.SEND)
    token = world.executor.prepare(action, letter)
    world.executor.execute(action, token)
    assert [content for content, _ in world.sent()] == [letter]


def test_a_mail_whose_answer_is_lost_is_in_sent_once(world: ExecutorWorld) -> None:
    action = an_action(Kind.SEND)
    token = prepared(world, action)
    world.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        world.executor.execute(action, token)
    assert world.executor.look(action, token).outcome is Outcome.HAPPENED
    receipt = world.executor.execute(replace(action, attempts=2), token)
    assert dict(receipt) == dict(world.executor.look(action, token).receipt)
    assert len(world.sent()) == 1


def test_a_break_down_while_sending_leaves_it_to_be_looked_at(world: ExecutorWorld) -> None:
    action = an_action(Kind.SEND)
    token = prepared(world, action)
    world.break_down_once()
    with pytest.raises(OutcomeUnknown):
        world.executor.execute(action, token)
    assert world.executor.look(action, token).outcome is Outcome.NOT_YET
    world.executor.execute(replace(action, attempts=2), token)
    assert len(world.sent()) == 1


def test_a_busy_provider_has_sent_nothing(world: ExecutorWorld) -> None:
    action = an_action(Kind.SEND)
    token = prepared(world, action)
    world.be_busy_once()
    with pytest.raises(TryLater) as caught:
        world.executor.execute(action, token)
    assert caught.value.retry_after == 30
    assert world.executor.look(action, token).outcome is Outcome.NOT_YET


def test_a_draft_that_the_owner_threw_away_is_never_sent(world: ExecutorWorld) -> None:
    action = an_action(Kind.SEND)
    token = prepared(world, action)
    world.discard_all_drafts()
    assert world.executor.look(action, token).outcome is Outcome.UNKNOWN
    with pytest.raises(OutcomeUnknown):
        world.executor.execute(action, token)
    assert world.sent() == []


def test_a_draft_that_the_owner_changed_is_neither_sent_nor_removed(world: ExecutorWorld) -> None:
    letter, draft = an_action(Kind.SEND), an_action(Kind.DRAFT)
    token = prepared(world, letter)
    receipt = world.executor.execute(draft, token)
    world.change_the_draft()
    with pytest.raises(CannotBe, match="changed"):
        world.executor.execute(replace(letter, attempts=2), token)
    with pytest.raises(CannotBe, match="changed"):
        world.executor.undo(draft, receipt)
    world.executor.discard(letter, token)
    assert (world.sent(), len(world.drafts())) == ([], 1)


def test_a_draft_of_which_an_older_version_noted_no_edition_is_told_by_what_it_says(world: ExecutorWorld) -> None:
    action, draft = an_action(Kind.SEND, attempts=2), an_action(Kind.DRAFT)
    world.executor.execute(action, prepared(world, action).split()[0])
    assert [content for content, _ in world.sent()] == [letter_for(action)]
    old = prepared(world, draft).split()[0]
    world.change_the_draft()
    world.executor.discard(draft, old)
    for step in (lambda: world.executor.undo(draft, {"draft": old}), lambda: world.executor.execute(action, old)):
        with pytest.raises(CannotBe, match="changed"):
            step()
    world.discard_all_drafts()
    old = prepared(world, draft).split()[0]
    world.executor.undo(draft, {"draft": old})
    assert (world.drafts(), len(world.sent())) == ([], 1)


def test_a_draft_never_told_of_that_the_owner_changed_is_neither_taken_up_nor_removed(world: ExecutorWorld) -> None:
    action = an_action(Kind.SEND)
    prepared(world, action)
    world.change_the_draft()
    [(changed, _)] = world.drafts()
    world.executor.discard(action, None)
    assert [content for content, _ in world.drafts()] == [changed]
    world.executor.execute(action, prepared(world, replace(action, attempts=2)))
    assert [content for content, _ in world.sent()] == [letter_for(action)]
    assert [content for content, _ in world.drafts()] == [changed]


def test_preparing_again_after_a_crash_takes_up_the_draft_left_behind(world: ExecutorWorld) -> None:
    world.executor.prepare(an_action(Kind.SEND), a_letter("<another@example.com>"))
    action = an_action(Kind.SEND)
    world.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        world.executor.prepare(action, a_letter())
    token = prepared(world, replace(action, attempts=2))
    assert len(world.drafts()) == 2
    world.executor.execute(replace(action, attempts=2), token)
    assert [content for content, _ in world.sent()] == [a_letter()]


def test_the_answer_to_an_invitation_goes_out_as_the_calendar_that_was_built(world: ExecutorWorld) -> None:
    answer = InvitationReply(
        ("ann@example.org",), "Accepted: Lunch", "I will be there.", message_id=MESSAGE_ID, uid="x"
    )
    content = MimeWriter().build(answer, Address("Jo", "jo@example.com"), None, (), NOW)
    action = an_action(Kind.ANSWER_INVITATION, received(world), answer)
    token = world.executor.prepare(action, content)
    world.executor.execute(action, token)
    assert [sent for sent, _ in world.sent()] == [content]


@pytest.mark.parametrize("kind", sorted(OUTGOING))
def test_without_a_draft_nothing_was_sent_and_nothing_can_be(world: ExecutorWorld, kind: Kind) -> None:
    action = an_action(kind)
    assert world.executor.look(action, None).outcome is Outcome.NOT_YET
    with pytest.raises(CannotBe):
        world.executor.execute(action, None)


def test_discarding_removes_what_was_prepared_and_may_be_repeated(world: ExecutorWorld) -> None:
    action = an_action(Kind.REPLY, received(world))
    token = prepared(world, action)
    for _ in range(2):
        world.executor.discard(action, token)
        assert world.drafts() == []
    assert world.sent() == []


def test_what_was_prepared_and_never_told_of_is_found_and_removed(world: ExecutorWorld) -> None:
    action = an_action(Kind.REPLY, received(world))
    prepared(world, action)
    for _ in range(2):
        world.executor.discard(action, None)
        assert world.drafts() == []


def test_a_reply_to_a_mail_that_is_gone_is_still_sent(world: ExecutorWorld) -> None:
    id = received(world)
    world.remove(id)
    action = an_action(Kind.REPLY, id)
    world.executor.execute(action, prepared(world, action))
    assert len(world.sent()) == 1


@pytest.mark.parametrize("kind", SENDING)
def test_what_was_sent_cannot_be_taken_back(world: ExecutorWorld, kind: Kind) -> None:
    with pytest.raises(CannotBe):
        world.executor.undo(an_action(kind, received(world)), {})
