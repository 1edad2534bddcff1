"""Classifies what came in: a ladder of brains, cheapest first."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.ports.brain import Brain, TeachableBrain
from application.ports.clock import Clock
from application.ports.store import Store
from domain.errors import AlfredError, Invalid
from domain.messages import Message
from domain.prefilter import prefilter
from domain.triage import BrainName, Category, Classification, Correction, Verdict

log = logging.getLogger(__name__)

DEFAULT_PRIORITY = {
    Category.URGENT: 1,
    Category.WORK: 3,
    Category.PERSONAL: 3,
    Category.TRANSACTIONAL: 4,
    Category.NEWSLETTER: 5,
    Category.SPAM: 5,
}


class Prefilter:
    """A rung for what needs no thought."""

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        return [prefilter(message) for message in messages]


class Triage:
    """Climbs the ladder until a brain is sure; the brain in the box has the last word where no model answers.

    `first` are rungs whose every verdict stands; `local` stands where its confidence reaches `sure_at`; `deep` is the
    model, where there is one.
    """

    def __init__(
        self,
        store: Store,
        first: Sequence[Brain],
        local: TeachableBrain,
        memory: TeachableBrain,
        clock: Clock,
        sure_at: float = 0.9,
        deep: Brain | None = None,
    ) -> None:
        self._store = store
        self._first = (memory, *first)
        self._teachable = (memory, local)
        self._local = local
        self._clock = clock
        self._sure_at = sure_at
        self._deep = deep

    def classify(self, messages: Sequence[Message]) -> tuple[Classification, ...]:
        """Classify and store those of `messages` that have no classification yet; what has one is left alone.

        A brain may take minutes: what the owner said of a message meanwhile stands, and is returned as its own.
        """
        now = self._clock.now()
        known = self._store.classifications.known(message.id for message in messages)
        fresh = [message for message in messages if message.id not in known]
        verdicts = self.judge(fresh, now)
        made = tuple(Classification(m.id, v, now) for m, v in zip(fresh, verdicts, strict=True) if v is not None)
        return self._store.classifications.add(made) if made else ()

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        """Return a verdict for each message, in order; None where every rung failed."""
        verdicts: dict[str, Verdict] = {}
        rest = list(messages)
        for brain in self._first:
            rest = self._climb(brain, rest, verdicts, now)
        unsure = self._ask_local(rest, verdicts, now)
        if self._deep is not None and unsure:
            self._climb(self._deep, unsure, verdicts, now)
        return [verdicts.get(message.id) for message in messages]

    def teach_all(self) -> None:
        """Teach the brains every correction that stands, at start."""
        lessons = self._lessons(self._store.classifications.corrections())
        for brain in self._teachable:
            brain.teach(lessons)

    def correct(self, message_id: str, category: Category | None, priority: int | None) -> Classification:
        """Set the owner's word on a message; the brains learn it at once."""
        if category is None and priority is None:
            raise Invalid("a category or a priority is needed", where="classification")
        if priority is not None and not 1 <= priority <= 5:
            raise Invalid(f"{priority} is not 1 to 5", where="priority")
        known = self._store.messages.get(message_id)
        now = self._clock.now()
        correction = Correction(message_id, now, category, priority)
        classification = Classification(message_id, _corrected(known.classification, correction), now)
        self._store.classifications.correct(correction, classification)
        for brain in self._teachable:
            brain.teach([(known.message, correction)])
        return classification

    def take_back(self, message_id: str) -> Classification | None:
        """Take back the owner's corrections of a message and let the brains judge it anew."""
        message = self._store.messages.get(message_id).message
        self._store.classifications.take_back(message_id, self._clock.now())
        for brain in self._teachable:
            brain.unlearn(message_id)
        return next(iter(self.classify([message])), None)

    def _climb(
        self, brain: Brain, messages: list[Message], verdicts: dict[str, Verdict], now: datetime
    ) -> list[Message]:
        """Ask one rung; return the messages it has no verdict on. A rung that fails is passed over."""
        if not messages:
            return []
        try:
            answers = brain.judge(messages, now)
        except AlfredError as error:
            log.warning("a brain failed", extra={"brain": type(brain).__name__, "code": error.code})
            return messages
        except Exception:  # a slip of ours over one message may not keep the others from their verdicts
            log.exception("a brain broke", extra={"brain": type(brain).__name__, "ids": [m.id for m in messages]})
            return self._climb_alone(brain, messages, verdicts, now)
        verdicts.update({m.id: v for m, v in zip(messages, answers, strict=True) if v is not None})
        return [m for m, v in zip(messages, answers, strict=True) if v is None]

    def _climb_alone(
        self, brain: Brain, messages: list[Message], verdicts: dict[str, Verdict], now: datetime
    ) -> list[Message]:
        """Ask a rung that broke about each message by itself; but not the model, where each would cost."""
        if len(messages) == 1 or brain is self._deep:
            return messages
        return [left for each in messages for left in self._climb(brain, [each], verdicts, now)]

    def _ask_local(self, messages: list[Message], verdicts: dict[str, Verdict], now: datetime) -> list[Message]:
        """Let the local brain judge; return those it is not sure of."""
        self._climb(self._local, messages, verdicts, now)
        return [m for m in messages if m.id not in verdicts or verdicts[m.id].confidence < self._sure_at]

    def _lessons(self, corrections: Sequence[Correction]) -> list[tuple[Message, Correction]]:
        known = self._store.messages.get_many([correction.message_id for correction in corrections])
        return [(known[each.message_id].message, each) for each in corrections if each.message_id in known]


def _corrected(before: Classification | None, correction: Correction) -> Verdict:
    if before is None:
        category = correction.category or Category.PERSONAL
        return Verdict(category, correction.priority or DEFAULT_PRIORITY[category], 1.0, brain=BrainName.OWNER)
    was = before.verdict
    category = correction.category or was.category
    priority = correction.priority or (was.priority if category is was.category else DEFAULT_PRIORITY[category])
    return replace(was, category=category, priority=priority, confidence=1.0, brain=BrainName.OWNER, model=None)
