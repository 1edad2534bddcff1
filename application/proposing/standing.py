"""When a standing order is offered: the owner has said yes so often that asking has become a formality."""

from __future__ import annotations

from application.ports.action_log import ActionLog, ActionQuery
from domain.actions import Action, Status
from domain.kinds import Risk, facts
from domain.policy import may_ever_be_auto
from domain.rules import Rule

ENOUGH = 5
_LOOKED_BACK = 50
_DECIDED = frozenset({Status.EXECUTED, Status.ROLLED_BACK, Status.REJECTED})


def is_offered(rule: Rule, actions: ActionLog) -> bool:
    """Whether the owner approved the last five of a rule's proposals, and let them stand.

    Only where all that the rule does may ever run by itself, and something of it waits for him as yet. Granting it is
    his own act: nobody else changes a rule.
    """
    kinds = {outcome.kind for outcome in rule.then}
    if not rule.enabled or rule.standing or not all(map(may_ever_be_auto, kinds)):
        return False
    if all(facts(kind).risk is Risk.AUTO for kind in kinds):
        return False
    known = actions.list(ActionQuery(rule=rule.name), None, _LOOKED_BACK).items
    decided = [action for action in known if action.status in _DECIDED and action.undoes is None]
    last = sorted(decided, key=lambda action: action.changed_at, reverse=True)[:ENOUGH]
    return len(last) == ENOUGH and all(_stands(action) and action.kind in kinds for action in last)


def _stands(action: Action) -> bool:
    return action.status is Status.EXECUTED and not action.automatic
