"""Understanding common questions without a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.codec import Json


@dataclass(frozen=True, slots=True)
class Match:
    """A tool and its arguments that the words call for, and how sure that is, 0 to 1."""

    tool: str
    arguments: dict[str, Json]
    confidence: float


class IntentMatcher(Protocol):
    """Finds what tool the owner's words call for; None where the words are none of the common questions."""

    def match(self, words: str, now: datetime) -> Match | None: ...
