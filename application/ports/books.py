"""The books: statements that were read, and the transactions of those that add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.finance.categories import Spending
from domain.finance.transactions import StatementRecord, Transaction
from domain.pages import Page


@dataclass(frozen=True, slots=True)
class TransactionQuery:
    """Which transactions, newest first. `until` is excluded.

    `text` is found anywhere in wording or merchant, without case; `named` only where it stands there as whole words.
    """

    since: date | None = None
    until: date | None = None
    categories: frozenset[Spending] = frozenset()
    text: str = ""
    named: str = ""
    bank: str | None = None
    account: str | None = None
    statement_id: str | None = None
    currency: str | None = None


class Books(Protocol):
    """Each call is one transaction of the store. `revision` is another after every change of this process."""

    revision: int

    def book(self, record: StatementRecord, transactions: Sequence[Transaction]) -> None:
        """Put a statement and all its transactions into the books, or neither; a known id is replaced as a whole."""
        ...

    def strike(self, statement_id: str) -> None:
        """Take a statement and its transactions out, so that it can be read again. Raise `NotFound`."""
        ...

    def statements(self) -> tuple[StatementRecord, ...]:
        """All records, the newest period first, and what has none first of all."""
        ...

    def statement(self, id: str) -> StatementRecord:
        """Raise `NotFound`."""
        ...

    def transactions(self, query: TransactionQuery) -> tuple[Transaction, ...]:
        """Every transaction that fits, newest first."""
        ...

    def page(self, query: TransactionQuery, cursor: str | None = None, limit: int = 50) -> Page[Transaction]:
        """A page of those, newest first. Raise `Invalid` for a cursor that is none."""
        ...

    def transaction(self, id: str) -> Transaction:
        """Raise `NotFound`."""
        ...

    def update(self, transactions: Iterable[Transaction]) -> None:
        """Replace what is known of these transactions, all or none; those that are gone are passed over."""
        ...
