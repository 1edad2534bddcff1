"""Keeps what mails say of money to come or to go, and finds the transactions that it turned out to be."""

from __future__ import annotations

import datetime as dt
from itertools import islice

from application.kept import Kept
from application.ports.books import TransactionQuery
from application.ports.clock import Clock
from application.ports.store import ClassifiedMessage, MessageQuery, Store
from domain.errors import NotFound
from domain.finance.expected import LONGEST, SEARCHES, Expected, met, told_in
from domain.messages import Authentication
from domain.pages import every_page
from domain.triage import Category

EXPECTED = "books/expected/"
PAST, WHOLE_EVERY = LONGEST * 2, dt.timedelta(hours=1)
UNHEARD = frozenset({Category.SPAM, Category.NEWSLETTER})
PAGE = 50


class Expecting:
    """Reads each mail once. Only what a sender's own domain vouched for, and nobody suspects, is believed.

    It reads further back than anything is awaited, for older mail shows whose a domain is.
    """

    def __init__(self, store: Store, clock: Clock, zone: dt.tzinfo) -> None:
        self._store = store
        self._expected = Kept(store.preferences, EXPECTED, Expected)
        self._clock = clock
        self._zone = zone
        self._read: set[str] = set()
        self._looked_at = -1
        self._whole_at: dt.datetime | None = None
        self._all: tuple[Expected, ...] | None = None
        self._met: tuple[tuple[int, int], dict[str, str]] | None = None

    def look(self) -> None:
        """Read what came since the last time; what is not judged yet is read later."""
        version = self._store.version
        if version == self._looked_at:
            return
        now = self._clock.now()
        whole = self._whole_at is None or now - self._whole_at >= WHOLE_EVERY
        listed: set[str] = set()
        for words in SEARCHES:
            listed |= self._listed(MessageQuery(text=words, since=now - PAST), whole=whole)
        for id in listed - self._read:
            self._take_in(id)
        if whole:
            self._read &= listed  # what is older than anything awaited is never listed again
        self._looked_at, self._whole_at = version, now if whole else self._whole_at

    def all(self) -> tuple[Expected, ...]:
        """Everything that was told, the oldest first."""
        if self._all is None:
            self._all = tuple(sorted(self._expected.all(), key=lambda each: (each.written, each.message_id)))
        return self._all

    def met(self) -> dict[str, str]:
        """Return, by the mail's id, the transaction that each turned out to be."""
        expected = self.all()
        key = (self._store.books.revision, len(expected))
        if self._met is None or self._met[0] != key:
            self._met = (key, met(expected, self._store.books.transactions(TransactionQuery())))
        return self._met[1]

    def _listed(self, query: MessageQuery, *, whole: bool) -> set[str]:
        """Return which mails fit: of the newest, or of all; what was sent long ago may have come only now."""
        pages = every_page(lambda cursor: self._store.messages.list(query, cursor, PAGE))
        return {each.message.id for page in islice(pages, None if whole else 1) for each in page.items}

    def _take_in(self, id: str) -> None:
        try:
            known = self._store.messages.get(id)
        except NotFound:
            return
        if known.classification is None or id in self._read:
            return
        self._read.add(id)
        message = known.message
        written = message.sent_at.astimezone(self._zone).date()
        told = told_in(message.subject, message.text, written) if _is_believed(known) else None
        if told is not None:
            expected = Expected(id, message.sender.domain, written, told)
            self._expected.put(id, expected)
            self._all = None


def _is_believed(known: ClassifiedMessage) -> bool:
    mail, classification = known.message.mail, known.classification
    if mail is None or classification is None or known.message.is_from_owner:
        return False
    verdict = classification.verdict
    vouched = mail.authentication is Authentication.PASSED
    return vouched and not verdict.suspicion and verdict.category not in UNHEARD
