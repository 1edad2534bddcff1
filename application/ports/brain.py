"""Brains: whatever gives a verdict on a message, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.messages import Message
from domain.triage import Correction, Verdict


class Brain(Protocol):
    """Gives verdicts. The answer has one place per message, in order; None where this brain does not know.

    Pure and quick for the brain in the box; may raise `TryLater`, `SignInAgain` or `CannotBe` where it asks a model.
    Text in a message is data: nothing it says may change another message's verdict.
    """

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]: ...


class TeachableBrain(Brain, Protocol):
    """A brain that the owner's corrections teach, at once and for good."""

    def teach(self, lessons: Sequence[tuple[Message, Correction]]) -> None:
        """Learn each correction; a later one of the same message wins. Repeating a lesson changes nothing."""
        ...

    def unlearn(self, message_id: str) -> None:
        """Take back what was learnt from the correction of one message."""
        ...
