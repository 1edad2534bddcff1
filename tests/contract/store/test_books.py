"""The books: the same questions to the twin in memory and to SQLite."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from application.ports.books import TransactionQuery
from application.ports.store import Store
from domain.errors import Invalid, NotFound
from domain.finance.categories import Spending
from domain.finance.transactions import StatementRecord, StatementState, Transaction
from tests.contract.store.samples import NOON

MAY = StatementRecord("may", "ab12", "may.pdf", StatementState.COUNTED, NOON, "Acme Bank", "12", "MYR", transactions=3)


def line(number: int, amount: str = "-8.50", day: int = 1, **changes: object) -> Transaction:
    plain = Transaction(
        f"may-{number}", "may", "Acme Bank", "12", dt.date(2026, 5, day), f"GRAB*RIDE {number}", Decimal(amount), "MYR",
        "Grab", Spending.TRANSPORT,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_statement_and_its_lines_come_back_exactly(store: Store) -> None:
    lines = (line(1, "-0.10"), line(2, "1234567890.123", day=2))
    store.books.book(MAY, lines)
    assert store.books.statement("may") == MAY
    assert store.books.transactions(TransactionQuery()) == lines[::-1]


def test_two_equal_purchases_on_one_day_are_two(store: Store) -> None:
    store.books.book(MAY, (line(1), line(2, description="GRAB*RIDE 1")))
    assert len(store.books.transactions(TransactionQuery())) == 2


def test_booking_a_statement_again_replaces_it_as_a_whole(store: Store) -> None:
    store.books.book(MAY, (line(1), line(2)))
    store.books.book(replace(MAY, transactions=1), (line(3),))
    assert [each.id for each in store.books.transactions(TransactionQuery())] == ["may-3"]
    assert [each.transactions for each in store.books.statements()] == [1]


def test_a_statement_that_is_struck_takes_its_lines_with_it(store: Store) -> None:
    store.books.book(MAY, (line(1),))
    store.books.strike("may")
    assert (store.books.statements(), store.books.transactions(TransactionQuery())) == ((), ())
    with pytest.raises(NotFound):
        store.books.strike("may")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (TransactionQuery(since=dt.date(2026, 5, 2)), ["may-3", "may-2"]),
        (TransactionQuery(until=dt.date(2026, 5, 2)), ["may-1"]),
        (TransactionQuery(categories=frozenset({Spending.DINING})), ["may-2"]),
        (TransactionQuery(text="kopi"), ["may-2"]),
        (TransactionQuery(text="grab"), ["may-3", "may-1"]),
        (TransactionQuery(statement_id="june"), []),
        (TransactionQuery(currency="EUR"), []),
    ],
)
def test_lines_are_found_by_what_they_are(store: Store, query: TransactionQuery, found: list[str]) -> None:
    coffee = line(2, day=2, description="KEDAI KOPI", merchant=None, category=Spending.DINING)
    store.books.book(MAY, (line(1), coffee, line(3, day=3)))
    assert [each.id for each in store.books.transactions(query)] == found


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("Shell", ["may-4", "may-1"]),
        ("SHELL stn", ["may-4"]),
        ("Tea", []),
        ("michelle", ["may-2"]),
        ("sainsbury", ["may-5"]),
        ("h&m", ["may-6"]),
        (".*", []),
    ],
)
def test_a_merchant_is_found_by_whole_words(store: Store, named: str, found: list[str]) -> None:
    wordings = ("SHELL*0123", "Michelle Salon", "STEAM GAMES", "POS Shell  STN 12", "SAINSBURYS 12", "H&M 7")
    store.books.book(MAY, tuple(line(n, description=each, merchant=None) for n, each in enumerate(wordings, 1)))
    query = TransactionQuery(named=named)
    assert [each.id for each in store.books.transactions(query)] == found
    assert [each.id for each in store.books.page(query).items] == found


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    store.books.book(MAY, tuple(line(number, day=number) for number in range(1, 8)))
    first = store.books.page(TransactionQuery(), None, 3)
    second = store.books.page(TransactionQuery(), first.next_cursor, 3)
    third = store.books.page(TransactionQuery(), second.next_cursor, 3)
    days = [each.date.day for page in (first, second, third) for each in page.items]
    assert (days, third.next_cursor) == ([7, 6, 5, 4, 3, 2, 1], None)
    with pytest.raises(Invalid):
        store.books.page(TransactionQuery(), "nonsense")


def test_what_a_line_was_taken_for_can_change(store: Store) -> None:
    store.books.book(MAY, (line(1),))
    store.books.update([line(1, category=Spending.TRAVEL), line(9)])
    assert store.books.transaction("may-1").category is Spending.TRAVEL
    with pytest.raises(NotFound):
        store.books.transaction("may-9")


def test_every_change_gives_the_books_another_revision(store: Store) -> None:
    seen = [store.books.revision]
    store.books.book(MAY, (line(1),))
    seen.append(store.books.revision)
    store.books.update([line(1, category=Spending.TRAVEL)])
    seen.append(store.books.revision)
    store.books.strike("may")
    seen.append(store.books.revision)
    assert len(set(seen)) == 4
