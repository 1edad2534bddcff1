"""After a restore: what the records call undone may have been done since they were copied."""

from __future__ import annotations

from dataclasses import dataclass

from application.acting.batches import every_action
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.store import Store
from domain.action_events import ActionEvent, Doubted, Started
from domain.actions import Action, Status
from domain.kinds import Repeat, facts


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Ids of actions that are uncertain now, and how many others are approved and will be repeated."""

    doubted: tuple[str, ...]
    waiting: int


def doubt_what_may_have_happened(store: Store, clock: Clock, copied: str) -> InDoubt:
    """Make every approved action that may not happen twice uncertain; may run any number of times.

    An uncertain action is never executed by itself: it is looked up at its provider, and settled only where that can
    tell, or by the owner's word. What can be repeated without harm stays as it is.
    """
    doubted: list[str] = []
    waiting = 0
    for status in (Status.APPROVED, Status.EXECUTING):
        for action in every_action(store.actions, ActionQuery(status=status)):
            if _may_be_done_again(action):
                waiting += 1
                continue
            store.actions.append(action.id, _steps(action, copied), actor="alfred", at=clock.now())
            doubted.append(action.id)
    return InDoubt(tuple(doubted), waiting)


def _may_be_done_again(action: Action) -> bool:
    """Whether it may be done twice: to put back is to set a value, but not where the others are told of it."""
    known = facts(action.kind)
    return known.repeat is Repeat.SAFE or (action.undoes is not None and not known.reaches_others)


def _steps(action: Action, copied: str) -> list[ActionEvent]:
    doubt = Doubted(f"it may have been done after the backup of {copied}")
    return [Started(), doubt] if action.status is Status.APPROVED else [doubt]
