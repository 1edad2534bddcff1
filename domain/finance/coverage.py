"""Which days the books do not know of, account by account, and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.finance.transactions import StatementRecord, StatementState

SLACK = dt.timedelta(days=5)
"""A statement may end with its last transaction, a few days before its month, and the next begin with its first."""

ALIVE = dt.timedelta(days=62)
"""An account without a statement for longer than that is taken for closed where single days are asked about."""

GONE = dt.timedelta(days=366)
SENT_WITHIN = dt.timedelta(days=45)
"""How long after the days that it is about a statement is sent at the latest."""

MOST_TOLD = 6
NO_BOOKS = "the books are empty: no statement was read yet"
_DAY = dt.timedelta(days=1)
_MONTH = dt.timedelta(days=30)
_WHY = {StatementState.NEEDS_PASSWORD: "locked", StatementState.SET_ASIDE: "set aside"}
_NOTHING_LACKS = frozenset({StatementState.COUNTED, StatementState.DUPLICATE, StatementState.NO_STATEMENT})


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        if self.first.day == 1 and (self.last + _DAY).day == 1 and self.last - self.first <= _MONTH:
            return f"{self.first:%B %Y}"
        return f"{self.first:%d %b %Y} to {self.last:%d %b %Y}"

    def meets(self, other: Days) -> bool:
        return self.first <= other.last and other.first <= self.last


_EVER, _NEVER = Days(dt.date.min, dt.date.min), Days(dt.date.max, dt.date.max)


@dataclass(frozen=True, slots=True)
class Account:
    """An account and the days that its counted statements cover, the earliest first."""

    bank: str
    number: str
    covered: tuple[Days, ...]

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.bank, self.number))) or "an account without a name"

    @property
    def until(self) -> dt.date:
        return max(days.last for days in self.covered)

    def lacks(self, asked: Days) -> Iterator[Days]:
        """Yield the days of those asked about that no statement covers; a few between two statements are none."""
        for before, after in pairwise((_EVER, *self._merged(), _NEVER)):
            hole = Days(max(before.last + _DAY, asked.first), min(after.first - _DAY, asked.last))
            is_wide = hole.last - before.last > SLACK and after.first - hole.first > SLACK
            if is_wide and hole.first <= hole.last:
                yield hole

    def _merged(self) -> list[Days]:
        merged: list[Days] = []
        for days in self.covered:
            if merged and days.first <= merged[-1].last + _DAY:
                merged[-1] = Days(merged[-1].first, max(merged[-1].last, days.last))
            else:
                merged.append(days)
        return merged


def accounts_of(statements: Iterable[StatementRecord]) -> list[Account]:
    """Return the accounts that have counted statements, by name."""
    covered: dict[tuple[str, str], list[Days]] = defaultdict(list)
    for each in statements:
        if each.state is StatementState.COUNTED and each.start and each.end:
            covered[(each.bank, each.account)].append(Days(each.start, each.end))
    return [
        Account(bank, number, tuple(sorted(days, key=lambda each: each.first)))
        for (bank, number), days in sorted(covered.items())
    ]


def covers(statements: Iterable[StatementRecord], day: dt.date) -> bool:
    """Whether every account that was still there has a statement of that day, or of one a few days away."""
    alive = [each for each in accounts_of(statements) if each.until >= day - ALIVE]
    near = Days(day - SLACK, day + SLACK)
    return bool(alive) and all(any(days.meets(near) for days in each.covered) for each in alive)


def not_in_the_books(
    statements: Sequence[StatementRecord], sent: Mapping[str, dt.date], asked: Days
) -> tuple[str, ...]:
    """Say what the books lack of the days asked about, in a phrase for each: whose days, and why if that is known.

    `sent` are the days of the mails that brought statements, by message.
    """
    alive = [each for each in accounts_of(statements) if each.until >= asked.first - GONE]
    unread = [each for each in statements if each.state not in _NOTHING_LACKS and _may_tell_of(each, sent, asked)]
    explained: set[str] = set()
    phrases = [] if any(each.state is StatementState.COUNTED for each in statements) else [NO_BOOKS]
    end = max((each.until for each in alive), default=asked.last)
    behind = asked.last - end > SLACK
    if behind:
        phrases.append(f"the statements end on {end:%d %b %Y}")
    for account in alive:
        for hole in account.lacks(Days(asked.first, min(asked.last, end)) if behind else asked):
            why = [each for each in unread if each.bank == account.bank and _may_tell_of(each, sent, hole)]
            explained |= {each.id for each in why}
            phrases.append(f"{account.name}: {hole} is not in the books{_because(why)}")
    return _the_most_telling([*phrases, *_waiting([each for each in unread if each.id not in explained])])


def _may_tell_of(record: StatementRecord, sent: Mapping[str, dt.date], days: Days) -> bool:
    """Whether a statement that was not counted may be about these days; one of which nothing is known may."""
    known = record.draft or record
    if known.start and known.end:
        return Days(known.start, known.end).meets(days)
    came = sent.get(record.message_id or "")
    return came is None or days.first <= came <= days.last + SENT_WITHIN


def _because(unread: Iterable[StatementRecord]) -> str:
    reasons = sorted({_why(each) for each in unread})
    return f" ({', '.join(reasons)})" if reasons else ""


def _waiting(unread: Iterable[StatementRecord]) -> Iterator[str]:
    for (bank, why), count in sorted(Counter((_sender(each), _why(each)) for each in unread).items()):
        many = "a statement" if count == 1 else f"{count} statements"
        yield f"{many}{f' of {bank}' if bank else ''} {'is' if count == 1 else 'are'} not in the books ({why})"


def _sender(record: StatementRecord) -> str:
    """Return whose it is, but for a mail that was not read: what it calls itself nobody may have vouched for."""
    return "" if record.state is StatementState.NOT_READ else record.bank


def _why(record: StatementRecord) -> str:
    return _WHY.get(record.state, "not read")


def _the_most_telling(phrases: list[str]) -> tuple[str, ...]:
    more = len(phrases) - MOST_TOLD
    return (*phrases[:MOST_TOLD], *([f"{more} more such times"] if more > 0 else []))
