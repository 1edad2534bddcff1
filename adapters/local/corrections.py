"""The first rung of the ladder: the owner's own word, where he has said one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adapters.local.priority import priority_of
from adapters.local.reading import Reader, verdict
from adapters.local.taught import Lesson, Lessons, Taught
from application.ports.brain import TeachableBrain
from domain.messages import Message
from domain.triage import BrainName, Verdict


class CorrectionsMemory(TeachableBrain):
    """Gives a verdict on a message that the owner corrected, or that comes by the same list or sender; else none.

    It is the owner's verdict, and certain; summary and action items are read out as `LocalBrain` does.
    """

    def __init__(self, zone: ZoneInfo, own_addresses: frozenset[str] = frozenset()) -> None:
        self._zone = zone
        self._reader = Reader(zone, own_addresses)
        self._lessons = Lessons()
        self._taught = Taught(())

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        today = now.astimezone(self._zone).date()
        return [self._judged(message, today) for message in messages]

    def teach(self, lessons: Sequence[Lesson]) -> None:
        if self._lessons.add(lessons):
            self._taught = Taught(self._lessons.in_order())

    def unlearn(self, message_id: str) -> None:
        if self._lessons.remove(message_id):
            self._taught = Taught(self._lessons.in_order())

    def _judged(self, message: Message, today: date) -> Verdict | None:
        correction = self._taught.recall(message)
        if correction is None or correction.category is None:
            return None
        reading = self._reader.read(message)
        left = reading.days_left(today)
        priority = correction.priority or priority_of(correction.category, 1.0, reading.signals, reading.words, left)
        return verdict(reading, correction.category, priority, 1.0, BrainName.OWNER)
