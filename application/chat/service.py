"""Conversations: each question is kept, answered in the way that fits, and what came of it is kept too."""

from __future__ import annotations

import json
import logging
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from application.chat.intent import IntentWay
from application.chat.matching import Matching
from application.chat.prompts import template
from application.chat.registry import Errand, Registry, Tool, Workshop
from application.chat.tool_use import ToolUse
from application.chat.turn import Broke, Cancelled, Done, Happening, ProposalMade, Strategy, Task, Text, ToolUsed
from application.models import Models
from application.ports.matcher import IntentMatcher
from application.ports.model import LanguageModel, Question, Speaker, ToolOffer, Turn
from application.ports.model import Role as ModelRole
from domain.actions import Action, Status
from domain.chat import Conversation, Deeds, Entry, Mode, Role, Step, history_for_prompt, unfounded_claims
from domain.codec import Json
from domain.errors import AlfredError, Conflict
from domain.persona import Persona

log = logging.getLogger(__name__)

SHOWN_TO_SMALL = 8
MOST_REPEATS = 2
LONG_QUESTION = 25
TITLE_LETTERS = 60


@dataclass(slots=True)
class Gathered:
    """What a turn has yielded so far."""

    text: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    changed: bool = False


class Chat:
    """Holds conversations; one turn at a time in each."""

    def __init__(
        self,
        workshop: Workshop,
        registry: Registry,
        models: Models,
        matcher: IntentMatcher,
        persona: Callable[[], Persona],
    ) -> None:
        self._workshop = workshop
        self._registry = registry
        self._models = models
        self._matcher = matcher
        self._persona = persona
        self._turns: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def begin(self) -> Conversation:
        now = self._workshop.now()
        conversation = Conversation(str(uuid.uuid4()), "", now, now)
        self._workshop.store.conversations.begin(conversation)
        return conversation

    def cancel(self, conversation: str) -> bool:
        """Cut the turn that is going on short; return whether there was one."""
        stop = self._turns.get(conversation)
        if stop is not None:
            stop.set()
        return stop is not None

    def say(self, conversation: str, text: str, mode: Mode = Mode.AUTO) -> Iterator[Happening]:
        """Answer `text`; yields what happens, last `Done` or `Broke`. Raises `Conflict` while another turn goes on."""
        store = self._workshop.store.conversations
        before = store.entries(store.get(conversation).id)
        stop = self._claim(conversation)
        try:
            store.append(self._entry(conversation, Role.OWNER, text))
            yield from self._answered(conversation, before, text, mode, stop)
        finally:
            with self._lock:
                del self._turns[conversation]

    def _claim(self, conversation: str) -> threading.Event:
        with self._lock:
            if conversation in self._turns:
                raise Conflict("an answer in this conversation is still being written", code="turn_going_on")
            return self._turns.setdefault(conversation, threading.Event())

    def _answered(
        self, conversation: str, before: tuple[Entry, ...], text: str, mode: Mode, stop: threading.Event
    ) -> Iterator[Happening]:
        gathered = Gathered()
        strategy, chosen = self._strategy(text, mode)
        task = self._task(before, text, chosen, stop, strategy)
        try:
            yield from self._worked(strategy, task, gathered)
            if chosen is not Mode.LOCAL:
                yield from self._reviewed(strategy, task, gathered)
                yield from self._set_right(task, gathered)
        except AlfredError as error:
            entry = self._keep(conversation, task, gathered, strategy.model, ended=error.code)
            yield Broke(error.code, _apology(error, self._persona()), entry)
            return
        except GeneratorExit:
            self._keep(conversation, task, gathered, strategy.model, ended="left")
            raise
        yield Done(self._keep(conversation, task, gathered, strategy.model))

    def _worked(self, strategy: Strategy, task: Task, gathered: Gathered) -> Iterator[Happening]:
        for happening in strategy.answer(task):
            yield happening
            if isinstance(happening, Text):
                gathered.text.append(happening.text)
            elif isinstance(happening, ToolUsed):
                yield from self._noted(happening, gathered)

    def _noted(self, used: ToolUsed, gathered: Gathered) -> Iterator[ProposalMade]:
        gathered.steps.append(used.step)
        gathered.changed = gathered.changed or (not used.step.failed and self._proposes(used.step.tool))
        for action in used.found.actions:
            if action.id not in gathered.actions:
                gathered.actions[action.id] = action
                yield ProposalMade(action)

    def _proposes(self, tool: str) -> bool:
        return any(each.name == tool and each.effect.value == "proposes" for each in self._registry.all())

    def _reviewed(self, strategy: Strategy, task: Task, gathered: Gathered) -> Iterator[Happening]:
        """Have a turn that changed something checked; what was left out is done, at most twice. Fails open."""
        for _ in range(MOST_REPEATS if gathered.changed else 0):
            missing = self._missing(task, gathered)
            if not missing:
                return
            again = replace(task, question=f"{task.question}\n(Left out so far: {missing})")
            gathered.text.append("\n\n")
            yield Text("\n\n")
            yield from self._worked(strategy, again, gathered)

    def _missing(self, task: Task, gathered: Gathered) -> str:
        steps = "\n".join(step.said for step in gathered.steps)
        material = f"Request: {task.question}\n\nSteps:\n{steps}\n\nAnswer:\n{''.join(gathered.text)}"
        question = Question((Turn(Speaker.OWNER, material),), system=template("critic"), schema=CRITIC, max_tokens=200)
        try:
            verdict = json.loads(self._models.ask(ModelRole.CRITIC, question, "critic").text)
            return "" if verdict["fine"] else str(verdict["missing"])[:300]
        except (AlfredError, ValueError, KeyError, TypeError):
            return ""

    def _set_right(self, task: Task, gathered: Gathered) -> Iterator[Text]:
        """Say so where the model claims a deed that the log does not show."""
        executed = frozenset(a.kind for a in gathered.actions.values() if a.status is Status.EXECUTED)
        claims = unfounded_claims("".join(gathered.text), Deeds(executed))
        if not claims:
            return
        waiting = sum(action.status is Status.PROPOSED for action in gathered.actions.values())
        rest = f"{waiting} proposals wait for your approval." if waiting else "Nothing was changed in this turn."
        note = f"\n\nFor the record: “{claims[0]}” is not so; the log shows no such deed. {rest}"
        gathered.text.append(note)
        yield Text(note)

    def _strategy(self, text: str, mode: Mode) -> tuple[Strategy, Mode]:
        """Return the way that fits the question, the models at hand and the budget."""
        composers = self._models.of(ModelRole.COMPOSE)
        persona, zone = self._persona(), self._workshop.zone
        local = Matching(self._matcher, self._registry, persona)
        if mode is Mode.LOCAL or not composers:
            return local, Mode.LOCAL
        model = composers[0]
        chosen = self._chosen(text, mode, model)
        if chosen is Mode.INTENT:
            return IntentWay(self._models, model, self._registry, persona, zone, self._choice(model)), chosen
        return ToolUse(self._models, model, self._registry, persona, zone, self._choice(model)), Mode.TOOL_USE

    def _chosen(self, text: str, mode: Mode, model: LanguageModel) -> Mode:
        if mode is not Mode.AUTO:
            return mode
        if not self._models.of(ModelRole.EXTRACT):
            return Mode.TOOL_USE
        thrifty = model.local or self._models.budget().level != "ok"
        return Mode.INTENT if thrifty or len(text.split()) < LONG_QUESTION else Mode.TOOL_USE

    def _choice(self, model: LanguageModel) -> Callable[[str], Sequence[ToolOffer]]:
        """A small local model is shown only the tools that fit the words; another all, so that its prompt is cached."""
        if not model.local:
            return lambda _: self._registry.offers()
        return lambda words: [tool.offer() for tool in fitting(self._registry.all(), words)]

    def _task(
        self, before: tuple[Entry, ...], text: str, mode: Mode, stop: threading.Event, strategy: Strategy
    ) -> Task:
        is_local = strategy.model.startswith(("local:", "ollama:"))
        history = tuple(self._shown(entry, is_local=is_local) for entry in history_for_prompt(before))
        said = tuple(entry.text for entry in before if entry.role is Role.OWNER)
        errand = Errand((*said, text), tainted=any(entry.tainted for entry in history))
        errand.accounts |= {account for entry in history for account in entry.accounts}
        return Task(text, history, self._context(), self._workshop.now(), errand, mode, stop)

    def _shown(self, entry: Entry, *, is_local: bool) -> Entry:
        """Withhold from a model what an account keeps from it, in answers of earlier turns too."""
        if all(self._workshop.privacy(account).allows(local=is_local) for account in entry.accounts):
            return entry
        return replace(entry, text="(withheld from this model)", tainted=False, accounts=())

    def _context(self) -> str:
        """Return counts only: nothing in here comes from outside."""
        store = self._workshop.store
        page = self._workshop.briefings.briefing()
        return (
            f"Mail: {page.arrived} arrived in three days, {len(page.now) + len(page.more)} matter. "
            f"{store.actions.count(Status.PROPOSED)} actions wait for approval. "
            f"{len(page.owed)} tasks and follow-ups are due; {len(store.tasks.follow_ups())} follow-ups are open."
        )

    def _keep(self, conversation: str, task: Task, gathered: Gathered, model: str, ended: str = "done") -> Entry:
        entry = replace(
            self._entry(conversation, Role.ALFRED, "".join(gathered.text)),
            steps=tuple(gathered.steps),
            actions=tuple(gathered.actions),
            mode=task.mode,
            model=model,
            tainted=task.errand.tainted,
            accounts=tuple(sorted(task.errand.accounts)),
            ended=ended,
        )
        self._workshop.store.conversations.append(entry)
        return entry

    def _entry(self, conversation: str, role: Role, text: str) -> Entry:
        return Entry(str(uuid.uuid4()), conversation, self._workshop.now(), role, text)


CRITIC: dict[str, Json] = {
    "type": "object",
    "properties": {"fine": {"type": "boolean"}, "missing": {"type": "string"}},
    "required": ["fine", "missing"],
    "additionalProperties": False,
}


def fitting(tools: Sequence[Tool], words: str, most: int = SHOWN_TO_SMALL) -> list[Tool]:
    """Return the tools that fit the words best, at most eight, the common ones first where nothing fits."""
    said = f" {re.sub(r'[^a-z0-9’-]+', ' ', words.lower())} "
    scored = [(sum(f" {word} " in said for word in tool.words), -place, tool) for place, tool in enumerate(tools)]
    return [tool for _, _, tool in sorted(scored, key=lambda each: each[:2], reverse=True)[:most]]


def _apology(error: AlfredError, persona: Persona) -> str:
    if isinstance(error, Cancelled):
        return "As you wish."
    return f"I beg your pardon, {persona.short_address}: {error}. What I had found until then is kept."
