"""Which way of answering fits: by the mode that was asked for, the question, the models at hand and the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from application.chat.intent import IntentWay
from application.chat.matching import MODEL_AWAY, SURE_AT, Matching
from application.chat.pruning import fitting
from application.chat.registry import Registry, Workshop
from application.chat.tool_use import ToolUse
from application.chat.turn import Strategy
from application.models.models import Models
from application.ports.matcher import IntentMatcher
from application.ports.model import LanguageModel, Role, ToolOffer
from domain.chat import Mode
from domain.persona import Persona

LONG_QUESTION = 25


class Choosing:
    """Finds the strategies for a question: one per composing model, in order, then the matcher where it suffices."""

    def __init__(self, workshop: Workshop, registry: Registry, models: Models, matcher: IntentMatcher) -> None:
        self._workshop = workshop
        self._registry = registry
        self._models = models
        self._matcher = matcher

    def ways(self, text: str, mode: Mode, persona: Persona) -> list[tuple[Mode, Strategy]]:
        composers = () if mode is Mode.LOCAL else self._models.of(Role.COMPOSE)
        if not composers:
            return [(Mode.LOCAL, Matching(self._matcher, self._registry, persona))]
        return [*(self._way(model, text, mode, persona) for model in composers), *self._without(text, persona)]

    def _without(self, text: str, persona: Persona) -> list[tuple[Mode, Strategy]]:
        """What is only looked up is told also when every model is out of reach; nothing is done on a guess."""
        match = self._matcher.match(text, self._workshop.now())
        if match is None or match.confidence < SURE_AT or match.lacks:
            return []
        if not match.talk and self._registry.proposes(match.tool):
            return []
        return [(Mode.LOCAL, Matching(self._matcher, self._registry, persona, MODEL_AWAY))]

    def _way(self, model: LanguageModel, text: str, mode: Mode, persona: Persona) -> tuple[Mode, Strategy]:
        chosen = self._chosen(text, mode, model)
        kind = IntentWay if chosen is Mode.INTENT else ToolUse
        return chosen, kind(self._models, model, self._registry, persona, self._workshop.zone, self._choice(model))

    def _chosen(self, text: str, mode: Mode, model: LanguageModel) -> Mode:
        if mode is not Mode.AUTO:
            return mode
        if not self._models.of(Role.EXTRACT):
            return Mode.TOOL_USE
        thrifty = model.local or self._models.level() != "ok"
        return Mode.INTENT if thrifty or len(text.split()) < LONG_QUESTION else Mode.TOOL_USE

    def _choice(self, model: LanguageModel) -> Callable[[str], Sequence[ToolOffer]]:
        """A small local model is shown only the tools that fit the words; another all, so that its prompt is cached."""
        if not model.local:
            return lambda _: self._registry.offers()
        return self._fitting

    def _fitting(self, words: str) -> list[ToolOffer]:
        tools = fitting(self._registry.all(), words, self._matcher.likely(words))
        return [self._registry.offer(tool.name) for tool in tools]
