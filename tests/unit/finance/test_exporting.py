"""The books for other programs: exact, and harmless whatever a bank wrote."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory import MemoryStore
from application.finance.exporting import Opening, as_beancount, as_csv, as_ledger, openings
from application.ports.books import Books, TransactionQuery
from domain.finance.categories import Spending
from domain.finance.transactions import StatementRecord, StatementState, Transaction


def line(wording: str, amount: str = "-12.30", category: Spending = Spending.OTHER) -> Transaction:
    day = date(2026, 2, 3)
    return Transaction("s-1", "s", "Acme Bank", "12-3", day, wording, Decimal(amount), "MYR", category=category)


@pytest.mark.parametrize("wording", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1+1", "\r=1", "|calc", "%0A"])
def test_no_wording_becomes_a_formula(wording: str) -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv([line(wording)]), newline=""))
    assert row["description"] == f"'{wording}"
    assert row["amount"] == "-12.30"


def test_plain_wordings_are_left_as_they_are() -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv([line('Café "Müller", 2nd floor')])))
    assert row["description"] == 'Café "Müller", 2nd floor'


def test_ledger_entries_balance_and_name_their_accounts() -> None:
    assert as_ledger([line("Kopi", category=Spending.DINING)]) == (
        "2026/02/03 Kopi\n    Assets:Acme-Bank:12-3  -12.30 MYR\n    Expenses:Dining  12.30 MYR\n"
    )


def test_beancount_opens_each_account_before_it_is_used() -> None:
    written = as_beancount([line("Kopi", category=Spending.DINING), line("Pay", "5.00", category=Spending.INCOME)])
    assert written.startswith(
        "2026-02-03 open Assets:Acme-Bank:12-3\n2026-02-03 open Expenses:Dining\n2026-02-03 open Income:Income\n"
    )


@pytest.mark.parametrize("wording", ['a" "b"\n2026-01-01 open Equity:X', "* paid", "(4711) x", "; note", "\\n"])
def test_no_wording_breaks_out_of_its_line(wording: str) -> None:
    entry = as_beancount([line(wording)]).partition("Expenses:Other\n")[2]
    assert len(entry.splitlines()) == 3
    assert entry.splitlines()[0].count('"') == 2
    head = as_ledger([line(wording)]).splitlines()[0].removeprefix("2026/02/03 ")
    assert head[0] not in "*!(;"


AT = datetime(2026, 4, 1, tzinfo=UTC)


def account(*amounts: str, opening: str | None) -> Books:
    """A bank's February, with one line a day."""
    books = MemoryStore().books
    held = None if opening is None else Decimal(opening)
    record = StatementRecord("s", "s", "s.pdf", StatementState.COUNTED, AT, "Acme Bank", "12-3", "MYR", opening=held)
    lines = (replace(line("Kopi", amount), id=f"s-{n}", date=date(2026, 2, n)) for n, amount in enumerate(amounts, 1))
    books.book(record, tuple(lines))
    return books


def since(books: Books, day: int) -> tuple[list[Transaction], tuple[Opening, ...]]:
    first = date(2026, 2, day)
    lines = list(books.transactions(TransactionQuery(since=first)))[::-1]
    return lines, openings(books, lines, first)


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=28), st.data())
def test_what_an_account_held_and_what_moved_make_what_it_holds(amounts: list[Decimal], data: st.DataObject) -> None:
    day = data.draw(st.integers(1, len(amounts)))
    lines, held = since(account(*map(str, amounts), opening="500.00"), day)
    end = sum((each.amount for each in (*held, *lines)), Decimal(0))
    assert end == Decimal("500.00") + sum(amounts)


def test_both_programs_are_told_what_an_account_held_before() -> None:
    lines, held = since(account("-1.00", "-2.00", opening="10.00"), 2)
    assert as_ledger(lines, held).startswith(
        "2026/02/02 Opening balance\n    Assets:Acme-Bank:12-3  9.00 MYR\n    Equity:Opening-Balances  -9.00 MYR\n\n"
    )
    written = as_beancount(lines, held)
    assert "2026-02-02 open Equity:Opening-Balances\n" in written
    assert '2026-02-02 * "Opening balance"\n    Assets:Acme-Bank:12-3  9.00 MYR\n' in written


def test_where_no_balance_was_printed_none_is_told() -> None:
    assert since(account("-1.00", opening=None), 1)[1] == ()
