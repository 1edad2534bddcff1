"""Whether two statements are of one account and one time, and whether their lines are the same money."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from domain.finance.statements import plain_number
from domain.finance.transactions import StatementRecord, Transaction

_MASK = re.compile(r"[*•]+|X{2,}")
_TELLING = 3
"""Characters of a masked number that must be seen before they tell accounts apart."""

_NATIONAL = 6
"""Digits of a number that may be the end of an IBAN."""

_ASTRAY = timedelta(days=4)
"""By how much one money's day may differ between a statement and a table, as booking and purchase do."""


EXPORTS = frozenset({"csv", "ofx"})
"""Readers of what an owner asks his bank for, of whatever days he likes."""


def are_exports(one: StatementRecord, other: StatementRecord) -> bool:
    """Whether both are tables of one form that a bank gives out on demand."""
    return one.reader in EXPORTS and one.reader == other.reader


def is_same_account(one: StatementRecord, other: StatementRecord) -> bool:
    """Whether both surely are of one account: the same number, at one bank or at one that a document does not name."""
    same_bank = one.bank == other.bank or "" in (one.bank, other.bank)
    number = plain_number(one.account)
    return same_bank and one.currency == other.currency and number != "" and number == plain_number(other.account)


def may_be_same_account(one: StatementRecord, other: StatementRecord) -> bool:
    """Whether no number speaks against it: one is not printed, is masked, or ends the other as it ends an IBAN.

    Banks are not asked, for no two documents name one bank alike.
    """
    return one.currency == other.currency and _may_be(plain_number(one.account), plain_number(other.account))


def _may_be(one: str, other: str) -> bool:
    if one == other or "" in (one, other):
        return True
    masked = _MASK.search(one) or _MASK.search(other)
    shorter, longer = sorted((_MASK.split(one)[-1], _MASK.split(other)[-1]), key=len)
    if masked:
        return len(shorter) < _TELLING or longer.endswith(shorter)
    number = shorter.lstrip("0")
    return number.isdigit() and len(number) >= _NATIONAL and longer.endswith(number)


def is_same_period(one: StatementRecord, other: StatementRecord) -> bool:
    known = one.start is not None or one.end is not None
    return known and (one.start, one.end) == (other.start, other.end)


def overlap(one: StatementRecord, other: StatementRecord) -> bool:
    """Whether the periods share more than the one day on which one statement ends and the next begins.

    A period that is not known may be any; one of a single day overlaps what it lies in. Exports hold whole days, so
    that for two of them one day is enough.
    """
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return True
    shared = (min(one.end, other.end) - max(one.start, other.start)).days
    is_one_day = one.start == one.end or other.start == other.end
    return shared >= 1 or (shared == 0 and (is_one_day or are_exports(one, other)))


def repeated(there: Iterable[Transaction], lines: Sequence[Transaction], astray: timedelta = timedelta(0)) -> int:
    """Return how many of the lines stand there already, each counted once, with days that may be astray."""
    days: Mapping[Decimal, deque[date]] = defaultdict(deque)
    for each in sorted(there, key=lambda each: each.date):
        days[each.amount].append(each.date)
    return sum(_taken(days[each.amount], each.date, astray) for each in sorted(lines, key=lambda each: each.date))


def holds_all(there: Iterable[Transaction], lines: Sequence[Transaction]) -> bool:
    """Whether each of the lines stands there already, at about its day: what is brought again brings nothing new."""
    return repeated(there, lines, _ASTRAY) == len(lines)


def _taken(days: deque[date], day: date, astray: timedelta) -> bool:
    """Take the first day that is near enough; what lies too far back is near to no later one either."""
    while days and days[0] < day - astray:
        days.popleft()
    if not days or days[0] > day + astray:
        return False
    days.popleft()
    return True


def is_largely_repeated(there: Sequence[Transaction], lines: Sequence[Transaction]) -> bool:
    """Whether at least half of what either holds in the days of both are the same amounts at about the same time."""
    if not there or not lines:
        return False
    first = max(min(each.date for each in there), min(each.date for each in lines)) - _ASTRAY
    last = min(max(each.date for each in there), max(each.date for each in lines)) + _ASTRAY
    within = [[each for each in side if first <= each.date <= last] for side in (there, lines)]
    most = max(map(len, within))
    return most > 0 and repeated(within[0], within[1], _ASTRAY) * 2 >= most


def going_on(there: Iterable[Sequence[Transaction]], lines: Sequence[Transaction]) -> tuple[Transaction, ...] | None:
    """Return the lines that are in none of those tables, if they go on from them as a bank's exports do that overlap.

    So they do if all that is there on their days stands among them word for word, and nothing else between the first
    and the last day of either. The last day itself may have gone on: equal lines are as many as the fuller has.
    """
    first, last = min(each.date for each in lines), max(each.date for each in lines)
    tables = list(there)
    left = Counter(_words(each) for table in tables for each in table if first <= each.date <= last)
    fresh = []
    for each in lines:
        known = left[_words(each)] > 0
        left[_words(each)] -= known
        if not known:
            fresh.append(each)
    within = any(_is_within(each.date, table) for each in fresh for table in tables)
    return None if within or left.total() else tuple(fresh)


def _is_within(day: date, table: Sequence[Transaction]) -> bool:
    return min(each.date for each in table) < day < max(each.date for each in table)


def _words(each: Transaction) -> tuple[date, Decimal, str]:
    return each.date, each.amount, each.description
