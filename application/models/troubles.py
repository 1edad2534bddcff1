"""What goes wrong with the models: a key that is refused, an outage that lasts, a budget that runs out."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from application.announcing import Announcing
from application.marks import Marks
from application.models.budget import level_of
from application.ports.clock import Clock
from application.ports.store import Store
from domain.errors import AlfredError, SignInAgain, TryLater
from domain.notifications import Notice, NoticeKind

log = logging.getLogger(__name__)

OF_ONE_QUESTION = frozenset({"declined", "cut_off", "no_model", "request_refused"})
LASTING = timedelta(minutes=30)
OUTAGE = "outage/"
KEPT = timedelta(days=31)


class Troubles:
    """Logs each trouble once, and tells the owner once of each outage and of each limit in its day or month.

    A refused key is told of at once; all other trouble only when it lasts, for most of it passes by itself. What
    concerns one question is no outage. When one began is kept, so that it lasts on whatever restarts between.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._announcing = Announcing(store, clock)
        self._outages = Marks(store.preferences, OUTAGE, KEPT, clock)
        self._clock = clock
        self._codes: dict[str, str] = {}
        self._lock = threading.Lock()

    def note_failure(self, model: str, error: AlfredError) -> None:
        with self._lock:
            is_new = self._codes.get(model) != error.code
            self._codes[model] = error.code
        if is_new:
            log.warning("model failed", extra={"model": model, "code": error.code, "reason": str(error)})
        if error.code not in OF_ONE_QUESTION and self._is_for_the_owner(model, error):
            self._announcing.announce(_outage(model, error))

    def _is_for_the_owner(self, model: str, error: AlfredError) -> bool:
        now = self._clock.now()
        began = self._began(model, error) or now
        self._outages.put(model, {"began": began.isoformat(), "last": now.isoformat()})
        return now - began >= LASTING or isinstance(error, SignInAgain)

    def _began(self, model: str, error: AlfredError) -> datetime | None:
        """Return when the outage began that this failure is part of; None where it is the first.

        What passes by itself may have passed unseen since a failure long before, as while the machine was asleep.
        """
        kept = self._outages.get(model)
        if not isinstance(kept, dict):
            return None
        began, last = (datetime.fromisoformat(str(kept[each])) for each in ("began", "last"))
        may_have_passed = isinstance(error, TryLater) and self._clock.now() - last > LASTING
        return None if may_have_passed else began

    def note_answer(self, model: str) -> None:
        """Its outage, if there was one, is over, and the next one is news."""
        self._codes.pop(model, None)
        if self._outages.get(model) is not None:
            self._outages.forget({model})
        self._announcing.withdraw(_tag(model))

    def note_spent(self, period: str, turn: str, spent: float, limit: float) -> None:
        """Tell of a limit in dollars that is nearly or quite used up. `period`: `day` or `month`; `turn`: which one."""
        level = level_of(spent, limit)
        if level != "ok":
            self._announcing.announce(_spending(period, spent, limit, is_spent=level == "spent"), f"{turn}-{level}")


def _tag(model: str) -> str:
    return f"model-{model}"


def _outage(model: str, error: AlfredError) -> Notice:
    return Notice(
        kind=NoticeKind.NEEDS_YOU,
        title="A model of mine does not answer",
        body=f"{model}: {str(error).rstrip('.')}. Until it does I manage with what else there is.",
        url="/settings",
        tag=_tag(model),
        priority=2,
    )


def _spending(period: str, spent: float, limit: float, *, is_spent: bool) -> Notice:
    near = f"{spent:.2f} of the {limit:.2f} dollars for models are spent this {period}. Beyond them"
    beyond = f"The {limit:.2f} dollars for models are spent. Until the next {period}"
    return Notice(
        kind=NoticeKind.NEEDS_YOU,
        title="What I think with is spent" if is_spent else "What I think with is nearly spent",
        body=f"{beyond if is_spent else near} I think on this machine alone.",
        url="/settings",
        tag=f"model-budget-{period}",
        priority=3 if is_spent else 4,
    )
