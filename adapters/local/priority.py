"""Turns a category and its circumstances into a priority, 1 (now) to 5 (never)."""

from __future__ import annotations

from collections.abc import Set

from adapters.local.lexicon import OWES, TROUBLE
from domain.triage import Category

NEAR = range(-3, 4)
"""How many days may be left, or gone by, for somebody to be waiting: half a working week either way."""

_LIKELY = 0.5
_BULK = frozenset({"list", "unsubscribe", "one click", "bulk", "label promotions", "label social"})
_GROUNDS = _BULK | {"label spam", "suspicious", "authentication failed"}
_OF_PEOPLE = frozenset({Category.PERSONAL, Category.WORK})
_OF_PLANS = _OF_PEOPLE | {Category.TRANSACTIONAL}


def priority_of(
    category: Category, confidence: float, signals: Set[str], found: Set[str], days_left: int | None
) -> int:
    """Return the priority of a message of `category` with these signals and words, what it asks being due so soon.

    Nothing is for never on a guess that is more likely wrong than right, unless its headers or a doubt bear it out.
    """
    if "emergency" in signals and category in _OF_PEOPLE:
        return 1
    if "upset plan" in signals and category in _OF_PLANS:
        return 2
    match category:
        case Category.URGENT:
            return 1
        case Category.NEWSLETTER | Category.SPAM:
            return 5 if confidence >= _LIKELY or not signals.isdisjoint(_GROUNDS) else 4
        case Category.TRANSACTIONAL:
            return 3 if "security notice" in signals or not OWES.isdisjoint(found) else 4
        case Category.WORK:
            return 2 if _presses(signals, days_left) else 4 if _is_overheard(signals, found) else 3
        case Category.PERSONAL:
            return 2 if days_left in NEAR else 3


def _presses(signals: Set[str], days_left: int | None) -> bool:
    """Somebody waits for the owner: by name, by a near day, with pressing words, or the provider says it matters."""
    return "ask" in signals and (
        days_left in NEAR or not signals.isdisjoint({"mention", "pressing", "label important"})
    )


def _is_overheard(signals: Set[str], found: Set[str]) -> bool:
    """It was said in a room where the owner is, to nobody in particular, and asks and laments nothing."""
    return "chat" in signals and signals.isdisjoint({"mention", "ask"}) and TROUBLE.isdisjoint(found)
