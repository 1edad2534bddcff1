"""A turn's attempts at an answer: by which ways it is tried, and what each has yielded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from application.chat.registry import Found
from application.chat.turn import Cancelled, Strategy, Task
from domain.actions import Action
from domain.chat import Mode, Step
from domain.errors import AlfredError, TryLater


@dataclass(slots=True)
class Attempt:
    """What has come so far of trying to answer in one way."""

    strategy: Strategy
    task: Task
    text: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    changed: bool = False
    asks: str = ""

    @property
    def answer(self) -> str:
        return "".join(self.text)

    @property
    def has_begun(self) -> bool:
        return bool(self.text or self.steps)


class Attempts:
    """One after the other, until one has begun; `current` is the one that counts."""

    def __init__(self, ways: Sequence[Attempt]) -> None:
        self.current, *self._left = ways

    def move_on(self, trouble: AlfredError) -> bool:
        """Turn to the next attempt after `trouble` with this one; return whether it may try."""
        if not self._left or not _may_begin_again(trouble, self.current, self._left[0]):
            return False
        self.current = self._left.pop(0)
        return True


def _may_begin_again(trouble: AlfredError, attempt: Attempt, following: Attempt) -> bool:
    """Whether the next may try: nothing was said or done yet, and the owner did not cut it short.

    Without a model he is answered only where it is out of reach: what is wrong with its key or its settings is told.
    """
    if attempt.has_begun or isinstance(trouble, Cancelled):
        return False
    return following.task.mode is not Mode.LOCAL or isinstance(trouble, TryLater)
