"""The books for other programs: exact, and harmless whatever a bank wrote."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from application.books.exporting import as_beancount, as_csv, as_ledger
from domain.finance.categories import Spending
from domain.finance.transactions import Transaction


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
