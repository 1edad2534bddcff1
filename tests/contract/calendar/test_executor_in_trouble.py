"""The contract of `Executor` for events where the world moves on, answers get lost, or a permission is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.ports.executor import Outcome
from domain.actions import Action
from domain.calendar import Response
from domain.errors import CannotBe, OutcomeUnknown, SignInAgain, TryLater
from domain.kinds import ChangeEvent, InvitationAnswer, Kind
from tests.contract.calendar.acting import (
    NEW,
    RENAME,
    an_invitation,
    on,
    prepared,
)
from tests.contract.calendar.orders import (
    Draft,
    an_action,
)
from tests.contract.calendar.worlds import CalendarWorld


def every_kind(world: CalendarWorld) -> list[Action]:
    """One action of each kind, each on an event of its own."""
    return [
        an_action(Kind.CREATE_EVENT, payload=NEW),
        on(world, Kind.UPDATE_EVENT, world.enter(Draft("Changed")), RENAME),
        on(world, Kind.DELETE_EVENT, world.enter(Draft("Deleted"))),
        on(world, Kind.RESPOND_EVENT, an_invitation(world), InvitationAnswer(Response.ACCEPTED)),
    ]


def test_an_event_whose_answer_is_lost_is_written_once(world: CalendarWorld) -> None:
    create = an_action(Kind.CREATE_EVENT, payload=NEW)
    token = prepared(world, create)
    world.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        world.executor.execute(create, token)
    look = world.executor.look(create, token)
    assert look.outcome is Outcome.HAPPENED
    again = replace(create, attempts=2)
    assert prepared(world, again) == token
    assert dict(world.executor.execute(again, token)) == dict(look.receipt)
    assert world.titles() == ["Planning"]


@pytest.mark.parametrize("kind", [Kind.UPDATE_EVENT, Kind.DELETE_EVENT, Kind.RESPOND_EVENT])
def test_what_changed_since_it_was_seen_is_looked_at_again(world: CalendarWorld, kind: Kind) -> None:
    id = an_invitation(world)
    payload = {Kind.UPDATE_EVENT: ChangeEvent(title="X"), Kind.RESPOND_EVENT: InvitationAnswer(Response.ACCEPTED)}.get(
        kind
    )
    action = on(world, kind, id, payload)
    world.rename(id, "Something else")
    with pytest.raises(CannotBe) as caught:
        world.executor.prepare(action, None)
    assert caught.value.code == "changed"
    assert (world.titles(), world.writes()) == (["Something else"], 0)


@pytest.mark.parametrize(
    ("kind", "payload"), [(Kind.UPDATE_EVENT, ChangeEvent(title="Ours")), (Kind.DELETE_EVENT, None)]
)
def test_what_changes_between_preparing_and_writing_is_not_overwritten(
    world: CalendarWorld, kind: Kind, payload: object
) -> None:
    id = world.enter(Draft())
    action = on(world, kind, id, payload)
    token = prepared(world, action)
    world.rename(id, "Theirs")
    with pytest.raises(CannotBe) as caught:
        world.executor.execute(action, token)
    assert caught.value.code == "changed"
    assert world.titles() == ["Theirs"]


def test_what_is_gone_cannot_be_acted_upon(world: CalendarWorld) -> None:
    for kind, payload in (
        (Kind.UPDATE_EVENT, ChangeEvent(title="X")),
        (Kind.DELETE_EVENT, None),
        (Kind.RESPOND_EVENT, InvitationAnswer(Response.ACCEPTED)),
    ):
        id = an_invitation(world)
        action = on(world, kind, id, payload)
        token = prepared(world, action)
        world.remove(id)
        with pytest.raises(CannotBe) as caught:
            world.executor.prepare(action, None)
        assert caught.value.code == "gone"
        with pytest.raises(CannotBe):
            world.executor.execute(action, token)


def test_a_lost_answer_is_told_by_a_look_and_nothing_is_written_twice(world: CalendarWorld) -> None:
    for action in every_kind(world):
        token = prepared(world, action)
        assert world.executor.look(action, token).outcome is Outcome.NOT_YET
        before = world.writes()
        world.lose_the_next_answer()
        with pytest.raises(OutcomeUnknown):
            world.executor.execute(action, token)
        assert world.writes() == before + 1
        look = world.executor.look(action, token)
        assert look.outcome is Outcome.HAPPENED, action.kind
        world.executor.undo(action, look.receipt)
    assert world.titles() == ["Changed", "Deleted", "Invited"]


def test_a_break_down_leaves_it_undone_and_it_can_be_done_again(world: CalendarWorld) -> None:
    for action in every_kind(world):
        token = prepared(world, action)
        before = world.writes()
        world.break_down_once()
        with pytest.raises(OutcomeUnknown):
            world.executor.execute(action, token)
        assert world.executor.look(action, token).outcome is Outcome.NOT_YET
        assert world.writes() == before
        world.executor.execute(replace(action, attempts=2), token)
        assert world.executor.look(action, token).outcome is Outcome.HAPPENED


def test_a_busy_provider_has_written_nothing(world: CalendarWorld) -> None:
    for action in every_kind(world):
        token = prepared(world, action)
        world.be_busy_once()
        with pytest.raises(TryLater) as caught:
            world.executor.execute(action, token)
        assert caught.value.retry_after == 30
        assert world.executor.look(action, token).outcome is Outcome.NOT_YET


def test_without_preparing_nothing_happened_and_nothing_can(world: CalendarWorld) -> None:
    for action in every_kind(world):
        assert world.executor.look(action, None).outcome is Outcome.NOT_YET
        with pytest.raises(CannotBe):
            world.executor.execute(action, None)
    assert world.writes() == 0


def test_discarding_leaves_everything_as_it_is(world: CalendarWorld) -> None:
    for action in every_kind(world):
        world.executor.discard(action, prepared(world, action))
    assert world.titles() == ["Changed", "Deleted", "Invited"]


def test_what_is_missing_is_said_before_anything_is_tried(world: CalendarWorld) -> None:
    kinds = {Kind.CREATE_EVENT, Kind.UPDATE_EVENT, Kind.DELETE_EVENT, Kind.RESPOND_EVENT}
    assert world.executor.kinds == kinds
    for kind in kinds:
        assert world.executor.missing_permission(kind) == ()
        assert world.reader_only.missing_permission(kind) != ()


def test_a_withdrawn_sign_in_means_sign_in_again(world: CalendarWorld) -> None:
    action = on(world, Kind.DELETE_EVENT, world.enter(Draft()))
    token = prepared(world, action)
    world.withdraw_sign_in()
    with pytest.raises(SignInAgain) as caught:
        world.executor.execute(action, token)
    assert caught.value.account == "work"
    assert world.titles() == ["Planning"]
