"""A draft that came to nothing is removed, at once or later: nothing of what was rejected stays at the provider."""

from __future__ import annotations

import pytest

from domain.action_events import Rejected, Reopened
from domain.actions import Action, Status
from domain.errors import SignInAgain, TryLater
from tests.unit.application.desk import Desk
from tests.unit.application.shown import come_as_far_as_the_draft


def held(desk: Desk) -> Action:
    return come_as_far_as_the_draft(desk, desk.propose_letter())


def marks(desk: Desk) -> tuple[str, ...]:
    return desk.store.preferences.names("draft/")


def test_a_draft_whose_making_was_never_told_of_is_removed(desk: Desk) -> None:
    letter = desk.propose_letter()
    desk.executor.lose_answers()
    waiting = desk.approve(letter)
    assert (waiting.status, waiting.token, len(desk.executor.drafts)) == (Status.APPROVED, None, 1)
    desk.actions.reject(letter.id)
    assert (desk.executor.drafts, marks(desk)) == ({}, ())


@pytest.mark.parametrize("trouble", [TryLater("busy"), SignInAgain("expired", account="home")])
def test_a_draft_that_cannot_be_removed_yet_is_removed_later(desk: Desk, trouble: Exception) -> None:
    letter = held(desk)
    desk.executor.fail_next(trouble)  # type: ignore[arg-type]
    desk.actions.reject(letter.id)
    desk.actions.clear_away()
    assert len(desk.executor.drafts) == 1
    desk.clock.advance(minutes=2)
    desk.actions.clear_away()
    assert (desk.executor.drafts, marks(desk)) == ({}, ())


def test_while_halted_not_even_a_draft_is_removed(desk: Desk) -> None:
    letter = held(desk)
    desk.halt.halt("stop", desk.clock.now())
    assert desk.actions.reject(letter.id).status is Status.REJECTED
    desk.actions.clear_away()
    assert len(desk.executor.drafts) == 1
    desk.halt.resume()
    desk.actions.clear_away()
    assert desk.executor.drafts == {}


def test_a_kill_between_the_rejection_and_the_removal_leaves_nothing_for_good(desk: Desk) -> None:
    letter = held(desk)
    desk.store.actions.append(letter.id, [Rejected("")], actor="owner", at=desk.clock.now())
    desk.restart()
    desk.actions.clear_away()
    assert (desk.executor.drafts, marks(desk)) == ({}, ())


def test_what_was_sent_or_may_still_be_is_left_alone(desk: Desk) -> None:
    waiting = held(desk)
    sent = desk.approve(desk.propose_letter())
    desk.actions.clear_away()
    assert (sent.status, len(desk.executor.drafts), marks(desk)) == (Status.EXECUTED, 1, (f"draft/{waiting.id}",))


def test_what_an_account_that_is_gone_holds_is_given_up(desk: Desk) -> None:
    letter = held(desk)
    desk.connections.remove("home")
    desk.actions.reject(letter.id)
    assert marks(desk) == ()


def asked_anew(desk: Desk) -> Action:
    """A letter whose draft lies there, and which is to be looked at again."""
    again = Reopened("m2", "the conversation went on")
    return desk.store.actions.append(held(desk).id, [again], actor="alfred", at=desk.clock.now())


def test_the_draft_of_a_letter_that_was_changed_while_halted_is_removed_later(desk: Desk) -> None:
    letter = asked_anew(desk)
    desk.halt.halt("stop", desk.clock.now())
    desk.actions.edit(letter.id, {"text": "Later."})
    desk.restart()
    desk.halt.resume()
    desk.actions.clear_away()
    assert (desk.executor.drafts, marks(desk)) == ({}, (f"draft/{letter.id}",))


def test_a_change_that_never_came_about_leaves_the_draft_to_its_letter(desk: Desk) -> None:
    letter = asked_anew(desk)
    desk.store.preferences.put(f"draft/{letter.id}/{letter.version}", True)
    desk.actions.clear_away()
    assert (len(desk.executor.drafts), marks(desk)) == (1, (f"draft/{letter.id}",))
