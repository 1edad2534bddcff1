"""The books: a row per statement, in its JSON form, and one per transaction, which are summed by thousands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import orjson

from adapters.sqlite.connection import Database, Row, Values
from adapters.sqlite.connection import Transaction as Writing
from application.ports.books import Books, TransactionQuery
from domain.codec import decode, encode
from domain.errors import Invalid, NotFound
from domain.finance.categories import Spending
from domain.finance.transactions import Judge, StatementRecord, Transaction
from domain.pages import Page

SCHEMA = """
CREATE TABLE statements (id TEXT PRIMARY KEY, period_end TEXT, form TEXT NOT NULL) STRICT;;
CREATE TABLE transactions (
    id TEXT PRIMARY KEY,
    statement TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    bank TEXT NOT NULL,
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    description TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    merchant TEXT,
    category TEXT NOT NULL,
    judge TEXT NOT NULL,
    balance TEXT,
    own_transfer TEXT,
    refund INTEGER NOT NULL,
    wording TEXT NOT NULL
) STRICT;;
CREATE INDEX transactions_day ON transactions (day, id);;
CREATE INDEX transactions_statement ON transactions (statement)
"""
_COLUMNS = (
    "id, statement, bank, account, day, description, amount, currency, merchant, category, judge, balance,"
    " own_transfer, refund"
)
_ADD = f"INSERT INTO transactions ({_COLUMNS}, wording) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE = (
    "UPDATE transactions SET merchant = ?, category = ?, judge = ?, own_transfer = ?, refund = ?, wording = ?"
    " WHERE id = ?"
)


class SqliteBooks(Books):
    def __init__(self, database: Database) -> None:
        self._database = database
        self.revision = 0

    def book(self, record: StatementRecord, transactions: Sequence[Transaction]) -> None:
        with self._database.write() as writing:
            writing.execute("DELETE FROM transactions WHERE statement = ?", (record.id,))
            writing.execute(
                "INSERT INTO statements (id, period_end, form) VALUES (?, ?, ?) ON CONFLICT (id)"
                " DO UPDATE SET period_end = excluded.period_end, form = excluded.form",
                (record.id, record.end and record.end.isoformat(), orjson.dumps(encode(record)).decode()),
            )
            writing.executemany(_ADD, [_row(each) for each in transactions])
            writing.note("status", (f"books/{record.id}",), self._database.now())
        self.revision += 1

    def strike(self, statement_id: str) -> None:
        with self._database.write() as writing:
            if not writing.execute("DELETE FROM statements WHERE id = ?", (statement_id,)).rowcount:
                raise NotFound(f"there is no statement {statement_id}")
            writing.note("status", (f"books/{statement_id}",), self._database.now())
        self.revision += 1

    def statements(self) -> tuple[StatementRecord, ...]:
        rows = self._database.rows("SELECT form FROM statements ORDER BY coalesce(period_end, '9999') DESC, id")
        return tuple(decode(StatementRecord, orjson.loads(form)) for (form,) in rows)

    def statement(self, id: str) -> StatementRecord:
        row = self._database.row("SELECT form FROM statements WHERE id = ?", (id,))
        if row is None:
            raise NotFound(f"there is no statement {id}")
        return decode(StatementRecord, orjson.loads(row[0]))

    def transactions(self, query: TransactionQuery) -> tuple[Transaction, ...]:
        where, values = _where(query)
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM transactions WHERE {where} ORDER BY day DESC, id DESC", values
        )
        return tuple(map(_read, rows))

    def page(self, query: TransactionQuery, cursor: str | None = None, limit: int = 50) -> Page[Transaction]:
        if cursor is not None and not cursor.isdigit():
            raise Invalid("this is no cursor of mine", where="cursor")
        start, (where, values) = int(cursor or 0), _where(query)
        select = f"SELECT {_COLUMNS} FROM transactions WHERE {where} ORDER BY day DESC, id DESC LIMIT ? OFFSET ?"
        rows = self._database.rows(select, (*values, limit + 1, start))
        more = str(start + limit) if len(rows) > limit else None
        return Page(tuple(map(_read, rows[:limit])), more)

    def transaction(self, id: str) -> Transaction:
        row = self._database.row(f"SELECT {_COLUMNS} FROM transactions WHERE id = ?", (id,))
        if row is None:
            raise NotFound(f"there is no transaction {id}")
        return _read(row)

    def update(self, transactions: Iterable[Transaction]) -> None:
        with self._database.write() as writing:
            if _updated(writing, transactions):
                writing.note("status", ("books/transactions",), self._database.now())
        self.revision += 1


def _updated(writing: Writing, transactions: Iterable[Transaction]) -> int:
    rows = [
        (each.merchant, each.category.value, each.judge.value, each.own_transfer, each.refund, _wording(each), each.id)
        for each in transactions
    ]
    return writing.executemany(_UPDATE, rows).rowcount


def _row(each: Transaction) -> Values:
    return (
        each.id,
        each.statement_id,
        each.bank,
        each.account,
        each.date.isoformat(),
        each.description,
        str(each.amount),
        each.currency,
        each.merchant,
        each.category.value,
        each.judge.value,
        None if each.balance is None else str(each.balance),
        each.own_transfer,
        each.refund,
        _wording(each),
    )


def _read(row: Row) -> Transaction:
    id, statement, bank, account, day, description, amount, currency, merchant, *made = row
    category, judge, balance, own_transfer, refund = made
    return Transaction(
        id=id,
        statement_id=statement,
        bank=bank,
        account=account,
        date=date.fromisoformat(day),
        description=description,
        amount=Decimal(amount),
        currency=currency,
        merchant=merchant,
        category=Spending(category),
        judge=Judge(judge),
        balance=None if balance is None else Decimal(balance),
        own_transfer=own_transfer,
        refund=bool(refund),
    )


def _wording(each: Transaction) -> str:
    return f"{each.description}\n{each.merchant or ''}".casefold()


def _where(query: TransactionQuery) -> tuple[str, tuple[object, ...]]:
    conditions: list[tuple[str, object]] = [
        ("day >= ?", query.since and query.since.isoformat()),
        ("day < ?", query.until and query.until.isoformat()),
        ("instr(wording, ?)", query.text.casefold() or None),
        ("holds_words(wording, ?)", query.named or None),
        ("bank = ?", query.bank),
        ("account = ?", query.account),
        ("statement = ?", query.statement_id),
        ("currency = ?", query.currency),
    ]
    if query.categories:
        names = orjson.dumps(sorted(category.value for category in query.categories)).decode()
        conditions.append(("category IN (SELECT value FROM json_each(?))", names))
    given = [(condition, value) for condition, value in conditions if value is not None]
    return " AND ".join(condition for condition, _ in given) or "true", tuple(value for _, value in given)
