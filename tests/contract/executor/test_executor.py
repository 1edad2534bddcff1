"""The contract of `Executor`, over the twin in memory and over each real provider at the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from email.message import EmailMessage

import pytest

from adapters.mime.writer import MimeWriter
from application.ports.executor import Outcome
from domain.actions import Action
from domain.errors import CannotBe, OutcomeUnknown, Refused, SignInAgain, TryLater
from domain.kinds import OUTGOING, ChangeLabels, InvitationReply, Kind
from domain.messages import Address, Label
from tests.contract.executor.orders import MESSAGE_ID, NOW, a_letter, an_action, carried_out
from tests.contract.executor.worlds import ExecutorWorld

INBOX = (Label.INBOX, Label.UNREAD)
SENDING = [Kind.SEND, Kind.REPLY, Kind.FORWARD, Kind.ANSWER_INVITATION]


def received(world: ExecutorWorld, labels: tuple[str, ...] = INBOX) -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@example.org", "jo@example.com", "Lunch"
    mail["Message-ID"] = "<lunch@example.org>"
    mail.set_content("Noon?\n")
    return world.deliver(mail.as_bytes(), labels)


def label(target: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Action:
    return an_action(Kind.LABEL, target, ChangeLabels(add, remove))


def letter_for(action: Action) -> bytes:
    return a_letter(answers="<lunch@example.org>" if action.target else "")


def prepared(world: ExecutorWorld, action: Action) -> str:
    token = world.executor.prepare(action, letter_for(action))
    assert token is not None
    return token


@pytest.mark.parametrize("before", [{Label.INBOX, Label.UNREAD}, {Label.STARRED}])
def test_archiving_takes_a_mail_out_of_the_inbox_and_undoing_puts_back_where_it_was(
    world: ExecutorWorld, before: set[Label]
) -> None:
    id = received(world, tuple(before))
    archive = an_action(Kind.ARCHIVE, id)
    receipt = carried_out(world.executor, archive)
    assert world.labels(id) == before - {Label.INBOX}
    for _ in range(2):
        world.executor.undo(archive, receipt)
        assert world.labels(id) == before


def test_taking_back_an_archiving_fetches_nothing_out_of_the_trash(world: ExecutorWorld) -> None:
    id = received(world)
    archive = an_action(Kind.ARCHIVE, id)
    receipt = carried_out(world.executor, archive)
    carried_out(world.executor, an_action(Kind.DELETE, id))
    before = world.labels(id)
    with pytest.raises(CannotBe) as caught:
        world.executor.undo(archive, receipt)
    assert (caught.value.code, world.labels(id)) == ("in_trash", before)


def test_archiving_twice_changes_nothing_more(world: ExecutorWorld) -> None:
    id = received(world)
    archive = an_action(Kind.ARCHIVE, id)
    token = world.executor.prepare(archive, None)
    for attempt in (1, 2):
        receipt = world.executor.execute(replace(archive, attempts=attempt), token)
        assert world.labels(id) == {Label.UNREAD}
    world.executor.undo(archive, receipt)
    assert world.labels(id) == {Label.INBOX, Label.UNREAD}


@pytest.mark.parametrize("before", [{Label.INBOX, Label.UNREAD}, {Label.STARRED}])
def test_deleting_moves_to_the_trash_and_undoing_puts_back_where_it_was(
    world: ExecutorWorld, before: set[Label]
) -> None:
    id = received(world, tuple(before))
    delete = an_action(Kind.DELETE, id)
    receipt = carried_out(world.executor, delete)
    assert Label.TRASH in world.labels(id)
    assert Label.INBOX not in world.labels(id)
    for _ in range(2):
        world.executor.undo(delete, receipt)
        assert world.labels(id) == before


def test_a_deletion_repeated_after_a_crash_can_still_be_undone_to_the_inbox(world: ExecutorWorld) -> None:
    id = received(world)
    delete = an_action(Kind.DELETE, id)
    token = world.executor.prepare(delete, None)
    world.executor.execute(delete, token)
    again = replace(delete, attempts=2)
    world.executor.undo(again, world.executor.execute(again, token))
    assert world.labels(id) == {Label.INBOX, Label.UNREAD}


def test_labelling_adds_and_removes_and_makes_labels_that_are_missing(world: ExecutorWorld) -> None:
    id = received(world)
    carried_out(world.executor, label(id, ("Clients/Acme", Label.STARRED), (Label.UNREAD, "Never heard of")))
    assert world.labels(id) == {Label.INBOX, Label.STARRED, "Clients/Acme"}
    other = received(world)
    carried_out(world.executor, label(other, ("Clients/Acme",)))
    assert world.labels(other) == {Label.INBOX, Label.UNREAD, "Clients/Acme"}


@pytest.mark.parametrize("place", [Label.TRASH, Label.SPAM, Label.SENT, Label.DRAFT])
def test_a_label_cannot_do_what_another_kind_of_action_does(world: ExecutorWorld, place: Label) -> None:
    id = received(world)
    with pytest.raises(CannotBe):
        carried_out(world.executor, label(id, (place,)))
    assert world.labels(id) == set(INBOX)


def test_undoing_a_label_takes_back_exactly_what_changed(world: ExecutorWorld) -> None:
    id = received(world, (Label.INBOX, "Acme"))
    change = label(id, ("Acme", "Bills"), (Label.UNREAD, Label.INBOX))
    receipt = carried_out(world.executor, change)
    assert world.labels(id) == {"Acme", "Bills"}
    for _ in range(2):
        world.executor.undo(change, receipt)
        assert world.labels(id) == {Label.INBOX, "Acme"}


def test_a_label_repeated_after_a_crash_can_still_be_undone(world: ExecutorWorld) -> None:
    id = received(world)
    change = label(id, ("Bills",), (Label.UNREAD,))
    token = world.executor.prepare(change, None)
    world.executor.execute(change, token)
    again = replace(change, attempts=2)
    world.executor.undo(again, world.executor.execute(again, token))
    assert world.labels(id) == {Label.INBOX, Label.UNREAD}


def test_undoing_what_a_second_attempt_did_leaves_what_stood_there_before(world: ExecutorWorld) -> None:
    id = received(world, (Label.STARRED, "Acme"))
    for change in (label(id, ("Acme", "Bills"), (Label.UNREAD,)), an_action(Kind.DELETE, id)):
        token = world.executor.prepare(change, None)
        world.be_busy_once()
        with pytest.raises(TryLater):
            world.executor.execute(change, token)
        again = replace(change, attempts=2)
        world.executor.undo(again, world.executor.execute(again, token))
        assert world.labels(id) == {Label.STARRED, "Acme"}


def test_a_receipt_names_the_labels_that_were_changed(world: ExecutorWorld) -> None:
    receipt = carried_out(world.executor, label(received(world, (Label.INBOX, "Acme")), ("Acme", "Bills"), ("inbox",)))
    assert [json.loads(receipt[name]) for name in ("added", "removed")] == [["Bills"], ["inbox"]]


@pytest.mark.parametrize("kind", [Kind.ARCHIVE, Kind.DELETE, Kind.LABEL])
def test_what_is_gone_cannot_be_acted_upon(world: ExecutorWorld, kind: Kind) -> None:
    id = received(world)
    action = label(id, (Label.STARRED,)) if kind is Kind.LABEL else an_action(kind, id)
    receipt = carried_out(world.executor, action)
    world.remove(id)
    with pytest.raises(CannotBe):
        carried_out(world.executor, action)
    with pytest.raises(CannotBe):
        world.executor.undo(action, receipt)


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


def test_nothing_is_written_once_it_is_forbidden(world: ExecutorWorld) -> None:
    id = received(world)
    letter = an_action(Kind.REPLY, id)
    token = prepared(world, letter)
    before = world.writes()

    def halted() -> None:
        raise Refused("halted", code="halted")

    world.executor.ask_first(halted)
    archive = an_action(Kind.ARCHIVE, id)
    for write in (
        lambda: carried_out(world.executor, archive),
        lambda: world.executor.execute(letter, token),
        lambda: world.executor.discard(letter, token),
    ):
        with pytest.raises(Refused):
            write()
    assert world.writes() == before


def test_a_reply_to_a_mail_that_is_gone_is_still_sent(world: ExecutorWorld) -> None:
    id = received(world)
    world.remove(id)
    action = an_action(Kind.REPLY, id)
    world.executor.execute(action, prepared(world, action))
    assert len(world.sent()) == 1


def test_no_write_is_tried_twice(world: ExecutorWorld) -> None:
    id = received(world)
    action = an_action(Kind.ARCHIVE, id)
    world.break_down_once()
    with pytest.raises(OutcomeUnknown):
        carried_out(world.executor, action)
    assert world.writes() == 0
    world.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        carried_out(world.executor, action)
    assert world.writes() == 1


@pytest.mark.parametrize("kind", SENDING)
def test_what_was_sent_cannot_be_taken_back(world: ExecutorWorld, kind: Kind) -> None:
    with pytest.raises(CannotBe):
        world.executor.undo(an_action(kind, received(world)), {})


def test_what_is_missing_is_said_before_anything_is_tried(world: ExecutorWorld) -> None:
    for kind in world.executor.kinds:
        assert world.executor.missing_permission(kind) == ()
        assert world.reader_only.missing_permission(kind) != ()


def test_a_withdrawn_sign_in_means_sign_in_again(world: ExecutorWorld) -> None:
    id = received(world)
    world.withdraw_sign_in()
    with pytest.raises(SignInAgain) as caught:
        carried_out(world.executor, an_action(Kind.ARCHIVE, id))
    assert caught.value.account == "gmail"
    assert world.labels(id) == {Label.INBOX, Label.UNREAD}
