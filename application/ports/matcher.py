"""Understanding common questions without a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.codec import Json

BEFORE = "before"
"""What “is that more than January?” and “and the day after?” lack: the question before them."""


class Talk(StrEnum):
    """What needs no tool: only a courteous word."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    HELP = "help"
    HALT = "halt"


@dataclass(frozen=True, slots=True)
class Match:
    """A tool and its arguments that the words call for, and how sure that is, 0 to 1.

    `talk` is set, and `tool` empty, where a courteous word is all that is called for. `lacks` names an argument that
    the words leave open, so that it must be asked for before the tool can run.
    """

    tool: str
    arguments: dict[str, Json]
    confidence: float
    talk: Talk | None = None
    lacks: str = ""


class IntentMatcher(Protocol):
    """Finds what tool the owner's words call for; None where the words are none of the common questions.

    Pure, and quick enough to run before every answer. Never chooses a tool that approves, rejects or undoes.
    """

    def match(self, words: str, now: datetime) -> Match | None: ...

    def likely(self, words: str) -> Mapping[str, float]:
        """Return how likely each tool is what the words call for; tools that it has never heard of are missing."""
        return {}
