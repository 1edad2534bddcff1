"""Many actions at once: each by itself, so that one that fails does not hold up the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from application.ports.action_log import ActionLog, ActionQuery
from domain.actions import Action, Status
from domain.errors import AlfredError
from domain.pages import every_page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one item of a batch: the action, or the error that it met."""

    id: str
    action: Action | None = None
    error: AlfredError | None = None

    @property
    def status(self) -> Status | None:
        return self.action.status if self.action is not None else None


def try_one(action_id: str, step: Callable[[], Action]) -> BatchResult:
    """Take one item's step; its trouble becomes its result."""
    try:
        return BatchResult(action_id, step())
    except AlfredError as error:
        log.info("an item of a batch failed", extra={"action": action_id, "code": error.code})
        return BatchResult(action_id, error=error)
    except Exception:  # a slip of ours in one item: said there, and in the log with its trace
        log.exception("an item of a batch broke", extra={"action": action_id})
        return BatchResult(action_id, error=AlfredError("something went wrong inside Alfred; his log says what"))


def stuck_actions(actions: ActionLog) -> list[Action]:
    """Return what was approved and is not done, or may not be, newest first."""
    known = (every_action(actions, ActionQuery(status=status)) for status in (Status.UNCERTAIN, Status.APPROVED))
    stuck = [action for found in known for action in found if action.is_stuck]
    return sorted(stuck, key=lambda action: action.changed_at, reverse=True)


def every_action(actions: ActionLog, query: ActionQuery) -> list[Action]:
    """Return all actions that fit, newest first."""
    return [action for page in every_page(lambda cursor: actions.list(query, cursor, 200)) for action in page.items]
