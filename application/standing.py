"""Whether Alfred may still do by himself what he was about to: the mail, or a standing order, may have changed."""

from __future__ import annotations

from application.ports.store import Store
from domain.actions import Action
from domain.errors import NotFound
from domain.kinds import Risk
from domain.messages import Message
from domain.policy import risk_of


def risk_now(store: Store, action: Action) -> Risk:
    """Judge again what was judged at proposing; what waited for the owner then waits for him now."""
    if action.risk is not Risk.AUTO:
        return action.risk
    message, ordered = _target(store, action), _is_ordered(store, action)
    return risk_of(action.kind, action.payload, message=message, tainted=action.tainted, ordered=ordered)


def _target(store: Store, action: Action) -> Message | None:
    try:
        return store.messages.get(action.target).message
    except NotFound:
        return None


def _is_ordered(store: Store, action: Action) -> bool:
    return any(
        rule.name == action.rule and rule.enabled and rule.standing and action.kind in {each.kind for each in rule.then}
        for rule in store.rules.all()
    )
