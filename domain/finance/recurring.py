"""What comes again and again: subscriptions and standing payments, and what is odd about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from domain.finance.categories import Spending
from domain.finance.money import Money
from domain.finance.transactions import Judge, Transaction

LEAST_TIMES = 3
MOST_APART = Decimal("0.25")


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


_DAYS: dict[Rhythm, tuple[int, int]] = {
    Rhythm.WEEKLY: (6, 8),
    Rhythm.MONTHLY: (26, 35),
    Rhythm.QUARTERLY: (85, 98),
    Rhythm.YEARLY: (355, 376),
}


@dataclass(frozen=True, slots=True)
class Recurring:
    """A payment that comes at a rhythm. `usual` and `last` are positive; `due` is when the next should come.

    `rise` is how much more the last payment was than the one before, where the price had been the same until then.
    """

    merchant: str
    rhythm: Rhythm
    usual: Money
    last: Money
    times: int
    last_on: dt.date
    due: dt.date
    rise: Money | None = None


def recurring_in(transactions: Iterable[Transaction]) -> tuple[Recurring, ...]:
    """Find what recurs, the dearest first: one merchant, alike amounts, at a steady rhythm, three times at least."""
    by_merchant: dict[tuple[str, str], list[Transaction]] = {}
    for each in transactions:
        if each.amount < 0 and each.merchant and not each.is_own_move:
            by_merchant.setdefault((each.merchant.casefold(), each.currency), []).append(each)
    found = (_recurring(sorted(group, key=lambda each: each.date)) for group in by_merchant.values())
    return tuple(sorted((each for each in found if each is not None), key=lambda each: -each.last.amount))


def _recurring(payments: Sequence[Transaction]) -> Recurring | None:
    if len(payments) < LEAST_TIMES:
        return None
    gaps = [(later.date - earlier.date).days for earlier, later in pairwise(payments)]
    rhythm = next((each for each, (least, most) in _DAYS.items() if all(least <= gap <= most for gap in gaps)), None)
    usual = median(-each.amount for each in payments[:-1])
    if rhythm is None or any(abs(-each.amount - usual) > usual * MOST_APART for each in payments[:-1]):
        return None
    last = payments[-1]
    return Recurring(
        merchant=last.merchant or "",
        rhythm=rhythm,
        usual=Money(usual, last.currency).rounded(),
        last=-last.money,
        times=len(payments),
        last_on=last.date,
        due=last.date + dt.timedelta(days=round(median(gaps))),
        rise=_rise(payments),
    )


def _rise(payments: Sequence[Transaction]) -> Money | None:
    """A bill that is another each month rises and falls; only what had a price can become dearer."""
    *_, earlier, before, last = payments
    rose = earlier.amount == before.amount and last.amount < before.amount
    return before.money - last.money if rose else None


def with_subscriptions(transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
    """Return `transactions` with what recurs, and of which nothing else is known, taken for a subscription."""
    unknown = [each for each in transactions if each.judge is Judge.NOBODY and each.category is Spending.OTHER]
    paid = {(each.merchant.casefold(), each.last.currency) for each in recurring_in(transactions)} if unknown else set()
    found = {
        each.id: replace(each, category=Spending.SUBSCRIPTIONS, judge=Judge.LOCAL)
        for each in unknown
        if each.amount < 0 and ((each.merchant or "").casefold(), each.currency) in paid
    }
    return tuple(found.get(each.id, each) for each in transactions)
