"""What a statement repeats of what the books hold already, so that no money is counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from application.finance.telling_apart import (
    are_exports,
    going_on,
    holds_all,
    is_largely_repeated,
    is_same_account,
    is_same_period,
    may_be_same_account,
    overlap,
    repeated,
)
from application.ports.books import Books, TransactionQuery
from domain.finance.statements import OWNER
from domain.finance.transactions import MOST_LINES_KEPT, StatementRecord, StatementState, Transaction


class BookedBefore:
    """Compares a statement with those that are counted; changes nothing."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def told_apart(self, record: StatementRecord, lines: Sequence[Transaction]) -> StatementRecord:
        """Return the record as it is to be kept: what is booked already is not booked twice.

        A statement without lines stands in no other's way, as lines may come late.
        """
        same = self._of_the_same_days(record, lines)
        if any(holds_all(there, lines) for there in same.values()):
            return replace(record, state=StatementState.DUPLICATE, reason="this account and period is booked already")
        over = same | self._over(record, lines)
        if not over:
            return record
        source = _source(over)
        some = repeated(chain.from_iterable(over.values()), lines)
        if some == len(lines):
            reason = f"its lines are booked already, from {source}"
            return replace(record, state=StatementState.DUPLICATE, reason=reason)
        there = "some of its lines are" if some else "its account and period are, with other lines,"
        reason = f"{there} booked already, from {source}"
        shown = tuple(f"{each.date} {each.description} {each.amount}" for each in lines)
        return replace(record, state=StatementState.SET_ASIDE, reason=reason, lines=shown[:MOST_LINES_KEPT])

    def joined(
        self, record: StatementRecord, lines: Sequence[Transaction]
    ) -> tuple[StatementRecord, tuple[Transaction, ...]] | None:
        """Return the record with those lines alone that go on from other exports of its form; nothing where none do."""
        over = self._over(record, lines)
        fresh = going_on(over.values(), lines) if all(are_exports(each, record) for each in over) else None
        if not over or fresh is None:
            return None
        ids = tuple(each.id for each in over)
        reason = f"lines of it were booked before, from {_source(over)}: {len(lines) - len(fresh)}"
        return replace(record, reason=reason, joined=ids, transactions=len(fresh)), fresh

    def _others(self, record: StatementRecord) -> list[StatementRecord]:
        return [
            each
            for each in self._books.statements()
            if each.state is StatementState.COUNTED and _may_repeat(record, each) and may_be_same_account(each, record)
        ]

    def _of_the_same_days(
        self, record: StatementRecord, lines: Sequence[Transaction]
    ) -> dict[StatementRecord, tuple[Transaction, ...]]:
        """Return the statements of the same account and period, each with its lines."""
        known = (each for each in self._others(record) if each.transactions or not lines)
        same = (each for each in known if is_same_account(each, record) and is_same_period(each, record))
        return {each: self._lines_of(each) for each in same}

    def _lines_of(self, record: StatementRecord) -> tuple[Transaction, ...]:
        return self._books.transactions(TransactionQuery(statement_id=record.id))

    def _over(
        self, record: StatementRecord, lines: Sequence[Transaction]
    ) -> dict[StatementRecord, tuple[Transaction, ...]]:
        """Return the statements that hold some of the same money, each with its lines."""
        others = (each for each in self._others(record) if overlap(each, record))
        return {each: there for each in others if (there := self._like(each, record, lines))}

    def _like(
        self, other: StatementRecord, record: StatementRecord, lines: Sequence[Transaction]
    ) -> tuple[Transaction, ...]:
        """Return the other's lines where they are the same money: some, if the account surely is; else about all."""
        there = self._lines_of(other)
        some = is_same_account(other, record) and repeated(there, lines) > 0
        return there if some or is_largely_repeated(there, lines) else ()


def _source(over: Iterable[StatementRecord]) -> str:
    return next(iter(over)).filename or "another file"


def _may_repeat(record: StatementRecord, other: StatementRecord) -> bool:
    """Whether both may be one statement: what a reader finds in one file is several, while drafts may be rivals."""
    return other.file != record.file or (other.id != record.id and OWNER in (record.reader, other.reader))
