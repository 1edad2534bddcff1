"""What models may cost, and how much of that is used up."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("ok", "warning", "spent")
WARN_AT = 0.8


def level_of(spent: float, limit: float) -> str:
    """Say how far a limit is used up: `ok`, `warning` from 80 %, `spent` from 100 %; 0 is no limit."""
    share = spent / limit if limit > 0 else 0.0
    return "spent" if share >= 1 else "warning" if share >= WARN_AT else "ok"


@dataclass(frozen=True, slots=True)
class Budget:
    """US dollars at most per day and per month in the owner's zone; 0 means no limit."""

    per_day: float = 0.0
    per_month: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelSpending:
    """What was spent, and how far that is: `ok`, `warning` from 80 %, `spent` from 100 %."""

    today: float
    this_month: float
    per_day: float
    per_month: float

    @property
    def level(self) -> str:
        levels = level_of(self.today, self.per_day), level_of(self.this_month, self.per_month)
        return max(levels, key=LEVELS.index)
