"""The brain in the box: a verdict on every message, with no network and no model server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from adapters.local import evidence
from adapters.local.evidence import CATEGORIES
from adapters.local.linear import LinearModel, OwnerWeights, Weights, probabilities, shipped
from adapters.local.priority import priority_of
from adapters.local.reading import Reader, Reading, verdict
from adapters.local.taught import Lesson, Lessons, Taught
from application.ports.brain import TeachableBrain
from domain.messages import Message
from domain.triage import BrainName, Verdict


class LocalBrain(TeachableBrain):
    """Weighs general evidence and trained word weights; the owner's corrections count from the next message on.

    `own_addresses` are the owner's, in lower case; days are reckoned in `zone`. Below `sure_at` the verdict is given
    all the same: whether to ask a better brain is the application's to decide by `confidence`.
    """

    def __init__(self, zone: ZoneInfo, own_addresses: frozenset[str] = frozenset(), sure_at: float = 0.8) -> None:
        self.sure_at = sure_at
        self._zone = zone
        self._reader = Reader(zone, own_addresses)
        self._owner_weights = OwnerWeights()
        self._lessons = Lessons()
        self._lessons_learnt: list[Lesson] = []
        self._taught = Taught(())

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        today = now.astimezone(self._zone).date()
        return [self._judged(self._reader.read(message), today) for message in messages]

    def teach(self, lessons: Sequence[Lesson]) -> None:
        known = len(self._lessons)
        if not self._lessons.add(lessons):
            return
        in_order = self._lessons.in_order()
        if self._lessons_learnt == in_order[:known]:
            self._learn(in_order[known:])
        else:
            self._learn_anew()

    def unlearn(self, message_id: str) -> None:
        if self._lessons.remove(message_id):
            self._learn_anew()

    def shares(self, reading: Reading) -> list[float]:
        """Return the probability of each category, in the order of `CATEGORIES`."""
        return probabilities(evidence.lifted(self._scores(reading)), self._weights.temperature)

    @cached_property
    def _weights(self) -> Weights:
        """What was trained; it is read for the first message."""
        return shipped()

    @cached_property
    def _model(self) -> LinearModel:
        return LinearModel(self._weights.table)

    def _scores(self, reading: Reading) -> list[float]:
        by_words = self._model.scores(reading.words)
        by_signals = evidence.weigh(list(reading.signals))
        scores = [a + b for a, b in zip(by_words, by_signals, strict=True)]
        if not self._owner_weights or reading.protected:
            return scores
        return [a + b for a, b in zip(scores, self._owner_weights.scores(reading.words), strict=True)]

    def _judged(self, reading: Reading, today: date) -> Verdict:
        told = self._taught.recall(reading.message)
        if told is not None and told.category is not None:
            category, confidence = told.category, 1.0
        else:
            shares = self.shares(reading)
            confidence = max(shares)
            category = CATEGORIES[shares.index(confidence)]
        priority = told.priority if told else None
        priority = priority or priority_of(
            category, confidence, reading.signals, reading.words, reading.days_left(today)
        )
        return verdict(reading, category, priority, round(confidence, 3), BrainName.LOCAL)

    def _learn_anew(self) -> None:
        """Learn everything again, so that what is known depends on the corrections alone and not on their order."""
        self._owner_weights = OwnerWeights()
        self._learn(self._lessons.in_order())

    def _learn(self, newest: Sequence[Lesson]) -> None:
        for message, correction in newest:
            if correction.category is not None:
                reading = self._reader.read(message)
                self._owner_weights.nudge(reading.words, self.shares(reading), CATEGORIES.index(correction.category))
        self._lessons_learnt = self._lessons.in_order()
        self._taught = Taught(self._lessons_learnt)
