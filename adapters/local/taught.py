"""Remembers the owner's corrections exactly: by message, by list, by sender, and by domain once three agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from domain.free_mail import FREE_MAIL
from domain.messages import Message
from domain.triage import Category, Correction, protection

Lesson = tuple[Message, Correction]
ENOUGH_FOR_A_DOMAIN = 3
LOWEST_OF_PROTECTED = 4
_NEVER = frozenset({Category.NEWSLETTER, Category.SPAM})
_Word = tuple[Category | None, int | None]


class Lessons:
    """All corrections given so far, the latest per message; the whole of what was learnt follows from them."""

    def __init__(self) -> None:
        self._by_message: dict[str, Lesson] = {}

    def __len__(self) -> int:
        return len(self._by_message)

    def add(self, lessons: Iterable[Lesson]) -> bool:
        """Take in `lessons`; say whether any was new."""
        news = False
        for message, correction in lessons:
            known = self._by_message.get(message.id)
            if known is None or (known[1] != correction and known[1].at <= correction.at):
                self._by_message[message.id] = (message, correction)
                news = True
        return news

    def remove(self, message_id: str) -> bool:
        """Take back the lesson of one message; say whether there was one."""
        return self._by_message.pop(message_id, None) is not None

    def in_order(self) -> list[Lesson]:
        """Return the lessons, oldest correction first, whatever order they were given in."""
        return sorted(self._by_message.values(), key=lambda lesson: (lesson[1].at, lesson[1].message_id))


class Taught:
    """What `lessons`, oldest first, say of the mail to come."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        self._own: dict[str, Correction] = {}
        self._known: dict[str, Correction] = {}
        tallies: dict[str, Counter[_Word]] = {}
        for message, correction in lessons:
            self._own[message.id] = correction
            for key in _keys(message):
                self._known[key] = _merged(self._known.get(key), correction)
            self._count(tallies, message, correction)

    def recall(self, message: Message) -> Correction | None:
        """Return the correction that holds for `message`: its own, else that of its list, sender or sender's domain.

        Protected mail is never put away because of what was said of another mail.
        """
        if message.id in self._own:
            return self._own[message.id]
        keys = (*_keys(message), _domain_key(message))
        found = next((self._known[key] for key in keys if key in self._known), None)
        if found is None or (_buries(found) and protection(message) is not None):
            return None
        return found

    def _count(self, tallies: dict[str, Counter[_Word]], message: Message, correction: Correction) -> None:
        domain = message.sender.domain
        if not domain or domain in FREE_MAIL:
            return
        tally = tallies.setdefault(domain, Counter())
        tally[(correction.category, correction.priority)] += 1
        if len(tally) == 1 and tally.total() >= ENOUGH_FOR_A_DOMAIN:
            self._known[_domain_key(message)] = correction
        else:
            self._known.pop(_domain_key(message), None)


def _merged(earlier: Correction | None, later: Correction) -> Correction:
    """The later word holds; what it leaves open, the earlier one still says."""
    if earlier is None:
        return later
    return replace(
        later,
        category=later.category or earlier.category,
        priority=later.priority if later.priority or later.category else earlier.priority,
    )


def _buries(correction: Correction) -> bool:
    return correction.category in _NEVER or (correction.priority or 0) > LOWEST_OF_PROTECTED


def _keys(message: Message) -> list[str]:
    keys = [f"list {message.mail.list_id.lower()}"] if message.mail and message.mail.list_id else []
    return [*keys, f"sender {message.sender.address}"] if message.sender.address else keys


def _domain_key(message: Message) -> str:
    return f"domain {message.sender.domain}"
