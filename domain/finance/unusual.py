"""Payments that are far from what their owner is used to paying."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from domain.finance.money import Money
from domain.finance.transactions import Transaction

ODD_TIMES = 4
ENOUGH = 5
ENOUGH_IN_ALL = 50
"""Payments in one currency before it is known what a large one is."""

LARGE = Decimal("0.97")
"""The part of all payments that a large one is above."""

ACQUAINTED = dt.timedelta(days=60)
"""How long the books must reach back before a merchant whom they do not know is a new one."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """An odd payment. `usual` is what its merchant takes; None where he was never paid before."""

    payment: Transaction
    usual: Money | None

    @property
    def words(self) -> str:
        took = f"{self.payment.merchant} took {-self.payment.money}"
        return f"{took}; usual is {self.usual}." if self.usual else f"{took}; the first payment there, and a large one."


def unusual_in(transactions: Iterable[Transaction], since: dt.date) -> Iterator[Unusual]:
    """Yield what was paid since a day and is odd: far above the usual at its merchant, or large at a new one."""
    by_currency: dict[str, list[Transaction]] = defaultdict(list)
    for each in sorted(transactions, key=lambda each: (each.date, each.id)):
        if each.is_spending and each.amount < 0:
            by_currency[each.currency].append(each)
    for payments in by_currency.values():
        by_merchant: dict[str, list[Transaction]] = defaultdict(list)
        for each in payments:
            by_merchant[(each.merchant or "").casefold()].append(each)
        by_merchant.pop("", None)
        new_from = max(since, payments[0].date + ACQUAINTED)
        for group in by_merchant.values():
            yield from _far_above(group, since)
        yield from _large_at_new(payments, [group[0] for group in by_merchant.values()], new_from)


def _far_above(group: Sequence[Transaction], since: dt.date) -> Iterator[Unusual]:
    if len(group) < ENOUGH:
        return
    usual = Money(median(-each.amount for each in group), group[0].currency)
    for each in group:
        if each.date >= since and -each.amount >= usual.amount * ODD_TIMES:
            yield Unusual(each, usual)


def _large_at_new(payments: Sequence[Transaction], firsts: Iterable[Transaction], since: dt.date) -> Iterator[Unusual]:
    if len(payments) < ENOUGH_IN_ALL:
        return
    amounts = sorted(-each.amount for each in payments)
    large = amounts[int(len(amounts) * LARGE) - 1]
    for each in firsts:
        if each.date >= since and -each.amount > large:
            yield Unusual(each, None)
