"""Watches the books for what the owner would want to know: dearer subscriptions, odd amounts, missing statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median

from application.announcing import Announcing
from application.books.asking import Asking
from application.ports.books import TransactionQuery
from application.ports.clock import Clock
from application.ports.store import Store
from domain.finance.recurring import LEAST_TIMES, Recurring
from domain.finance.transactions import StatementRecord, StatementState, Transaction
from domain.notifications import Notice, NoticeKind

LATE = dt.timedelta(days=12)
ODD_TIMES = 4
ENOUGH = 5
RECENT = dt.timedelta(days=45)


class FindingKind(StrEnum):
    NEW_SUBSCRIPTION = "new_subscription"
    DEARER = "dearer"
    UNUSUAL = "unusual"
    MISSING_STATEMENT = "missing_statement"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about money worth a word. `key` is the same as long as it is the same finding."""

    kind: FindingKind
    key: str
    text: str


class Watching:
    """Looks through the books; what it finds is announced once."""

    def __init__(self, store: Store, asking: Asking, announcing: Announcing, clock: Clock) -> None:
        self._store = store
        self._asking = asking
        self._announcing = announcing
        self._clock = clock

    def findings(self) -> tuple[Finding, ...]:
        """Everything worth a word now, the newest kinds of trouble first."""
        statements = self._store.books.statements()
        lines = self._store.books.transactions(TransactionQuery())
        return (*_aside(statements), *self._missing(statements), *self._subscriptions(), *self._unusual(lines))

    def tell(self, *, news: bool) -> None:
        """Announce what is new; without `news` it counts as known, as after a first reading of the past."""
        for finding in self.findings():
            notice = _notice(finding)
            if news:
                self._announcing.announce(notice)
            else:
                self._announcing.pass_over(notice)

    def _subscriptions(self) -> Iterator[Finding]:
        since = self._clock.now().date() - RECENT
        for each in self._asking.recurring():
            if each.last_on < since:
                continue
            if each.rise is not None:
                yield Finding(FindingKind.DEARER, f"{each.merchant}-{each.last_on}", _dearer(each))
            elif each.times == LEAST_TIMES:
                text = f"{each.merchant} now takes {each.last} {each.rhythm.value}."
                yield Finding(FindingKind.NEW_SUBSCRIPTION, each.merchant, text)

    def _unusual(self, transactions: Iterable[Transaction]) -> Iterator[Finding]:
        since = self._clock.now().date() - RECENT
        by_merchant: dict[tuple[str, str], list[Transaction]] = defaultdict(list)
        for each in transactions:
            if each.merchant and each.is_spending and not each.refund:
                by_merchant[(each.merchant, each.currency)].append(each)
        for (merchant, _), group in by_merchant.items():
            usual = median(-each.amount for each in group)
            for each in group:
                if len(group) >= ENOUGH and each.date >= since and -each.amount >= usual * ODD_TIMES:
                    yield Finding(FindingKind.UNUSUAL, each.id, f"{merchant} took {-each.money}; usual is {usual}.")

    def _missing(self, statements: Iterable[StatementRecord]) -> Iterator[Finding]:
        ends: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
        for each in statements:
            if each.state is StatementState.COUNTED and each.end is not None:
                ends[(each.bank, each.account)].append(each.end)
        for (bank, account), days in ends.items():
            due = _next_due(sorted(set(days)))
            if due is not None and self._clock.now().date() > due + LATE:
                text = f"No statement of {bank} {account} since the one to {max(days)}."
                yield Finding(FindingKind.MISSING_STATEMENT, f"{bank}-{account}-{due}", text)


def _next_due(ends: list[dt.date]) -> dt.date | None:
    """Return when the next statement should end, by the rhythm of those there are; None for fewer than three."""
    if len(ends) < LEAST_TIMES:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(ends)]
    return ends[-1] + dt.timedelta(days=round(median(gaps)))


def _aside(statements: Iterable[StatementRecord]) -> Iterator[Finding]:
    waiting = (StatementState.SET_ASIDE, StatementState.NEEDS_PASSWORD, StatementState.SCANNED, StatementState.DAMAGED)
    for each in statements:
        if each.state in waiting:
            yield Finding(FindingKind.SET_ASIDE, each.id, f"{each.filename or 'A statement'}: {each.reason}.")


def _dearer(each: Recurring) -> str:
    return f"{each.merchant} took {each.last} instead of {each.usual}."


def _notice(finding: Finding) -> Notice:
    return Notice(
        kind=NoticeKind.BUDGET,
        title="A word about money",
        body=finding.text[:240],
        url="/money",
        tag=f"{finding.kind.value}-{finding.key}".replace(" ", "-"),
        priority=3,
    )
