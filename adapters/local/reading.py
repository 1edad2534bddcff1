"""Reads one message before any weighing: its words, its sentences, what it asks and by when, what is odd about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from adapters.local import evidence, lexicon
from adapters.local.asks import LONGEST_ASK, asking
from adapters.local.deadlines import due_days
from adapters.local.mishaps import mishaps
from adapters.local.occasions import occasions
from adapters.local.summary import summary
from adapters.local.suspicion import suspicion
from adapters.local.words import HEAD, clipped, features, sentences, words
from domain.codes import one_time_code
from domain.expressions import expression
from domain.messages import Label, Message
from domain.triage import (
    ActionItem,
    BrainName,
    Category,
    FollowUpHint,
    Verdict,
    protection,
)

NEAR = timedelta(days=2)
ENOUGH_TROUBLE = 2
_MOST_ITEMS = 4
_GLANCE = 900
"""How many characters of advertising are enough to say what it is about."""

_ASKED_FOR_NOTHING = frozenset({Category.NEWSLETTER, Category.SPAM})
# What true notices say and deception seldom does: evidence, for which the weights were fitted. What may not be put away
# is known in many more words.
_NOTICE = expression(
    r"\b(new sign-?in|sign-?in attempt|security alert|password (was |has been )?(changed|reset)"
    r"|recovery (e-?mail|phone|code)"
    r"|two-?(factor|step)|2-?step verification|unusual activity|suspicious (activity|sign)|new device"
    r"|verify your (account|identity)"
    r"|sicherheitswarnung|neue anmeldung|alerte de sécurité|nouvelle connexion|alerta de seguridad"
    r"|amaran keselamatan)\b",
    re.IGNORECASE,
)
_AWAY = expression(
    r"auto(?:matic)?[- ]?reply\b|auto-?response\b|out of (?:the )?office\b|automatische (?:antwort|rückantwort)\b"
    r"|abwesenheits(?:notiz|meldung|assistent)\b|réponse automatique\b|message d['’]absence\b|respuesta automática\b"
    r"|risposta automatica\b|fuori sede\b|automatisch antwoord\b|resposta automática\b|balasan automatik\b|自动回复",
    re.IGNORECASE,
)
"""How the subject of such an answer begins, which some programs send with no header that says so."""

_OF_NOTICES = lexicon.vocabulary(
    "sign signin alert password recovery factor 2fa step verification unusual suspicious device verify"
    " sicherheitswarnung anmeldung alerte connexion alerta amaran"
)
_OF_CODES = lexicon.vocabulary("code passcode otp tac bestätigungscode sicherheitscode código kod 验证")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of one message."""

    message: Message
    words: set[str]
    said: list[str]
    asked: list[str]
    items: tuple[ActionItem, ...]
    suspicion: str
    signals: frozenset[str]

    @property
    def protected(self) -> bool:
        """Whether this mail may not be put away because of what the owner said of another."""
        return protection(self.message) is not None

    def days_left(self, today: date) -> int | None:
        """Return how many days are left for what is due first, or None where no day is named."""
        due = _first_due(self.items)
        return (due - today).days if due else None


class Reader:
    """Reads messages for one owner: `own_addresses` are his, in lower case; days are reckoned in `zone`."""

    def __init__(self, zone: ZoneInfo, own_addresses: frozenset[str]) -> None:
        self._zone = zone
        self._own_addresses = own_addresses

    def read(self, message: Message) -> Reading:
        found = features(words(f"{message.subject} . {message.text[:HEAD]}"))
        telling = lexicon.telling(found)
        advertising = _is_advertising(message, telling)
        said = sentences(message.text[:_GLANCE] if advertising else message.text)
        asked = [] if advertising or _answers_by_itself(message, telling) else asking(said)[:_MOST_ITEMS]
        said_at = message.sent_at.astimezone(self._zone)
        items = tuple(
            ActionItem(clipped(sentence, LONGEST_ASK), due)
            for sentence, due in zip(asked, due_days(said, asked, said_at), strict=True)
        )
        doubt = suspicion(message, found, self._own_addresses)
        signals = {*evidence.envelope(message, self._own_addresses), *evidence.tone(telling, message.subject)}
        signals.update(_circumstances(message, telling, items, doubt, said_at.date()))
        signals.update(occasions(telling, signals))
        signals.update(mishaps(telling, [message.subject, *said], signals))
        return Reading(message, found, said, asked, items, doubt, frozenset(signals))


def verdict(reading: Reading, category: Category, priority: int, confidence: float, brain: BrainName) -> Verdict:
    """Put what was read and what was decided into words."""
    items = reading.items if _wants_something(reading, category) else ()
    return Verdict(
        category,
        priority,
        confidence,
        summary(reading.message.subject, reading.said, reading.asked),
        items,
        _follow_up(items),
        reading.suspicion,
        brain,
    )


def _is_advertising(message: Message, found: set[str]) -> bool:
    """Whether a bulk sender (RFC 8058) writes, to whom nothing is owed: his "book now" is nobody's duty."""
    if Label.PROMOTIONS in message.labels or Label.SOCIAL in message.labels:
        return True
    mail = message.mail
    return mail is not None and mail.one_click_unsubscribe and found.isdisjoint(lexicon.OWES)


def _answers_by_itself(message: Message, found: set[str]) -> bool:
    """Whether a machine answers for somebody who is away (RFC 3834): "please contact Bea" is advice, not an ask."""
    mail = message.mail
    if mail is None or not found.isdisjoint(lexicon.OWES):
        return False
    answers = mail.auto_submitted and bool(mail.in_reply_to or mail.references)
    return answers or _AWAY.match(message.subject) is not None


def _wants_something(reading: Reading, category: Category) -> bool:
    """Bulk mail's asks are its own business; a machine's count where something is owed."""
    if category is Category.TRANSACTIONAL:
        owes = "upset plan" in reading.signals or not reading.words.isdisjoint(lexicon.OWES)
        return owes and not reading.protected
    return category not in _ASKED_FOR_NOTHING


def _circumstances(
    message: Message, found: set[str], items: Sequence[ActionItem], doubt: str, day: date
) -> Iterator[str]:
    """Name what follows from several things at once."""
    if doubt:
        yield "suspicious"
    if not found.isdisjoint(_OF_NOTICES) and _is_notice(message):
        yield "security notice"
    if not found.isdisjoint(_OF_CODES) and one_time_code(message):
        yield "code"
    if items:
        yield "ask"
        yield from _pressure(found, items, day)


def _is_notice(message: Message) -> bool:
    return any(_NOTICE.search(text) for text in (message.subject, message.text[:1500]))


def _pressure(found: set[str], items: Sequence[ActionItem], day: date) -> Iterator[str]:
    due = _first_due(items)
    near = due is not None and due - day <= NEAR
    if due:
        yield "ask by a near day" if near else "ask by a day"
    if near and len(found & lexicon.TROUBLE) >= ENOUGH_TROUBLE:
        yield "trouble due soon"
    if not found.isdisjoint(lexicon.URGENCY):
        yield "pressing ask"


def _follow_up(items: Sequence[ActionItem]) -> FollowUpHint:
    if not items:
        return FollowUpHint()
    return FollowUpHint(needed=True, by=_first_due(items))


def _first_due(items: Sequence[ActionItem]) -> date | None:
    return min((item.due for item in items if item.due), default=None)
