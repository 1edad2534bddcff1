"""What several tests have proposed, or begun."""

from __future__ import annotations

from application.acting.drafting import Proposal
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.errors import TryLater
from domain.kinds import Kind
from tests.unit.application.desk import Desk


def by_rule(desk: Desk, target: str, kind: Kind = Kind.ARCHIVE, *, standing: bool = False) -> Action:
    proposal = Proposal(kind, target, origin=Origin.RULE, rule="Newsletters", standing=standing)
    return desk.actions.propose(proposal, actor="alfred")


def come_as_far_as_the_draft(desk: Desk, letter: Action) -> Action:
    """Approve, and let the attempts fail once the draft is there."""
    desk.executor.lose_answers()
    desk.approve(letter)
    desk.executor.fail_next(TryLater("busy"))
    held = desk.actions.retry(letter.id)
    assert (held.status, len(desk.executor.drafts)) == (Status.APPROVED, 1)
    return held
