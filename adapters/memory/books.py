"""The books, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from adapters.memory.journal import Journal
from application.ports.books import Books, TransactionQuery
from domain.errors import Invalid, NotFound
from domain.finance.merchants import holds_words
from domain.finance.transactions import StatementRecord, Transaction
from domain.pages import Page


class MemoryBooks(Books):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.revision = 0
        self._statements: dict[str, StatementRecord] = {}
        self._transactions: dict[str, Transaction] = {}

    def book(self, record: StatementRecord, transactions: Sequence[Transaction]) -> None:
        with self._journal.write() as journal:
            self._drop_transactions(record.id)
            self._statements[record.id] = record
            self._transactions |= {each.id: each for each in transactions}
            journal.note("status", (f"books/{record.id}",))
        self.revision += 1

    def strike(self, statement_id: str) -> None:
        with self._journal.write() as journal:
            if self._statements.pop(statement_id, None) is None:
                raise NotFound(f"there is no statement {statement_id}")
            self._drop_transactions(statement_id)
            journal.note("status", (f"books/{statement_id}",))
        self.revision += 1

    def statements(self) -> tuple[StatementRecord, ...]:
        with self._journal.lock:
            newest = sorted(self._statements.values(), key=lambda each: each.id)
            return tuple(sorted(newest, key=lambda each: each.end or date.max, reverse=True))

    def statement(self, id: str) -> StatementRecord:
        if id not in self._statements:
            raise NotFound(f"there is no statement {id}")
        return self._statements[id]

    def transactions(self, query: TransactionQuery) -> tuple[Transaction, ...]:
        with self._journal.lock:
            found = [each for each in self._transactions.values() if _fits(each, query)]
            return tuple(sorted(found, key=lambda each: (each.date, each.id), reverse=True))

    def page(self, query: TransactionQuery, cursor: str | None = None, limit: int = 50) -> Page[Transaction]:
        if cursor is not None and not cursor.isdigit():
            raise Invalid("this is no cursor of mine", where="cursor")
        start = int(cursor or 0)
        found = self.transactions(query)
        rest = start + limit
        return Page(found[start:rest], str(rest) if len(found) > rest else None)

    def transaction(self, id: str) -> Transaction:
        if id not in self._transactions:
            raise NotFound(f"there is no transaction {id}")
        return self._transactions[id]

    def update(self, transactions: Iterable[Transaction]) -> None:
        with self._journal.write() as journal:
            known = {each.id: each for each in transactions if each.id in self._transactions}
            self._transactions |= known
            if known:
                journal.note("status", ("books/transactions",))
        self.revision += 1

    def _drop_transactions(self, statement_id: str) -> None:
        self._transactions = {id: each for id, each in self._transactions.items() if each.statement_id != statement_id}


def _fits(each: Transaction, query: TransactionQuery) -> bool:
    return (
        (query.since is None or each.date >= query.since)
        and (query.until is None or each.date < query.until)
        and (not query.categories or each.category in query.categories)
        and query.text.casefold() in f"{each.description}\n{each.merchant or ''}".casefold()
        and (not query.named or holds_words(f"{each.description}\n{each.merchant or ''}", query.named))
        and query.bank in (None, each.bank)
        and query.account in (None, each.account)
        and query.statement_id in (None, each.statement_id)
        and query.currency in (None, each.currency)
    )
