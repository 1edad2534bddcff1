"""What needs the owner, one row per thread: messages that belong together are told together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from application.ports.store import ClassifiedMessage
from domain.briefing import Matter, matter_of, shortened
from domain.expressions import expression
from domain.messages import MessageKind
from domain.triage import Category, Verdict

_LONGEST_STANDING = 5
_LONGEST_REQUEST_TO_ANSWER = 10
"""Both in words."""

_CLAUSE_END = re.compile(r"[:;,.!?](?=\s|$)|\n")
_MANNERS = expression(
    r"^(?:@[^,:]{1,40}[,:]\s*)?(?:and |so )?(?:(?:could|can|would|will) you(?: please)?|please)\s+", re.IGNORECASE
)
_ANSWERING = expression(
    r"\b(?:accept|decline|rsvp|attend|join|zusag|absag|annehm|ablehn|teilnehm|particip|refus|acept|rechaz|asist|accett"
    r"|rifiut|accepteer|wijs|aanwezig|aceit|recus|hadir|terima|tolak)|接受|拒绝|参加",
    re.IGNORECASE,
)


def matters(asking: Sequence[ClassifiedMessage], recent: Sequence[ClassifiedMessage]) -> Iterator[Matter]:
    """Yield one row per thread of `asking`: its newest message, as urgent as the most urgent of them.

    An incident in a chat is told by how it stands, which its latest post in `recent` says, and by what is asked.
    """
    for key, group in groupby(sorted(asking, key=_thread), key=_thread):
        together = sorted(group, key=_age)
        row = matter_of(together[-1].message, _verdict(together[-1]))
        row = replace(_as_urgent_as_any(row, together), mails=_mails(together))
        posts = [each for each in recent if each.message.kind is MessageKind.CHAT and _thread(each) == key]
        is_incident = row.category is Category.URGENT and len(posts) > 1
        yield _told(row, together[-1], max(posts, key=_age)) if is_incident else row


def is_only_an_invitation(known: ClassifiedMessage) -> bool:
    """Whether a mail brings an invitation and asks for nothing but an answer to it."""
    mail = known.message.mail
    items = _verdict(known).action_items
    return mail is not None and bool(mail.invitations) and all(_asks_to_answer(item.text) for item in items)


def _asks_to_answer(text: str) -> bool:
    """Whether it wants a yes or no; a longer sentence wants something more."""
    return len(text.split()) <= _LONGEST_REQUEST_TO_ANSWER and _ANSWERING.search(text) is not None


def _as_urgent_as_any(row: Matter, together: Iterable[ClassifiedMessage]) -> Matter:
    verdicts = [_verdict(each) for each in together]
    urgent = any(verdict.category is Category.URGENT for verdict in verdicts)
    return replace(
        row,
        priority=min(verdict.priority for verdict in verdicts),
        category=Category.URGENT if urgent else row.category,
    )


def _mails(together: Iterable[ClassifiedMessage]) -> tuple[str, ...]:
    return tuple(each.message.id for each in together if each.message.kind is MessageKind.MAIL)


def _told(row: Matter, asking: ClassifiedMessage, latest: ClassifiedMessage) -> Matter:
    standing = _CLAUSE_END.split(latest.message.text.strip(), maxsplit=1)[0]
    if not standing or len(standing.split()) > _LONGEST_STANDING or row.quote.startswith(standing):
        return row
    wanted = row.headline
    if _verdict(asking).action_items:
        wanted = f"{row.who.split()[0]} asks you: {_MANNERS.sub('', row.quote).rstrip('?')}"
    return replace(row, headline=shortened(f"{standing}; {wanted}"))


def _thread(known: ClassifiedMessage) -> tuple[str, str]:
    return (known.message.account, known.message.thread_id or known.message.id)


def _age(known: ClassifiedMessage) -> tuple[float, str]:
    return (known.message.received_at.timestamp(), known.message.id)


def _verdict(known: ClassifiedMessage) -> Verdict:
    assert known.classification is not None
    return known.classification.verdict
