"""Conversations: each question is kept, answered in the way that fits, and what came of it is kept too."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from application.chat.attempts import Attempt, Attempts
from application.chat.checking import caveats_told, correction_of, figures_set_right, missing_from
from application.chat.choosing import Choosing
from application.chat.registry import Errand, Registry, Workshop
from application.chat.turn import Broke, Cancelled, Done, Happening, ProposalMade, Strategy, Task, Text, ToolUsed
from application.models.models import Models
from application.ports.matcher import IntentMatcher
from domain.actions import Action, Status
from domain.chat import Conversation, Entry, Mode, Role, history_for_prompt
from domain.errors import AlfredError, Conflict
from domain.persona import Persona
from domain.privacy import Reader

MOST_REPEATS = 2
COUNTS_HOLD = timedelta(minutes=1)


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
        self._choosing = Choosing(workshop, registry, models, matcher)
        self._persona = persona
        self._counts: tuple[datetime, str] | None = None
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

    def again(self, conversation: str, mode: Mode = Mode.AUTO) -> Iterator[Happening]:
        """Answer the owner's last words once more, as a new entry; raise `Conflict` where he said nothing yet."""
        store = self._workshop.store.conversations
        said = [entry.text for entry in store.entries(store.get(conversation).id) if entry.role is Role.OWNER]
        if not said:
            raise Conflict("nothing was said yet in this conversation", code="nothing_said")
        return self.say(conversation, said[-1], mode)

    def _claim(self, conversation: str) -> threading.Event:
        with self._lock:
            if conversation in self._turns:
                raise Conflict("an answer in this conversation is still being written", code="turn_going_on")
            return self._turns.setdefault(conversation, threading.Event())

    def _answered(
        self, conversation: str, before: tuple[Entry, ...], text: str, mode: Mode, stop: threading.Event
    ) -> Iterator[Happening]:
        ways = self._choosing.ways(text, mode, self._persona())
        attempts = Attempts([Attempt(way, self._task(before, text, chosen, stop, way)) for chosen, way in ways])
        ended, trouble = "left", None
        try:
            yield from self._first_that_answers(attempts, before)
            ended = "done"
        except AlfredError as error:
            ended, trouble = error.code, error
        finally:
            entry = self._keep(conversation, attempts.current, ended)
        yield Done(entry) if trouble is None else Broke(ended, _apology(trouble, self._persona()), entry)

    def _first_that_answers(self, attempts: Attempts, before: tuple[Entry, ...]) -> Iterator[Happening]:
        while True:
            try:
                yield from self._turned(attempts.current, before)
                return
            except AlfredError as error:
                if not attempts.move_on(error):
                    raise

    def _turned(self, attempt: Attempt, before: tuple[Entry, ...]) -> Iterator[Happening]:
        yield from self._worked(attempt, attempt.task)
        if attempt.task.mode is Mode.LOCAL:
            return
        yield from self._reviewed(attempt)
        earlier = [self._workshop.store.actions.get(id) for entry in before for id in entry.actions]
        correction = correction_of(attempt.answer, list(attempt.actions.values()), earlier)
        correction += self._figures_set_right(attempt)
        correction += caveats_told(attempt.answer + correction, attempt.found)
        if correction:
            yield from self._heard(Text(correction), attempt)

    def _figures_set_right(self, attempt: Attempt) -> str:
        task = attempt.task
        return figures_set_right(attempt.answer, attempt.found, task.history, task.errand.owner_words)

    def _worked(self, attempt: Attempt, task: Task) -> Iterator[Happening]:
        for happening in attempt.strategy.answer(task):
            yield from self._heard(happening, attempt)

    def _heard(self, happening: Happening, attempt: Attempt) -> Iterator[Happening]:
        """Note what happened, then tell it: a listener who leaves must lose nothing."""
        if isinstance(happening, Text):
            attempt.text.append(happening.text)
            attempt.asks = happening.asks
        fresh = self._noted(happening, attempt) if isinstance(happening, ToolUsed) else []
        yield happening
        yield from map(ProposalMade, fresh)

    def _noted(self, used: ToolUsed, attempt: Attempt) -> list[Action]:
        """Note a step; return the actions it brought that were not seen before in this turn."""
        attempt.steps.append(used.step)
        attempt.found.append(used.found)
        attempt.accounts |= used.found.touched
        attempt.changed = attempt.changed or (not used.step.failed and self._registry.proposes(used.step.tool))
        fresh = [action for action in used.found.actions if action.id not in attempt.actions]
        attempt.actions.update((action.id, action) for action in fresh)
        return fresh

    def _reviewed(self, attempt: Attempt) -> Iterator[Happening]:
        """Have a turn that changed something checked; what was left out is done, at most twice. Fails open."""
        task = attempt.task
        for _ in range(MOST_REPEATS if attempt.changed else 0):
            privacies = [self._workshop.privacy(name) for name in task.errand.accounts | attempt.accounts]
            missing = missing_from(task.question, attempt.steps, attempt.answer, self._models, privacies)
            if not missing:
                return
            yield from self._heard(Text("\n\n"), attempt)
            again = replace(task, question=f"{task.question}\n(Left out so far: {missing})")
            yield from self._worked(attempt, again)

    def _task(
        self, before: tuple[Entry, ...], text: str, mode: Mode, stop: threading.Event, strategy: Strategy
    ) -> Task:
        history = tuple(self._shown(entry, strategy.reader) for entry in history_for_prompt(before))
        said = tuple(entry.text for entry in before if entry.role is Role.OWNER)
        errand = Errand((*said, text), tainted=any(entry.tainted for entry in history))
        errand.accounts |= {account for entry in history for account in entry.accounts}
        return Task(text, history, self._context(), self._workshop.now(), errand, mode, stop)

    def _shown(self, entry: Entry, reader: Reader) -> Entry:
        """Withhold from a model what an account keeps from it, in answers of earlier turns too."""
        if all(self._workshop.privacy(account).lets(reader) for account in entry.accounts):
            return entry
        return replace(entry, text="(withheld from this model)", tainted=False, accounts=())

    def _context(self) -> str:
        """Return counts only: nothing in here comes from outside."""
        store = self._workshop.store
        return (
            f"{self._page_counts()} {store.actions.count(Status.PROPOSED)} actions wait for approval; "
            f"{len(store.tasks.follow_ups())} follow-ups are open."
        )

    def _page_counts(self) -> str:
        """Return what the briefing counts; it reads days of mail, so it is drawn up once a minute at most."""
        now = self._workshop.now()
        if self._counts is None or now - self._counts[0] >= COUNTS_HOLD:
            page = self._workshop.briefings.briefing()
            matter = len(page.now) + len(page.more)
            said = (
                f"Mail: {page.arrived} arrived in three days, {matter} matter. {len(page.owed)} things are owed or due."
            )
            self._counts = (now, said)
        return self._counts[1]

    def _keep(self, conversation: str, attempt: Attempt, ended: str) -> Entry:
        errand = attempt.task.errand
        entry = replace(
            self._entry(conversation, Role.ALFRED, attempt.answer),
            steps=tuple(attempt.steps),
            actions=tuple(attempt.actions),
            mode=attempt.task.mode,
            model=attempt.strategy.model,
            tainted=errand.tainted,
            accounts=tuple(sorted(errand.accounts)),
            ended=ended,
            asks=attempt.asks,
        )
        self._workshop.store.conversations.append(entry)
        return entry

    def _entry(self, conversation: str, role: Role, text: str) -> Entry:
        return Entry(str(uuid.uuid4()), conversation, self._workshop.now(), role, text)


def _apology(error: AlfredError, persona: Persona) -> str:
    if isinstance(error, Cancelled):
        return "As you wish."
    return f"I beg your pardon, {persona.short_address}: {error}. What I had found until then is kept."
