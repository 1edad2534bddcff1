"""Payments to one merchant that follow each other at a rhythm, told from those that only happen to be there too."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from domain.finance.categories import Spending
from domain.finance.transactions import Transaction

MOST_APART = Decimal("0.25")
"""By how much a payment may differ from the one before."""

METERED = frozenset({Spending.UTILITIES, Spending.INSURANCE, Spending.HOUSING, Spending.TAXES})
"""What is billed by use or by season: the dearer of two in a row may be up to `MOST_DEARER` times the other."""

MOST_DEARER = 2
"""Times by which a price may change at once."""

AT_ONE_PRICE = 2
"""Subscriptions of one price that a merchant may have."""

MOST_OF_ALL = 2 / 3
"""The part of what they are told from that payments must be: who buys every day buys at any rhythm by chance."""


SELDOM = 6
"""Regular times for each period that is skipped, where more than one is."""

MANY, FEW_OF = 6, 5
"""Times that are no chance whatever else a merchant was paid; fewer have to be a fifth of it all."""


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def least_times(self) -> int:
        """Payments after which it is believed."""
        return 2 if self is Rhythm.YEARLY else 3

    @property
    def least_days(self) -> int:
        """Days that lie between two payments at least."""
        return _DAYS[self][0]


_DAYS: dict[Rhythm, tuple[int, int]] = {
    Rhythm.WEEKLY: (6, 8),
    Rhythm.MONTHLY: (26, 35),
    Rhythm.QUARTERLY: (85, 98),
    Rhythm.YEARLY: (355, 376),
}
Alike = Callable[[Transaction, Transaction], bool]


@dataclass(frozen=True, slots=True)
class Series:
    """Payments at a rhythm, the oldest first; a period may be skipped now and then."""

    rhythm: Rhythm
    payments: tuple[Transaction, ...]

    @property
    def is_sure(self) -> bool:
        regular = sum(_periods(self.rhythm, one, other) == 1 for one, other in pairwise(self.payments))
        skipped = len(self.payments) - 1 - regular
        return regular >= self.rhythm.least_times - 1 and (skipped <= 1 or skipped * SELDOM <= regular)

    @property
    def due(self) -> dt.date:
        """When the next should come."""
        gaps = [
            (other.date - one.date).days
            for one, other in pairwise(self.payments)
            if _periods(self.rhythm, one, other) == 1
        ]
        return self.payments[-1].date + dt.timedelta(days=round(median(gaps)))

    def goes_on_with(self, other: Series) -> bool:
        """Whether the other is this one at another price."""
        before, after = self.payments[-1], other.payments[0]
        cheaper, dearer = sorted((-before.amount, -after.amount))
        return (
            self.rhythm is other.rhythm and _periods(self.rhythm, before, after) > 0 and dearer <= cheaper * MOST_DEARER
        )


def series_in(payments: Iterable[Transaction]) -> tuple[Series, ...]:
    """Return the series among what one merchant was paid in one currency.

    First those of one price are found, then bills that differ a little; a price that changed joins two of them.
    """
    all_of_it = sorted(payments, key=lambda each: (each.date, each.id))
    priced = [each for group in _by_price(all_of_it) if len(group) > 1 for each in _at_one_price(group)]
    left = _without(all_of_it, (each for each in priced if each.is_sure))
    bills = _best(left, _is_near)
    sure = [each for each in (*priced, *([bills] if bills else [])) if each.is_sure]
    taken = {payment.id for each in sure for payment in each.payments}
    loose = [each for each in priced if not any(payment.id in taken for payment in each.payments)]
    joined = _joined([*sure, *loose, *_last_one(_without(all_of_it, sure), sure)])
    return tuple(each for each in joined if each.is_sure and _stands_out(each, len(all_of_it)))


def _at_one_price(group: Sequence[Transaction]) -> Iterator[Series]:
    """Yield the series among payments of one price, if together they are most of them."""
    found: list[Series] = []
    left = list(group)
    while len(found) < AT_ONE_PRICE and (best := _best(left, _is_same, found[0].rhythm if found else None)):
        found.append(best)
        left = _without(left, [best])
    if sum(len(each.payments) for each in found) >= len(group) * MOST_OF_ALL:
        yield from found


def _best(payments: Sequence[Transaction], alike: Alike, rhythm: Rhythm | None = None) -> Series | None:
    """Return the longest series among the payments, if it is most of them, or one of two equal ones."""
    least = max(2, math.ceil(len(payments) * MOST_OF_ALL / (AT_ONE_PRICE if alike is _is_same else 1)))
    possible = (each for each in ([rhythm] if rhythm else Rhythm) if _most_times(payments, each) >= least)
    found = [Series(each, _longest(payments, each, alike)) for each in possible]
    best = max(found, key=lambda each: len(each.payments), default=None)
    return best if best and len(best.payments) >= least else None


def _most_times(payments: Sequence[Transaction], rhythm: Rhythm) -> int:
    """Return how often the rhythm fits between the first and the last payment."""
    return (payments[-1].date - payments[0].date).days // rhythm.least_days + 1 if payments else 0


def _longest(payments: Sequence[Transaction], rhythm: Rhythm, alike: Alike) -> tuple[Transaction, ...]:
    """Return the longest run at a rhythm, with as few skipped periods as may be."""
    reached: list[tuple[int, int]] = []
    for at, later in enumerate(payments):
        before = [
            (reached[place][0] + 3 - periods, place)
            for place, periods in _before(payments, at, rhythm)
            if alike(payments[place], later)
        ]
        reached.append(max(before, default=(0, -1)))
    run: list[Transaction] = []
    at = max(range(len(reached)), key=lambda place: reached[place][0], default=-1)
    while at >= 0:
        run.append(payments[at])
        at = reached[at][1]
    return tuple(reversed(run))


def _before(payments: Sequence[Transaction], at: int, rhythm: Rhythm) -> Iterator[tuple[int, int]]:
    furthest = payments[at].date - dt.timedelta(days=_DAYS[rhythm][1] * 2)
    for place in range(at - 1, -1, -1):
        if payments[place].date < furthest:
            return
        if periods := _periods(rhythm, payments[place], payments[at]):
            yield place, periods


def _periods(rhythm: Rhythm, earlier: Transaction, later: Transaction) -> int:
    """Return 1 for payments that follow each other at the rhythm, 2 where one between them was skipped, else 0."""
    gap = (later.date - earlier.date).days
    least, most = _DAYS[rhythm]
    skipped = rhythm is not Rhythm.YEARLY and least * 2 <= gap <= most * 2
    return 1 if least <= gap <= most else 2 if skipped else 0


def _is_same(earlier: Transaction, later: Transaction) -> bool:
    return earlier.amount == later.amount


def _is_near(earlier: Transaction, later: Transaction) -> bool:
    cheaper, dearer = sorted((-earlier.amount, -later.amount))
    if earlier.category in METERED and later.category in METERED:
        return dearer <= cheaper * MOST_DEARER
    return dearer - cheaper <= -earlier.amount * MOST_APART


def _by_price(payments: Iterable[Transaction]) -> Iterable[list[Transaction]]:
    groups: dict[Decimal, list[Transaction]] = defaultdict(list)
    for each in payments:
        groups[each.amount].append(each)
    return groups.values()


def _without(payments: Iterable[Transaction], series: Iterable[Series]) -> list[Transaction]:
    taken = {payment.id for each in series for payment in each.payments}
    return [each for each in payments if each.id not in taken]


def _last_one(left: Sequence[Transaction], sure: Sequence[Series]) -> Iterator[Series]:
    """Yield the one payment that is left as what may go on with any series: a new price is paid a first time."""
    if len(left) == 1:
        yield from (Series(rhythm, (left[0],)) for rhythm in dict.fromkeys(each.rhythm for each in sure))


def _joined(pieces: Iterable[Series]) -> list[Series]:
    joined: list[Series] = []
    for piece in sorted(pieces, key=lambda each: each.payments[0].date):
        before = next((each for each in reversed(joined) if each.goes_on_with(piece)), None)
        if before is not None:
            joined.remove(before)
            piece = Series(before.rhythm, (*before.payments, *piece.payments))
        joined.append(piece)
    return joined


def _stands_out(series: Series, of: int) -> bool:
    """Whether it is no chance: among many payments some keep a rhythm, and two tell of one only where they are all."""
    times = len(series.payments)
    return times == of or times >= MANY or (times > 2 and times * FEW_OF >= of)
