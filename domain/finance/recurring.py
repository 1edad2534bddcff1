"""What comes again and again: subscriptions and standing payments, and what is odd about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from domain.finance.money import Money
from domain.finance.transactions import Transaction

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
    """A payment that comes at a rhythm. `usual` and `last` are positive; `due` is when the next should come."""

    merchant: str
    rhythm: Rhythm
    usual: Money
    last: Money
    times: int
    last_on: dt.date
    due: dt.date

    @property
    def rise(self) -> Money | None:
        """How much more the last payment was than the usual one before it; None where it was not."""
        more = self.last - self.usual
        return more if more.amount > 0 else None


def recurring_in(transactions: Iterable[Transaction]) -> tuple[Recurring, ...]:
    """Find what recurs, the dearest first: one merchant, alike amounts, at a steady rhythm, three times at least."""
    by_merchant: dict[tuple[str, str], list[Transaction]] = {}
    for each in transactions:
        if each.amount < 0 and each.merchant and each.own_transfer is None:
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
    )
