"""The models in use: by role, in order, within the budget, with every call on record."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import tzinfo

from application.models.budget import Budget, ModelSpending
from application.models.troubles import OF_ONE_QUESTION, Troubles
from application.ports.clock import Clock
from application.ports.model import Answer, LanguageModel, Piece, Question, Role
from application.ports.store import Store
from application.ports.talk import Spent
from domain.errors import AlfredError, CannotBe, SignInAgain, TryLater

log = logging.getLogger(__name__)


class NoModel(CannotBe):
    """No model may or can answer now; the local brain goes on alone."""

    code = "no_model"


class Models:
    """Asks the models of a role in turn; what fails for a passing reason is left for the next in line."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        zone: tzinfo,
        by_role: Callable[[], Mapping[Role, Sequence[LanguageModel]]],
        budget: Budget,
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._by_role = by_role
        self._budget = budget
        self._troubles = Troubles(store, clock)

    def of(self, role: Role) -> tuple[LanguageModel, ...]:
        """Return the models that may be asked now: within the budget, only those that cost nothing beyond it."""
        models = tuple(self._by_role().get(role, ()))
        if all(model.local for model in models) or self.level() != "spent":
            return models
        return tuple(model for model in models if model.local)

    def ask(
        self, role: Role, question: Question, purpose: str, models: Sequence[LanguageModel] | None = None
    ) -> Answer:
        """Return the first answer; raise `NoModel` where there is none to ask, else the last model's error."""
        trouble: AlfredError = NoModel(f"no model is set up for {role.value}")
        for model in self.of(role) if models is None else models:
            try:
                return self._asked(model, question, purpose)
            except AlfredError as error:
                trouble = error
        raise trouble

    def stream(self, model: LanguageModel, question: Question, purpose: str) -> Generator[Piece, None, None]:
        """Stream one model's answer, on record when it ends, however it ends."""
        started = time.monotonic()
        ended: Answer | None = None
        try:
            for piece in model.stream(question):
                ended = piece.answer or ended
                yield piece
        except AlfredError as error:
            self._troubles.note_failure(model.name, error)
            raise
        finally:
            self._record(model, purpose, ended, time.monotonic() - started)

    def level(self) -> str:
        """Return how far the budget is used up; where there is no limit, nothing is added up."""
        limited = self._budget.per_day > 0 or self._budget.per_month > 0
        return self.budget().level if limited else "ok"

    def budget(self) -> ModelSpending:
        now = self._clock.now().astimezone(self._zone)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        spent = self._store.usage.dollars_since
        return ModelSpending(spent(day), spent(day.replace(day=1)), self._budget.per_day, self._budget.per_month)

    def _asked(self, model: LanguageModel, question: Question, purpose: str) -> Answer:
        started = time.monotonic()
        answer: Answer | None = None
        try:
            answer = model.ask(question)
        except AlfredError as error:
            self._troubles.note_failure(model.name, error)
            raise
        finally:
            self._record(model, purpose, answer, time.monotonic() - started)
        return answer

    def _record(self, model: LanguageModel, purpose: str, answer: Answer | None, seconds: float) -> None:
        usage = answer.usage if answer is not None else None
        if answer is not None:
            self._troubles.note_answer(model.name)
        self._store.usage.add(
            Spent(
                at=self._clock.now(),
                model=model.name,
                purpose=purpose,
                input=usage.input if usage else 0,
                output=usage.output if usage else 0,
                cached=usage.cached if usage else 0,
                cache_written=usage.cache_written if usage else 0,
                dollars=model.price.of(usage) if usage else 0.0,
                seconds=seconds,
                failed=answer is None,
            )
        )
        if usage is not None and self.level() != "ok":
            self._note_spent()

    def _note_spent(self) -> None:
        spent, today = self.budget(), self._clock.now().astimezone(self._zone).date()
        self._troubles.note_spent("day", today.isoformat(), spent.today, spent.per_day)
        self._troubles.note_spent("month", f"{today:%Y-%m}", spent.this_month, spent.per_month)


class Breaker:
    """Opens when a model fails for good; then one probe per poll tests it, and it closes by itself.

    For good: its key is refused, its credit gone, or it is busy or out of reach even after retries. What concerns one
    question only (it was declined, an answer did not arrive whole) leaves it closed.
    """

    def __init__(self) -> None:
        self._outages: dict[str, str] = {}
        self._probing: set[str] = set()
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return bool(self._outages)

    @property
    def error(self) -> str | None:
        return "; ".join(dict.fromkeys(self._outages.values())) or None

    def allow_probe(self) -> None:
        """Let one call per model through while it is out of order; called once per poll."""
        with self._lock:
            self._probing = set(self._outages)

    @contextmanager
    def guard(self, model: str) -> Iterator[None]:
        """Run a call; raise `TryLater` at once while the model is out of order and no probe is due."""
        with self._lock:
            outage = self._outages.get(model)
            if outage is not None and model not in self._probing:
                raise TryLater(f"the model is out of order: {outage}", code="breaker_open")
            self._probing.discard(model)
        try:
            yield
        except (SignInAgain, CannotBe, TryLater) as error:
            if error.code not in OF_ONE_QUESTION:
                self._open(model, error)
            raise
        self._close(model)

    def _open(self, model: str, error: AlfredError) -> None:
        with self._lock:
            is_new = model not in self._outages
            self._outages[model] = str(error)
        if is_new:
            log.warning("model breaker opened", extra={"model": model, "code": error.code})

    def _close(self, model: str) -> None:
        with self._lock:
            known = self._outages.pop(model, None)
        if known is not None:
            log.info("model breaker closed", extra={"model": model})
