"""Weighs what speaks for each category beside the words themselves: headers, labels, authentication, tone.

The weights are log-odds set by hand,
each for a general reason; the linear model in `linear` is trained on top of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.local import lexicon
from domain.free_mail import FREE_MAIL
from domain.messages import Authentication, Chat, Label, Mail, Message
from domain.triage import Category, failed_authentication

Scores = tuple[float, float, float, float, float, float]
CATEGORIES: Final = (
    Category.URGENT,
    Category.PERSONAL,
    Category.WORK,
    Category.NEWSLETTER,
    Category.TRANSACTIONAL,
    Category.SPAM,
)

# fmt: off
WEIGHTS: Final[dict[str, Scores]] = {
    #                     urgent personal  work  newsl. trans.  spam
    "start":              (-4.5,   0.0,   0.0,   0.0,   0.0,  -0.5),
    "label spam":         (-1.0,  -3.0,  -3.0,   0.0,  -2.0,   6.0),
    "label promotions":   (-1.0,  -4.0,  -3.0,   5.0,  -0.5,   0.0),
    "label social":       (-1.0,  -2.0,  -2.0,   4.0,   0.0,   0.0),
    "label updates":      (-0.5,  -1.5,  -0.5,   0.5,   1.5,  -0.5),
    "label forums":       (-0.5,  -1.0,   0.5,   2.0,  -1.0,   0.0),
    "label important":    ( 0.7,   0.7,   0.7,  -1.0,   0.3,  -2.0),
    "unsubscribe":        (-1.5,  -3.0,  -1.5,   2.5,   0.0,  -0.3),
    "list":               (-1.0,  -2.0,  -0.3,   2.0,  -0.5,  -1.0),
    "one click":          (-0.5,  -1.0,  -0.5,   1.0,   0.0,  -0.5),
    "bulk":               (-1.0,  -2.0,  -1.0,   1.0,   0.5,   0.0),
    "auto-submitted":     (-0.5,  -3.0,  -0.5,   0.5,   2.0,  -0.5),
    "machine mailbox":    (-1.0,  -2.5,  -0.8,   1.0,   1.5,   0.0),
    "authentication failed": (-1.0, -1.5, -1.5, -1.0, -1.5,   2.5),
    "authentication passed": ( 0.0,  0.2,   0.3,   0.2,   0.4,  -1.2),
    "free mail":          (-0.5,   1.8,  -0.5,  -2.5,  -2.0,   0.6),
    "colleague":          ( 0.0,  -0.5,   2.0,  -1.0,  -0.5,  -2.0),
    "own house":          ( 0.0,  -1.0,   1.5,   0.0,   0.0,  -2.0),
    "answer":             ( 0.3,   1.0,   1.0,  -2.5,  -1.5,  -1.5),
    "reply elsewhere":    ( 0.0,  -0.5,  -0.3,   0.0,   0.0,   1.0),
    "not addressed":      (-0.7,  -0.7,  -0.2,   0.6,  -0.7,   0.7),
    "many recipients":    (-0.5,   0.0,   0.5,   0.3,  -1.0,   0.5),
    "invitation":         (-0.5,   0.3,   2.0,  -2.0,   0.5,  -1.5),
    "chat":               ( 0.0,   0.0,   3.0,  -3.0,  -2.0,  -3.0),
    "mention":            ( 0.3,   0.0,   0.5,   0.0,   0.0,   0.0),
    "security notice":    (-1.0,  -1.5,  -1.0,  -2.0,   4.0,   0.0),
    "code":               (-1.0,  -2.0,  -1.5,  -2.5,   4.5,  -0.5),
    "suspicious":         (-2.0,  -3.0,  -3.0,  -2.5,  -3.0,   5.0),
    "ask":                ( 0.6,   0.5,   0.7,  -0.7,  -0.3,  -0.2),
    "ask by a near day":  ( 1.2,   0.2,   0.5,  -0.5,   0.0,  -0.3),
    "ask by a day":       ( 0.0,   0.2,   0.5,  -0.5,   0.2,  -0.3),
    "pressing":           ( 2.2,  -0.3,   0.3,  -0.4,   0.0,   0.3),
    "very pressing":      ( 1.2,  -0.3,   0.0,  -0.3,  -0.3,   0.2),
    "trouble due soon":   ( 3.0,  -0.5,   0.3,  -1.0,  -0.5,   0.0),
    "pressing ask":       ( 1.0,   0.0,   0.2,  -0.5,  -0.3,   0.0),
    "money":              (-0.2,  -0.5,  -0.2,  -0.2,   1.2,   0.1),
    "much money":         (-0.3,  -0.7,  -0.4,  -0.3,   1.0,   0.0),
    "promotion":          (-0.4,  -0.6,  -0.4,   0.9,   0.0,   0.2),
    "much promotion":     (-0.5,  -0.6,  -0.6,   0.9,  -0.2,   0.2),
    "alarm":              ( 4.2,  -0.5,   0.5,  -1.5,  -0.5,  -0.5),
    "alarm over":         (-3.0,   0.0,   0.5,   0.0,   0.0,   0.0),
    "emergency":          ( 1.0,   1.0,   0.0,  -2.0,  -1.0,  -1.0),
    "upset plan":         (-1.0,  -1.0,  -1.0,  -1.0,   1.5,   0.0),
    "cold call":          (-1.0,  -1.0,  -1.0,   0.0,  -1.0,   2.0),
    "cold call in bulk":  (-0.5,  -1.0,  -1.0,  -4.0,  -0.5,   4.0),
    "settled":            (-1.5,  -1.0,  -2.0,   0.0,   2.5,  -0.5),
    "staff ask":          ( 0.0,  -0.5,   2.0,  -0.5,  -1.2,  -0.7),
    "business":           ( 0.2,  -0.5,   1.0,   0.0,  -0.2,  -0.2),
    "much business":      ( 0.2,  -0.4,   0.9,   0.0,  -0.3,  -0.3),
    "intimate":           (-0.3,   1.2,  -0.5,  -0.2,  -0.5,  -0.3),
    "very intimate":      (-0.5,   1.2,  -0.7,  -0.2,  -0.6,  -0.3),
    "scam":               (-0.3,  -0.7,  -0.5,  -0.3,  -0.2,   1.5),
    "much scam":          (-0.3,  -0.7,  -0.5,  -0.5,  -0.7,   1.5),
    "shouting":           ( 0.0,  -0.3,  -0.3,   0.2,  -0.3,   0.6),
    "many links":         (-0.5,  -1.0,  -0.5,   0.8,   0.0,   0.3),
    "heavy html":         (-0.3,  -0.8,  -0.5,   0.6,   0.3,   0.0),
    "plain short":        ( 0.1,   0.4,   0.3,  -0.8,  -0.4,   0.0),
}
# fmt: on
_LABELS: Final = {
    Label.SPAM: "label spam",
    Label.PROMOTIONS: "label promotions",
    Label.SOCIAL: "label social",
    Label.UPDATES: "label updates",
    Label.FORUMS: "label forums",
    Label.IMPORTANT: "label important",
}
_CUES: Final = (
    (lexicon.URGENCY, "pressing", "very pressing", 2),
    (lexicon.MONEY, "money", "much money", 4),
    (lexicon.PROMOTION, "promotion", "much promotion", 4),
    (lexicon.BUSINESS, "business", "much business", 3),
    (lexicon.INTIMATE, "intimate", "very intimate", 3),
    (lexicon.SCAM, "scam", "much scam", 3),
)


def envelope(message: Message, own_addresses: frozenset[str]) -> Iterator[str]:
    """Name what headers, labels and shape say."""
    yield "start"
    for label, signal in _LABELS.items():
        if label in message.labels:
            yield signal
    yield from _sender(message, own_addresses)
    recipients = {address.address for address in (*message.to, *message.cc)}
    if own_addresses and own_addresses.isdisjoint(recipients):
        yield "not addressed"
    if len(recipients) > 6:
        yield "many recipients"
    if isinstance(message.body, Chat):
        yield from _chat(message.body, own_addresses)
    else:
        yield from _headers(message, message.body)
        yield from _shape(message.body)


def tone(found: set[str], subject: str) -> Iterator[str]:
    """Name what kinds of words stand in a mail."""
    for cues, some, many, enough in _CUES:
        hits = len(found & cues)
        if hits:
            yield some
        if hits >= enough:
            yield many
    if (len(subject) > 8 and subject.isupper()) or "!!" in subject or "$$" in subject:
        yield "shouting"


def lifted(scores: list[float]) -> list[float]:
    """Return `scores` with those of the people's categories counted in for urgent: it is such mail, and pressing."""
    urgent, personal, work, *rest = scores
    return [urgent + max(personal, work), personal, work, *rest]


def weigh(signals: list[str]) -> list[float]:
    """Add up what the signals say, one figure per category in the order of `CATEGORIES`."""
    return [sum(column) for column in zip(*[WEIGHTS[signal] for signal in signals], strict=True)]


def _sender(message: Message, own_addresses: frozenset[str]) -> Iterator[str]:
    sender = message.sender
    if sender.domain in FREE_MAIL:
        yield "free mail"
    elif any(address.domain == sender.domain for address in message.to):
        yield "colleague"
    elif is_own_house(message, own_addresses):
        yield "own house"
    if sender.address.startswith(lexicon.MACHINE_MAILBOX):
        yield "machine mailbox"


def is_own_house(message: Message, own_addresses: frozenset[str]) -> bool:
    """Whether a desk of the owner's own company writes, from its domain or one below it."""
    if failed_authentication(message):
        return False
    sender = f".{message.sender.domain}"
    own = {address.rpartition("@")[2] for address in own_addresses} - FREE_MAIL
    return any(sender.endswith(f".{domain}") for domain in own)


def _chat(chat: Chat, own_addresses: frozenset[str]) -> Iterator[str]:
    yield "chat"
    if any(person.address in own_addresses for person in chat.mentions):
        yield "mention"


def _headers(message: Message, mail: Mail) -> Iterator[str]:
    if mail.list_unsubscribe:
        yield "unsubscribe"
    if mail.list_id:
        yield "list"
    if mail.one_click_unsubscribe:
        yield "one click"
    if mail.bulk and not mail.list_id:
        yield "bulk"
    if mail.auto_submitted:
        yield "auto-submitted"
    if mail.authentication is not Authentication.UNKNOWN:
        yield f"authentication {mail.authentication}"
    if mail.in_reply_to or mail.references:
        yield "answer"
    if mail.reply_to and mail.reply_to[0].domain != message.sender.domain and not mail.list_id:
        yield "reply elsewhere"
    if mail.invitations:
        yield "invitation"


def _shape(mail: Mail) -> Iterator[str]:
    links = mail.text.count("http", 0, 6000)
    if links > 6 or mail.html.count("<a ", 0, 60_000) > 12:
        yield "many links"
    if len(mail.html) > 8000:
        yield "heavy html"
    elif not mail.html and len(mail.text) < 1200 and links < 2:
        yield "plain short"
