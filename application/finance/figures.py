"""What the books say in figures: a fixed catalogue of sums and lists, taken from them exactly; nothing is guessed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice

from application.ports.books import TransactionQuery
from application.ports.store import Store
from domain.errors import Invalid, NotFound
from domain.finance.categories import Spending
from domain.finance.coverage import Days, not_in_the_books
from domain.finance.money import Money, totals
from domain.finance.months import first_of, next_month
from domain.finance.recurring import Recurring, recurring_in
from domain.finance.transactions import StatementState, Transaction, spent


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on, before `end`."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Invalid("the period ends before it begins", where="until")


def month_of(name: str) -> Period:
    """Return the month that is written as YYYY-MM. Raise `Invalid`."""
    first = first_of(name)
    return Period(first, next_month(first))


@dataclass(frozen=True, slots=True)
class Share:
    """What was spent under one heading, and how many transactions that were; `amount` is positive."""

    name: str
    amount: Money
    transactions: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent in a period: in all per currency, and parted by category, by merchant and by month.

    `unmatched` is that part of it which words call a transfer, but nothing in the books bears out, a share for each
    currency. `saved` went into savings, and is no part of it.
    """

    period: Period
    totals: tuple[Money, ...]
    by_category: tuple[Share, ...]
    by_merchant: tuple[Share, ...]
    by_month: tuple[Share, ...]
    transactions: int
    unmatched: tuple[Share, ...] = ()
    saved: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and went out in one month, own transfers left out; all amounts are positive, but `net`."""

    month: str
    came_in: Money
    went_out: Money
    net: Money


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account held at the end of a day, as its bank printed it."""

    bank: str
    account: str
    date: dt.date
    balance: Money


class Figures:
    """Reads the books; changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: tuple[int, TransactionQuery, tuple[Transaction, ...]] = (-1, TransactionQuery(), ())
        self._recurring: tuple[int, tuple[Recurring, ...]] = (-1, ())

    def spent(self, period: Period, categories: frozenset[Spending] = frozenset(), merchant: str = "") -> Spent:
        """What was spent, on all or on some categories, at all or at one merchant."""
        lines = self._in(period, categories, merchant)
        found = [each for each in lines if each.is_spending]
        return Spent(
            period,
            tuple(money for _, money in sorted(spent(found).items())),
            _shares(found, lambda each: each.category.value),
            _shares(found, lambda each: each.merchant or "unknown"),
            tuple(sorted(_shares(found, lambda each: f"{each.date:%Y-%m}"), key=lambda share: share.name)),
            len(found),
            _left("transfer", (each for each in found if each.is_unmatched)),
            _left("savings", (each for each in lines if each.category is Spending.SAVINGS)),
        )

    def largest(self, period: Period, limit: int = 10) -> tuple[Transaction, ...]:
        """The largest purchases, the dearest first; each currency by itself, as they cannot be compared."""
        bought = [each for each in self._in(period) if each.is_spending and each.amount < 0]
        dearest = sorted(bought, key=lambda each: (each.currency, each.amount))
        by_currency = groupby(dearest, key=lambda each: each.currency)
        return tuple(each for _, group in by_currency for each in islice(group, limit))

    def find(self, text: str, period: Period, categories: frozenset[Spending] = frozenset()) -> tuple[Transaction, ...]:
        """Every transaction whose wording or merchant holds `text` as whole words, newest first."""
        return self._in(period, categories, text)

    def knows(self, merchant: str) -> bool:
        """Whether anything in the books, at whatever time, bears this name."""
        return bool(self._store.books.transactions(TransactionQuery(named=merchant)))

    def not_in_the_books(self, period: Period, today: dt.date) -> tuple[str, ...]:
        """Say, a phrase for each, whose days of a period no statement covers, as far as it is gone, and why."""
        statements = self._store.books.statements()
        unread = (each for each in statements if each.message_id and each.state is not StatementState.COUNTED)
        sent = {each.message_id: self._sent(each.message_id) for each in unread if each.message_id}
        asked = Days(period.start, min(period.end - dt.timedelta(days=1), today))
        return not_in_the_books(statements, {id: day for id, day in sent.items() if day is not None}, asked)

    def _sent(self, message_id: str) -> dt.date | None:
        try:
            return self._store.messages.get(message_id).message.sent_at.date()
        except NotFound:
            return None

    def recurring(self) -> tuple[Recurring, ...]:
        """Subscriptions and standing payments that go on, the dearest first."""
        revision = self._store.books.revision
        if self._recurring[0] != revision:
            found = recurring_in(self._store.books.transactions(TransactionQuery()))
            statements = self._store.books.statements()
            self._recurring = (revision, tuple(each for each in found if not each.is_over(statements)))
        return self._recurring[1]

    def cash_flow(self, period: Period) -> tuple[Flow, ...]:
        """What came in and what went out, month by month and currency by currency."""
        months: dict[tuple[str, str], list[Transaction]] = defaultdict(list)
        for each in self._in(period):
            if not each.is_own_move:
                months[(f"{each.date:%Y-%m}", each.currency)].append(each)
        return tuple(_flow(month, currency, months[(month, currency)]) for month, currency in sorted(months))

    def balances(self) -> tuple[Balance, ...]:
        """What each account held at the end of each of its statements, oldest first."""
        counted = (each for each in self._store.books.statements() if each.state is StatementState.COUNTED)
        found = (
            Balance(each.bank, each.account, each.end, Money(each.closing, each.currency))
            for each in counted
            if each.end is not None and each.closing is not None
        )
        return tuple(sorted(found, key=lambda each: (each.date, each.bank, each.account)))

    def _in(
        self, period: Period, categories: frozenset[Spending] = frozenset(), named: str = ""
    ) -> tuple[Transaction, ...]:
        query = TransactionQuery(since=period.start, until=period.end, categories=categories, named=named)
        revision = self._store.books.revision
        if self._last[:2] != (revision, query):
            self._last = (revision, query, self._store.books.transactions(query))
        return self._last[2]


def _left(name: str, transactions: Iterable[Transaction]) -> tuple[Share, ...]:
    """Return what left under one heading, a share for each currency."""
    left = [each for each in transactions if each.amount < 0]
    sums = totals(-each.money for each in left)
    return tuple(
        Share(name, money, sum(each.currency == currency for each in left)) for currency, money in sorted(sums.items())
    )


def _shares(transactions: Iterable[Transaction], heading: Callable[[Transaction], str]) -> tuple[Share, ...]:
    grouped: dict[tuple[str, str], list[Transaction]] = defaultdict(list)
    for each in transactions:
        grouped[(heading(each), each.currency)].append(each)
    shares = [Share(name, spent(group)[currency], len(group)) for (name, currency), group in grouped.items()]
    return tuple(sorted(shares, key=lambda share: (-share.amount.amount, share.name)))


def _flow(month: str, currency: str, transactions: Iterable[Transaction]) -> Flow:
    came = went = Decimal(0)
    for each in transactions:
        if each.amount > 0 and not each.refund:
            came += each.amount
        else:
            went -= each.amount
    return Flow(month, Money(came, currency), Money(went, currency), Money(came - went, currency))
