"""The contract of `Executor`, over the twin in memory and over each real provider at the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from domain.actions import Action
from domain.errors import CannotBe, OutcomeUnknown, Refused, SignInAgain, TryLater
from domain.kinds import ChangeLabels, Kind
from domain.messages import Label
from tests.contract.executor.letters import INBOX, prepared, received
from tests.contract.executor.orders import an_action, carried_out
from tests.contract.executor.worlds import ExecutorWorld


def label(target: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Action:
    return an_action(Kind.LABEL, target, ChangeLabels(add, remove))


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
