"""The monthly limits of spending that the owner set, by category."""

from __future__ import annotations

from application.ports.store import Preferences
from domain.own_records import NewBudget

_LIMIT = "budget/"


class Limits:
    """Kept exactly as they were set."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def categories(self) -> tuple[str, ...]:
        """Return the categories that have a limit, in order."""
        return tuple(name.removeprefix(_LIMIT) for name in self._preferences.names(_LIMIT))

    def get(self, category: str) -> NewBudget | None:
        kept = self._preferences.get(_LIMIT + category)
        return NewBudget(category, str(kept["limit"]), str(kept["currency"])) if isinstance(kept, dict) else None

    def put(self, budget: NewBudget) -> None:
        self._preferences.put(_LIMIT + budget.category, {"limit": budget.limit, "currency": budget.currency})

    def delete(self, category: str) -> None:
        self._preferences.delete(_LIMIT + category)
