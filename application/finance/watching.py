"""Watches the books for what the owner would want to know: dearer subscriptions, odd amounts, missing statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median

from application.announcing import Announcing
from application.finance.expecting import Expecting
from application.finance.figures import Figures
from application.finance.unread import LEFT
from application.ports.books import TransactionQuery
from application.ports.clock import Clock
from application.ports.store import Store
from domain.finance.expected import Expected, lacking
from domain.finance.recurring import Recurring
from domain.finance.transactions import StatementRecord, StatementState, Transaction
from domain.finance.unusual import unusual_in
from domain.notifications import MOST_BODY, Notice, NoticeKind

LATE = dt.timedelta(days=12)
RECENT = dt.timedelta(days=45)
NEWS = dt.timedelta(days=100)
"""How long a rise is worth a word: the statement that shows it may come late, or with the one after it."""

LEAST_STATEMENTS = 3
UNREAD = frozenset({StatementState.SET_ASIDE, StatementState.SCANNED, StatementState.DAMAGED})


class FindingKind(StrEnum):
    NEW_SUBSCRIPTION = "new_subscription"
    DEARER = "dearer"
    UNUSUAL = "unusual"
    MISSING_STATEMENT = "missing_statement"
    SET_ASIDE = "set_aside"
    LOCKED = "locked"
    INVOICE_UNPAID = "invoice_unpaid"
    REFUND_AWAITED = "refund_awaited"


ABOUT_STATEMENTS = frozenset({FindingKind.MISSING_STATEMENT, FindingKind.SET_ASIDE, FindingKind.LOCKED})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about money worth a word. `key` is the same as long as it is the same finding.

    `message_id` is the mail that it is about, where it is about one.
    """

    kind: FindingKind
    key: str
    text: str
    message_id: str | None = None


class Watching:
    """Looks through the books; what it finds is announced once."""

    def __init__(
        self,
        store: Store,
        figures: Figures,
        expecting: Expecting,
        announcing: Announcing,
        clock: Clock,
        zone: dt.tzinfo,
    ) -> None:
        self._store = store
        self._figures = figures
        self._expecting = expecting
        self._announcing = announcing
        self._clock = clock
        self._zone = zone
        self._found: tuple[tuple[int, dt.date, int], tuple[Finding, ...]] | None = None

    def findings(self) -> tuple[Finding, ...]:
        """Everything worth a word now; looked for anew when the books, the day or what mails promise change."""
        key = (self._store.books.revision, self._today(), len(self._expecting.all()))
        if self._found is None or self._found[0] != key:
            self._found = (key, self._looked_for())
        return self._found[1]

    def _looked_for(self) -> tuple[Finding, ...]:
        statements = self._store.books.statements()
        lines = self._store.books.transactions(TransactionQuery())
        return (
            *_aside(statements),
            *self._unread(statements),
            *self._missing(statements),
            *self._subscriptions(),
            *self._unusual(lines),
            *_lacking(self._expecting.all(), lines, statements, self._today()),
        )

    def tell(self, *, news: bool) -> None:
        """Announce what is new; without `news` it counts as known, as after a first reading of the past.

        What is locked is asked for all the same.
        """
        for finding in self.findings():
            notice = _notice(finding)
            if news or finding.kind is FindingKind.LOCKED:
                self._announcing.announce(notice)
            else:
                self._announcing.pass_over(notice)

    def pass_over(self) -> None:
        """Count all that is found as known: the owner has it before his eyes."""
        for finding in self.findings():
            self._announcing.pass_over(_notice(finding))

    def _today(self) -> dt.date:
        return self._clock.now().astimezone(self._zone).date()

    def _subscriptions(self) -> Iterator[Finding]:
        since = self._today() - RECENT
        for each in self._figures.recurring():
            if each.last_on < since:
                continue
            if each.rise is not None and each.rose_on is not None and each.rose_on >= self._today() - NEWS:
                yield Finding(FindingKind.DEARER, f"{each.merchant}-{each.rose_on}-{each.last}", _dearer(each))
            elif each.is_new:
                text = f"{each.merchant} now takes {each.last} {each.rhythm.value}."
                yield Finding(FindingKind.NEW_SUBSCRIPTION, f"{each.merchant}-{each.first_on}-{each.last}", text)

    def _unusual(self, transactions: Iterable[Transaction]) -> Iterator[Finding]:
        for each in unusual_in(transactions, self._today() - RECENT):
            yield Finding(FindingKind.UNUSUAL, each.payment.id, each.words)

    def _unread(self, statements: Sequence[StatementRecord]) -> Iterator[Finding]:
        """Yield one finding for each sender whose mails were not read, or brought nothing that could be, ever."""
        known = self._store.messages.get_many([each.message_id for each in statements if each.message_id])
        unread: dict[str, list[StatementRecord]] = defaultdict(list)
        for each in statements:
            if each.message_id in known and each.state in LEFT:
                unread[known[each.message_id].message.sender.domain].append(each)
        heard = {
            known[each.message_id].message.sender.domain
            for each in statements
            if each.message_id in known and each.state not in LEFT
        }
        for domain, group in unread.items():
            told = [each for each in group if each.state is StatementState.NOT_READ or domain not in heard]
            if told:
                newest = max(told, key=lambda each: each.at)
                many = "A mail" if len(told) == 1 else f"{len(told)} mails"
                text = f"{many} from {domain}, not read: {newest.filename}: {newest.reason}."
                yield Finding(FindingKind.SET_ASIDE, newest.id, text, newest.message_id)

    def _missing(self, statements: Iterable[StatementRecord]) -> Iterator[Finding]:
        ends: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
        for each in statements:
            if each.state is StatementState.COUNTED and each.end is not None:
                ends[(each.bank, each.account)].append(each.end)
        for (bank, account), days in ends.items():
            due = _next_due(sorted(set(days)))
            if due is not None and self._today() > due + LATE:
                text = f"No statement of {bank} {account} since the one to {max(days)}."
                yield Finding(FindingKind.MISSING_STATEMENT, f"{bank}-{account}-{due}", text)


def _next_due(ends: list[dt.date]) -> dt.date | None:
    """Return when the next statement should end, by the rhythm of those there are; None for fewer than three."""
    if len(ends) < LEAST_STATEMENTS:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(ends)]
    return ends[-1] + dt.timedelta(days=round(median(gaps)))


def _lacking(
    expected: Sequence[Expected], lines: Sequence[Transaction], statements: Sequence[StatementRecord], today: dt.date
) -> Iterator[Finding]:
    for each, merchant in lacking(expected, lines, statements, today):
        amount, due = each.told.amount, each.told.due
        if due is None:
            wrote = f"{merchant} wrote from {each.home} on {each.written}"
            text = f"{wrote} that {amount} will come back; the books do not show it."
            yield Finding(FindingKind.REFUND_AWAITED, each.message_id, text, each.message_id)
        else:
            text = (
                f"The books show no payment of {amount} to {merchant}; its invoice from {each.home} was due on {due}."
            )
            yield Finding(FindingKind.INVOICE_UNPAID, each.message_id, text, each.message_id)


def _aside(statements: Iterable[StatementRecord]) -> Iterator[Finding]:
    """Those of one bank that wait for a password are one finding: one password opens them all."""
    locked: dict[str, list[StatementRecord]] = defaultdict(list)
    for each in statements:
        if each.state is StatementState.NEEDS_PASSWORD:
            locked[each.bank].append(each)
        elif each.state in UNREAD:
            text = f"{each.filename or 'A statement'}: {each.reason}."
            yield Finding(FindingKind.SET_ASIDE, each.id, text)
    for bank, group in locked.items():
        many = "A statement" if len(group) == 1 else f"{len(group)} statements"
        text = f"{many}{f' of {bank}' if bank else ''} cannot be opened: {group[0].reason}."
        yield Finding(FindingKind.LOCKED, bank or group[0].id, text)


def _dearer(each: Recurring) -> str:
    return f"{each.merchant} took {each.last}, {each.rise} more than before."


def _notice(finding: Finding) -> Notice:
    return Notice(
        kind=NoticeKind.STATEMENT if finding.kind in ABOUT_STATEMENTS else NoticeKind.MONEY,
        title="A word about money",
        body=finding.text[:MOST_BODY],
        url="/money",
        tag=f"{finding.kind.value}-{finding.key}".replace(" ", "-"),
        priority=3,
    )
