"""A small model turns words into intents as JSON, up to five rounds; a larger one writes the answer once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from application.chat.prompts import moment, persona_prompt, said_before, template
from application.chat.registry import Registry
from application.chat.speaking import spoken
from application.chat.turn import Round, Task, Text, ToolUsed, use_tool
from application.models.models import Models
from application.ports.model import LanguageModel, Question, Role, Speaker, ToolOffer, Turn
from domain.codec import Json, decode, schema_of
from domain.errors import AlfredError
from domain.persona import Persona
from domain.privacy import model_reader

MOST_ROUNDS = 5
MOST_INTENTS = 4
MAX_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Intent:
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Intents:
    intents: tuple[Intent, ...]


class IntentWay:
    """Asks `extract` for intents round by round, runs them, and has `compose` write from the results.

    Results go to both models: both must be on this machine to see what is kept on it.
    """

    def __init__(
        self,
        models: Models,
        compose: LanguageModel,
        registry: Registry,
        persona: Persona,
        zone: tzinfo,
        choose: Callable[[str], Sequence[ToolOffer]],
    ) -> None:
        self.model = compose.name
        self.reader = model_reader(local=compose.local and all(model.local for model in models.of(Role.EXTRACT)))
        self._models = models
        self._compose = compose
        self._registry = registry
        self._persona = persona
        self._zone = zone
        self._choose = choose

    def answer(self, task: Task) -> Iterator[Round | ToolUsed | Text]:
        offers = tuple(self._choose(task.question))
        results: list[str] = []
        seen: set[str] = set()
        for number in range(1, MOST_ROUNDS + 1):
            task.check()
            yield Round(number)
            intents = self._intents(task, offers, results)
            fresh = {_key(intent): intent for intent in intents if _key(intent) not in seen}
            if not fresh:
                break
            seen |= fresh.keys()
            for intent in fresh.values():
                used = self._run(intent, task)
                results.append(f"{_key(intent)}\n{used.found.text}")
                yield used
        yield from self._write(task, results)

    def _intents(self, task: Task, offers: Sequence[ToolOffer], results: Sequence[str]) -> list[Intent]:
        """Return the intents of one round; names that no tool has are dropped."""
        question = Question(
            turns=(Turn(Speaker.OWNER, _material(task, results)),),
            system=template("intent").format(tools="\n".join(_described(offer) for offer in offers)),
            context=moment(task.now, self._zone),
            schema=schema_of(Intents),
            max_tokens=MAX_TOKENS,
        )
        answer = self._models.ask(Role.EXTRACT, question, "intent")
        known = {tool.name for tool in self._registry.all()}
        return [intent for intent in read_intents(answer.text) if intent.name in known][:MOST_INTENTS]

    def _run(self, intent: Intent, task: Task) -> ToolUsed:
        return use_tool(self._registry, intent.name, intent.arguments, task.errand, self.reader)

    def _write(self, task: Task, results: Sequence[str]) -> Iterator[Text]:
        question = Question(
            turns=(Turn(Speaker.OWNER, _material(task, results)),),
            system=f"{persona_prompt(self._persona)}\n\n{template('compose')}",
            context=f"{moment(task.now, self._zone)}\n{task.context}",
            max_tokens=MAX_TOKENS,
            think=True,
        )
        return spoken(self._models, self._compose, question, task)


def read_intents(text: str) -> tuple[Intent, ...]:
    """Return the intents in a model's answer; none where it breaks the schema."""
    try:
        form: Json = json.loads(text)
        return decode(Intents, form).intents
    except (ValueError, AlfredError):
        return ()


def _material(task: Task, results: Sequence[str]) -> str:
    parts = [f"So far:\n{said_before(task.history)}"] if task.history else []
    parts.append(f"The owner says: {task.question}")
    parts += [f"Result of {result}" for result in results]
    return "\n\n".join(parts)


def _described(offer: ToolOffer) -> str:
    properties = offer.schema.get("properties")
    names = ", ".join(properties) if isinstance(properties, dict) else ""
    return f"- {offer.name}({names}): {offer.purpose} {json.dumps(offer.schema, separators=(',', ':'))}"


def _key(intent: Intent) -> str:
    return f"{intent.name} {json.dumps(intent.arguments, sort_keys=True)}"
