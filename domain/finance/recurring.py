"""What comes again and again: subscriptions and standing payments, and what is odd about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from domain.finance.categories import Spending
from domain.finance.coverage import covers
from domain.finance.money import Money
from domain.finance.series import Rhythm, Series, series_in
from domain.finance.transactions import Judge, StatementRecord, Transaction

MONTH = 31


@dataclass(frozen=True, slots=True)
class Recurring:
    """A payment that comes at a rhythm. `usual` and `last` are positive; `due` is when the next should come.

    `rise` is how much more it takes since `rose_on` than before, where the price had been the same until then.
    """

    merchant: str
    rhythm: Rhythm
    usual: Money
    last: Money
    times: int
    last_on: dt.date
    due: dt.date
    rise: Money | None = None
    rose_on: dt.date | None = None
    first_on: dt.date | None = None

    @property
    def is_new(self) -> bool:
        """Whether it was paid hardly more often than it takes to be believed, allowing for a statement of a month."""
        return self.times <= self.rhythm.least_times + MONTH // self.rhythm.least_days

    def is_over(self, statements: Sequence[StatementRecord]) -> bool:
        """Whether the statements cover the days on which the next two payments were due, and hold neither."""
        after = self.due + (self.due - self.last_on)
        return covers(statements, self.due) and covers(statements, after)


def recurring_in(transactions: Iterable[Transaction]) -> tuple[Recurring, ...]:
    """Find what recurs, the dearest first: one merchant, alike amounts, a steady rhythm, whatever else he sold."""
    return tuple(sorted(map(_recurring, _all_series(transactions)), key=lambda each: -each.last.amount))


def _all_series(transactions: Iterable[Transaction]) -> Iterator[Series]:
    by_merchant: dict[tuple[str, str], list[Transaction]] = {}
    for each in transactions:
        if each.amount < 0 and each.merchant and not each.is_own_move:
            by_merchant.setdefault((each.merchant.casefold(), each.currency), []).append(each)
    for group in by_merchant.values():
        yield from series_in(group)


def _recurring(series: Series) -> Recurring:
    last = series.payments[-1]
    rise, rose_on = _rise(series.payments)
    return Recurring(
        merchant=last.merchant or "",
        rhythm=series.rhythm,
        usual=Money(median(-each.amount for each in series.payments[:-1]), last.currency).rounded(),
        last=-last.money,
        times=len(series.payments),
        last_on=last.date,
        due=series.due,
        rise=rise,
        rose_on=rose_on,
        first_on=series.payments[0].date,
    )


def _rise(payments: Sequence[Transaction]) -> tuple[Money | None, dt.date | None]:
    """A bill that is another each month rises and falls; only what had a price can become dearer."""
    last = payments[-1]
    since = next((place for place in range(len(payments), 0, -1) if payments[place - 1].amount != last.amount), 0)
    if since < 2:
        return None, None
    earlier, before = payments[since - 2 : since]
    rose = earlier.amount == before.amount and last.amount < before.amount
    return (before.money - last.money, payments[since].date) if rose else (None, None)


def with_subscriptions(transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
    """Return `transactions` with what recurs, and of which nothing else is known, taken for a subscription."""
    unknown = [each for each in transactions if each.judge is Judge.NOBODY and each.category is Spending.OTHER]
    recurring = {each.id for series in (_all_series(transactions) if unknown else ()) for each in series.payments}
    found = {
        each.id: replace(each, category=Spending.SUBSCRIPTIONS, judge=Judge.LOCAL)
        for each in unknown
        if each.id in recurring
    }
    return tuple(found.get(each.id, each) for each in transactions)
