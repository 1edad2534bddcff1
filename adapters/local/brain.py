"""The brain in the box: a verdict on every message, with no network and no model server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.local import evidence, lexicon
from adapters.local.asks import LONGEST_ASK, asking
from adapters.local.corrections import CorrectionsMemory, Lesson, Lessons
from adapters.local.deadlines import deadline
from adapters.local.evidence import CATEGORIES
from adapters.local.linear import LinearModel, probabilities, shipped
from adapters.local.priority import priority_of
from adapters.local.summary import summary
from adapters.local.suspicion import suspicion
from adapters.local.words import HEAD, clipped, features, sentences, words
from application.ports.brain import TeachableBrain
from domain.messages import Message
from domain.triage import (
    ActionItem,
    Category,
    FollowUpHint,
    Verdict,
    is_account_security,
    one_time_code,
)

NEAR = timedelta(days=2)
ENOUGH_TROUBLE = 2
_MOST_ITEMS = 4
_OF_SECURITY = lexicon.vocabulary(
    "sign signin alert password recovery factor 2fa step verification unusual suspicious device verify "
    "sicherheitswarnung anmeldung "
    "alerte connexion alerta amaran"
)
_OF_CODES = lexicon.vocabulary("code passcode otp tac bestätigungscode sicherheitscode código kod 验证")
_RATE = 1.5
_CONVERSATION = frozenset({Category.URGENT, Category.PERSONAL, Category.WORK})


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of one message before any weighing."""

    message: Message
    words: set[str]
    said: list[str]
    asked: list[str]
    items: tuple[ActionItem, ...]
    suspicion: str
    signals: frozenset[str]


class LocalBrain(TeachableBrain):
    """Weighs general evidence and trained word weights; the owner's corrections count from the next message on.

    `own_addresses` are the owner's, in lower case; days are reckoned in `zone`. Below `sure_at` the verdict is given
    all the same: whether to ask a better brain is the application's to decide by `confidence`.
    """

    def __init__(self, zone: ZoneInfo, own_addresses: frozenset[str] = frozenset(), sure_at: float = 0.8) -> None:
        self.sure_at = sure_at
        self._zone = zone
        self._own_addresses = own_addresses
        weights = shipped()
        self._model = LinearModel(weights.table)
        self._temperature = weights.temperature
        self._lessons = Lessons()
        self._memory = CorrectionsMemory()

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        return [self._judged(self.read(message)) for message in messages]

    def teach(self, lessons: Sequence[Lesson]) -> None:
        if self._lessons.add(lessons):
            self._learn_anew()

    def unlearn(self, message_id: str) -> None:
        if self._lessons.remove(message_id):
            self._learn_anew()

    def read(self, message: Message) -> Reading:
        """Read `message` without judging it."""
        found = features(words(f"{message.subject} . {message.text[:HEAD]}"))
        said = sentences(message.text)
        asked = asking(said)[:_MOST_ITEMS]
        items = self._items(message, asked)
        doubt = suspicion(message, found)
        signals = {*evidence.envelope(message, self._own_addresses), *evidence.tone(found, message.subject)}
        signals.update(_circumstances(message, found, items, doubt, self._day(message)))
        return Reading(message, found, said, asked, items, doubt, frozenset(signals))

    def shares(self, reading: Reading) -> list[float]:
        """Return the probability of each category, in the order of `CATEGORIES`."""
        by_words = self._model.scores(reading.words)
        by_signals = evidence.weigh(list(reading.signals))
        scores = [a + b for a, b in zip(by_words, by_signals, strict=True)]
        return probabilities(evidence.lifted(scores), self._temperature)

    def _judged(self, reading: Reading) -> Verdict:
        shares = self.shares(reading)
        best = max(range(len(shares)), key=shares.__getitem__)
        category, confidence = CATEGORIES[best], shares[best]
        told = self._memory.recall(reading.message)
        if told is not None and told.category is not None:
            category, confidence = told.category, 1.0
        priority = told.priority if told and told.priority else priority_of(category, reading.signals, reading.words)
        items = reading.items if category in _CONVERSATION else ()
        return Verdict(
            category,
            priority,
            round(confidence, 3),
            summary(reading.message.subject, reading.said, reading.asked),
            items,
            _follow_up(category, items),
            reading.suspicion,
        )

    def _items(self, message: Message, asked: list[str]) -> tuple[ActionItem, ...]:
        said_at = message.sent_at.astimezone(self._zone)
        return tuple(ActionItem(clipped(sentence, LONGEST_ASK), deadline(sentence, said_at)) for sentence in asked)

    def _day(self, message: Message) -> date:
        return message.sent_at.astimezone(self._zone).date()

    def _learn_anew(self) -> None:
        self._model.forget()
        self._memory = CorrectionsMemory()
        lessons = self._lessons.in_order()
        for message, correction in lessons:
            if correction.category is not None:
                reading = self.read(message)
                right = CATEGORIES.index(correction.category)
                self._model.nudge(reading.words, self.shares(reading), right, _RATE)
        self._memory.teach(lessons)


def _circumstances(
    message: Message, found: set[str], items: Sequence[ActionItem], doubt: str, day: date
) -> Iterator[str]:
    """Name what follows from several things at once."""
    if doubt:
        yield "suspicious"
    if not found.isdisjoint(_OF_SECURITY) and is_account_security(message):
        yield "security notice"
    if not found.isdisjoint(_OF_CODES) and one_time_code(message):
        yield "code"
    if items:
        yield "ask"
        yield from _pressure(found, items, day)


def _pressure(found: set[str], items: Sequence[ActionItem], day: date) -> Iterator[str]:
    days = [item.due for item in items if item.due]
    near = bool(days) and min(days) - day <= NEAR
    if days:
        yield "ask by a near day" if near else "ask by a day"
    if near and len(found & lexicon.TROUBLE) >= ENOUGH_TROUBLE:
        yield "trouble due soon"
    if not found.isdisjoint(lexicon.URGENCY):
        yield "pressing ask"


def _follow_up(category: Category, items: Sequence[ActionItem]) -> FollowUpHint:
    if not items or category in (Category.SPAM, Category.NEWSLETTER):
        return FollowUpHint()
    return FollowUpHint(needed=True, by=min((item.due for item in items if item.due), default=None))
