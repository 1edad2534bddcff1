"""Answers common questions at once, with no model: the matcher finds the tool, the results are the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from application.chat.registry import Registry
from application.chat.turn import Round, Task, Text, ToolUsed
from application.ports.matcher import IntentMatcher, Match
from domain.chat import Step
from domain.persona import Persona
from domain.privacy import Reader

SURE_AT = 0.5
MOST_LINES = 12
CANNOT = (
    "I cannot do that without a model, {address}. I can tell what matters today, search the mail, list what waits "
    "for your approval, and keep tasks, reminders and memories; for the rest, set up a model."
)


class NoMatcher(IntentMatcher):
    """Understands nothing; every question needs a model."""

    def match(self, words: str, now: datetime) -> Match | None:
        return None


class Matching:
    """The way of answering that is always there."""

    model = "local:matcher"
    reader = Reader.OWNER

    def __init__(self, matcher: IntentMatcher, registry: Registry, persona: Persona) -> None:
        self._matcher = matcher
        self._registry = registry
        self._persona = persona

    def answer(self, task: Task) -> Iterator[Round | ToolUsed | Text]:
        match = self._matcher.match(task.question, task.now)
        if match is None or match.confidence < SURE_AT:
            yield Text(CANNOT.format(address=self._persona.short_address))
            return
        yield Round(1)
        found = self._registry.run(match.tool, match.arguments, task.errand, self.reader)
        yield ToolUsed(Step(match.tool, match.arguments, found.said, found.failed), found)
        shown = [f"• {line}" for line in found.lines[:MOST_LINES]]
        if len(found.lines) > MOST_LINES:
            shown.append(f"… and {len(found.lines) - MOST_LINES} more")
        yield Text("\n".join([_sentence(found.said), *shown]))


def _sentence(said: str) -> str:
    return said if said.endswith((".", "!", "?")) else f"{said}."
