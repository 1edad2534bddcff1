"""When a standing order is offered: the owner has said yes so often that asking has become a formality."""

from __future__ import annotations

from datetime import UTC, datetime

from application.ports.action_log import ActionQuery
from application.ports.store import Preferences, Store
from domain.action_events import was_edited
from domain.actions import Action, Status
from domain.kinds import Kind, Risk, read_payload
from domain.label_names import folded
from domain.policy import may_ever_be_auto, risk_of
from domain.rules import Outcome, Rule

ENOUGH = 5
_CHANGED = "rules/changed/"
_LOOKED_BACK = 50
_DECIDED = frozenset({Status.EXECUTED, Status.ROLLED_BACK, Status.REJECTED})


def note_change(preferences: Preferences, rule: Rule, before: Rule | None, at: datetime) -> None:
    """Note since when a rule says what it says: what was approved of before speaks for another rule."""
    if before is None or (before.when, before.then) != (rule.when, rule.then):
        preferences.put(_CHANGED + rule.name, at.isoformat())


def is_offered(rule: Rule, store: Store) -> bool:
    """Whether the owner approved the last five of all that a rule asks him for, as they were, and let them stand.

    Only where all that the rule does may ever run by itself, and something of it waits for him as yet. Granting it is
    his own act: nobody else changes a rule.
    """
    if not rule.enabled or rule.standing or not all(may_ever_be_auto(outcome.kind) for outcome in rule.then):
        return False
    asked = {outcome.kind for outcome in rule.then if _asks(outcome)}
    return bool(asked) and all(_is_formality(rule, kind, store) for kind in asked)


def _asks(outcome: Outcome) -> bool:
    return risk_of(outcome.kind, folded(read_payload(outcome.kind, outcome.completed))) is Risk.APPROVAL


def _is_formality(rule: Rule, kind: Kind, store: Store) -> bool:
    """Whether the owner said yes five times running to what a rule proposes of one kind: it is none to another."""
    queries = [ActionQuery(status=status, kind=kind, rule=rule.name) for status in _DECIDED]
    known = [action for query in queries for action in store.actions.list(query, None, _LOOKED_BACK).items]
    decided = [action for action in known if action.undoes is None]
    last = sorted(decided, key=lambda action: action.changed_at, reverse=True)[:ENOUGH]
    return (
        len(last) == ENOUGH
        and all(_stands(each) for each in last)
        and min(each.proposed_at for each in last) >= _changed_at(rule, store.preferences)
        and not any(was_edited(store.actions.entries(each.id)) for each in last)
    )


def _changed_at(rule: Rule, preferences: Preferences) -> datetime:
    """Return when a rule came to say what it says; the beginning of time where nobody noted that."""
    at = preferences.get(_CHANGED + rule.name)
    return datetime.fromisoformat(at) if isinstance(at, str) else datetime.min.replace(tzinfo=UTC)


def _stands(action: Action) -> bool:
    return action.status is Status.EXECUTED and not action.automatic
