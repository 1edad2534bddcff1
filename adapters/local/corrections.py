"""Remembers the owner's corrections exactly: by list, by sender, and by domain once three agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from adapters.local.lexicon import FREE_MAIL
from application.ports.brain import TeachableBrain
from domain.messages import Message
from domain.triage import BrainName, Category, Correction, Verdict, protection

Lesson = tuple[Message, Correction]
ENOUGH_FOR_A_DOMAIN = 3
_NEVER = frozenset({Category.NEWSLETTER, Category.SPAM})
_LOWEST_OF_PROTECTED = 4


class Lessons:
    """All corrections given so far, the latest per message; the whole of what was learnt follows from them."""

    def __init__(self) -> None:
        self._by_message: dict[str, Lesson] = {}

    def add(self, lessons: Iterable[Lesson]) -> bool:
        """Take in `lessons`; say whether any was new."""
        before = dict(self._by_message)
        for message, correction in lessons:
            known = self._by_message.get(message.id)
            if known is None or known[1].at <= correction.at:
                self._by_message[message.id] = (message, correction)
        return before != self._by_message

    def remove(self, message_id: str) -> bool:
        """Take back the lesson of one message; say whether there was one."""
        return self._by_message.pop(message_id, None) is not None

    def in_order(self) -> list[Lesson]:
        """Return the lessons, oldest correction first, whatever order they were given in."""
        return sorted(self._by_message.values(), key=lambda lesson: (lesson[1].at, lesson[1].message_id))


class CorrectionsMemory(TeachableBrain):
    """Gives the owner's own verdict on a message he corrected, or that comes by the same list or sender; else none."""

    def __init__(self) -> None:
        self._lessons = Lessons()
        self._known: dict[str, Correction] = {}

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        return [self._judged(message) for message in messages]

    def teach(self, lessons: Sequence[Lesson]) -> None:
        if self._lessons.add(lessons):
            self._known = _memory(self._lessons.in_order())

    def unlearn(self, message_id: str) -> None:
        if self._lessons.remove(message_id):
            self._known = _memory(self._lessons.in_order())

    def recall(self, message: Message) -> Correction | None:
        """Return the correction that holds for `message`: its own, else that of its list, sender or sender's domain."""
        own = self._known.get(_message_key(message))
        if own is not None:
            return own
        found = next((self._known[key] for key in (*_keys(message), _domain_key(message)) if key in self._known), None)
        if found is None or _would_bury(found, message):
            return None
        return found

    def _judged(self, message: Message) -> Verdict | None:
        correction = self.recall(message)
        if correction is None or correction.category is None:
            return None
        priority = correction.priority or USUAL_PRIORITY[correction.category]
        return Verdict(correction.category, priority, 1.0, summary=message.snippet, brain=BrainName.OWNER)


USUAL_PRIORITY = {
    Category.URGENT: 1,
    Category.PERSONAL: 3,
    Category.WORK: 3,
    Category.NEWSLETTER: 5,
    Category.TRANSACTIONAL: 4,
    Category.SPAM: 5,
}


def _memory(lessons: Iterable[Lesson]) -> dict[str, Correction]:
    known: dict[str, Correction] = {}
    agreed: dict[str, Counter[tuple[Category | None, int | None]]] = {}
    for message, correction in lessons:
        for key in (_message_key(message), *_keys(message)):
            known[key] = correction
        domain = _domain_key(message)
        if message.sender.domain and message.sender.domain not in FREE_MAIL:
            tally = agreed.setdefault(domain, Counter())
            tally[(correction.category, correction.priority)] += 1
            if len(tally) == 1 and tally.total() >= ENOUGH_FOR_A_DOMAIN:
                known[domain] = correction
            else:
                known.pop(domain, None)
    return known


def _would_bury(correction: Correction, message: Message) -> bool:
    """Protected mail is never put away because of what was said of another mail (SECURITY 3)."""
    buries = correction.category in _NEVER or (correction.priority or 0) > _LOWEST_OF_PROTECTED
    return buries and protection(message) is not None


def _message_key(message: Message) -> str:
    return f"message {message.id}"


def _keys(message: Message) -> list[str]:
    keys = [f"list {message.mail.list_id.lower()}"] if message.mail and message.mail.list_id else []
    return [*keys, f"sender {message.sender.address}"] if message.sender.address else keys


def _domain_key(message: Message) -> str:
    return f"domain {message.sender.domain}"
