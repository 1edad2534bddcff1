"""The model calls tools itself: up to five rounds, the calls of one round side by side, results paired by id."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import tzinfo

from application.chat.prompts import moment, persona_prompt, template
from application.chat.registry import Registry
from application.chat.speaking import spoken
from application.chat.turn import Round, Task, Text, ToolUsed, use_tool
from application.models.models import Models
from application.ports.model import Answer, LanguageModel, Question, Speaker, ToolCall, ToolOffer, ToolResult, Turn
from domain.chat import HISTORY_LETTERS, Role
from domain.persona import Persona
from domain.privacy import model_reader

MOST_ROUNDS = 5
MOST_AT_ONCE = 4
MAX_TOKENS = 2048
OUT_OF_ROUNDS = "I have looked as far as I may in one turn"


class ToolUse:
    """Lets one model work with the registry's tools until it answers in words."""

    def __init__(
        self,
        models: Models,
        model: LanguageModel,
        registry: Registry,
        persona: Persona,
        zone: tzinfo,
        choose: Callable[[str], Sequence[ToolOffer]],
    ) -> None:
        self.model = model.name
        self.reader = model_reader(local=model.local)
        self._models = models
        self._asked = model
        self._registry = registry
        self._persona = persona
        self._zone = zone
        self._choose = choose

    def answer(self, task: Task) -> Iterator[Round | ToolUsed | Text]:
        turns = _turns(task)
        offers = tuple(self._choose(task.question))
        seen: set[str] = set()
        for number in range(1, MOST_ROUNDS + 1):
            task.check()
            yield Round(number)
            answer = yield from self._ask(task, turns, offers)
            if not answer.calls:
                return
            if _repeats(answer.calls, seen):
                break
            used = self._run(answer.calls, task)
            yield from used
            turns += [_model_turn(answer), _results_turn(answer.calls, used)]
        yield from self._give_up(task)

    def _ask(self, task: Task, turns: list[Turn], offers: tuple[ToolOffer, ...]) -> Generator[Text, None, Answer]:
        question = Question(
            turns=tuple(turns),
            system=f"{persona_prompt(self._persona)}\n\n{template('tool_use')}",
            context=f"{moment(task.now, self._zone)}\n{task.context}",
            tools=offers,
            max_tokens=MAX_TOKENS,
            think=True,
        )
        return spoken(self._models, self._asked, question, task)

    def _run(self, calls: Sequence[ToolCall], task: Task) -> list[ToolUsed]:
        """Run the calls of one round: reads side by side first, then proposals one by one, so that taint is known."""
        reads = {place: call for place, call in enumerate(calls) if not self._registry.proposes(call.name)}
        used = self._side_by_side(reads, task)
        for place, call in enumerate(calls):
            if place not in used:
                used[place] = self._one(call, task)
        return [used[place] for place in range(len(calls))]

    def _side_by_side(self, calls: Mapping[int, ToolCall], task: Task) -> dict[int, ToolUsed]:
        if len(calls) <= 1:
            return {place: self._one(call, task) for place, call in calls.items()}
        with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
            return dict(zip(calls, pool.map(lambda call: self._one(call, task), calls.values()), strict=True))

    def _one(self, call: ToolCall, task: Task) -> ToolUsed:
        return use_tool(self._registry, call.name, call.arguments, task.errand, self.reader)

    def _give_up(self, task: Task) -> Iterator[Text]:
        address = self._persona.short_address
        yield Text(f"{OUT_OF_ROUNDS}, {address}; what I found stands above. Pray ask for the part that matters most.")


def _turns(task: Task) -> list[Turn]:
    """Return the history and the question as turns that take their places by turns."""
    speakers = {Role.OWNER: Speaker.OWNER, Role.ALFRED: Speaker.MODEL}
    turns: list[Turn] = []
    for entry in task.history:
        text = entry.text[:HISTORY_LETTERS] or "…"
        if turns and turns[-1].speaker is speakers[entry.role]:
            turns[-1] = replace(turns[-1], text=f"{turns[-1].text}\n{text}")
        else:
            turns.append(Turn(speakers[entry.role], text))
    if turns and turns[-1].speaker is Speaker.OWNER:
        turns.append(Turn(Speaker.MODEL, "…"))
    return [*turns, Turn(Speaker.OWNER, task.question)]


def _model_turn(answer: Answer) -> Turn:
    return Turn(Speaker.MODEL, answer.text, calls=answer.calls, thinking=answer.thinking)


def _results_turn(calls: Sequence[ToolCall], used: Sequence[ToolUsed]) -> Turn:
    results = (ToolResult(c.id, each.found.text, each.found.failed) for c, each in zip(calls, used, strict=True))
    return Turn(Speaker.OWNER, results=tuple(results))


def _repeats(calls: Sequence[ToolCall], seen: set[str]) -> bool:
    """Whether every call was made before in this turn with the same arguments; notes them."""
    keys = {f"{call.name} {sorted(call.arguments.items())}" for call in calls}
    again = keys <= seen
    seen |= keys
    return again
