"""One month that comes in several forms is counted once, and two like purchases stay two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from adapters.memory import MemoryStore
from application.finance.entering import Document
from application.ports.books import TransactionQuery
from domain.finance.transactions import StatementState
from sandbox.households.documents import pdf
from tests.integration.finance.desk import Bookkeeping, keep_books

IBAN = "DE89 3704 0044 0532 0130 00"
Line = tuple[int, str]
MONTH: Sequence[Line] = ((2, "-4.20"), (2, "-4.20"), (11, "-35.00"), (28, "1500.00"))


@pytest.fixture
def books(tmp_path: Path) -> Bookkeeping:
    return keep_books(MemoryStore(), tmp_path)


def as_pdf(lines: Sequence[Line] = MONTH, account: str = IBAN) -> Document:
    at = 100 + sum(float(amount) for _, amount in lines)
    rows = [f"{day:02d}.03.2024 Purchase {amount}" for day, amount in lines]
    head = [f"Account number {account}" if account else "Account", "Opening balance 100.00 EUR"]
    text = ["Statement of account 01.03.2024 to 31.03.2024", *head, *rows, f"Closing balance {at:.2f} EUR"]
    return Document(pdf(text), "march.pdf")


def as_camt(lines: Sequence[Line] = MONTH, account: str = IBAN) -> Document:
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{"DBIT" if "-" in amount else "CRDT"}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>2024-03-{day:02d}</Dt></BookgDt></Ntry>"
        for day, amount in lines
    )
    number = account.replace(" ", "")
    text = (
        "<Document><BkToCstmrStmt><Stmt><FrToDt><FrDtTm>2024-03-01T00:00:00</FrDtTm><ToDtTm>2024-03-31T00:00:00"
        f"</ToDtTm></FrToDt><Acct><Id><IBAN>{number}</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    )
    return Document(text.encode(), "march.xml")


def as_csv(lines: Sequence[Line] = MONTH, account: str = "", late: int = 0) -> Document:
    days = [(date(2024, 3, day) + timedelta(days=late), amount) for day, amount in lines]
    rows = "".join(f"{day},Purchase,{amount},EUR,{account}\n" for day, amount in days)
    return Document(f"Date,Description,Amount,Currency,Account\n{rows}".encode(), "march.csv")


def entered(books: Bookkeeping, *documents: Document) -> list[str]:
    return [each.state.value for document in documents for each in books.finance.entering.enter(document)]


def counted(books: Bookkeeping) -> list[str]:
    return sorted(str(each.amount) for each in books.store.books.transactions(TransactionQuery()))


@pytest.mark.parametrize("order", list(permutations((as_pdf, as_camt, as_csv))))
def test_a_month_counts_once_whatever_comes_first(books: Bookkeeping, order: Sequence[Callable[[], Document]]) -> None:
    assert entered(books, *(form() for form in order)) == ["counted", "duplicate", "duplicate"]
    assert counted(books) == sorted(amount for _, amount in MONTH)


@pytest.mark.parametrize("number", ["DE89 **** **** **** **30 00", "XXXX XXXX 3000", "0532013000", ""])
def test_a_number_that_is_masked_short_or_absent_is_no_other_account(books: Bookkeeping, number: str) -> None:
    assert entered(books, as_camt(), as_pdf(account=number)) == ["counted", "duplicate"]


def test_a_table_with_the_days_of_purchase_is_set_aside(books: Bookkeeping) -> None:
    assert entered(books, as_pdf(), as_csv(late=2)) == ["counted", "set_aside"]


def test_a_table_that_holds_more_than_is_booked_is_set_aside(books: Bookkeeping) -> None:
    assert entered(books, as_pdf(), as_csv((*MONTH, (29, "-9.99")))) == ["counted", "set_aside"]
    (aside,) = [each for each in books.store.books.statements() if each.state is StatementState.SET_ASIDE]
    assert "march.pdf" in aside.reason
    assert len(aside.lines) == len(MONTH) + 1


def test_one_like_line_of_a_nameless_account_is_chance(books: Bookkeeping) -> None:
    other = ((3, "-80.00"), (11, "-35.00"), (12, "-7.00"), (20, "-1.10"))
    assert entered(books, as_pdf(), as_csv(other)) == ["counted", "counted"]


def test_the_same_lines_in_another_account_are_other_money(books: Bookkeeping) -> None:
    assert entered(books, as_pdf(), as_camt(account="DE02 1203 0000 0000 2020 51")) == ["counted", "counted"]


def test_a_single_day_within_a_booked_month_is_not_counted_again(books: Bookkeeping) -> None:
    assert entered(books, as_pdf(), as_csv(((11, "-35.00"),), IBAN)) == ["counted", "duplicate"]


def test_a_third_like_purchase_is_not_taken_for_one_of_two(books: Bookkeeping) -> None:
    assert entered(books, as_pdf(), as_csv((*MONTH, (2, "-4.20")))) == ["counted", "set_aside"]


def test_what_was_left_out_for_a_statement_of_another_form_goes_with_it(books: Bookkeeping) -> None:
    entered(books, as_pdf(), as_csv())
    counted_one = next(each for each in books.store.books.statements() if each.state is StatementState.COUNTED)
    books.finance.collecting.strike(counted_one.id)
    assert books.store.books.statements() == ()
    assert entered(books, as_csv()) == ["counted"]


def test_a_month_without_lines_stands_in_no_others_way(books: Bookkeeping) -> None:
    quiet = as_camt(()).content.replace(b"</Acct>", b"</Acct>" + BALANCES)
    assert entered(books, Document(quiet, "early.xml"), as_camt()) == ["counted", "counted"]
    assert counted(books) == sorted(amount for _, amount in MONTH)


BALANCES = b"".join(
    b"<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
    b"<Dt><Dt>%s</Dt></Dt></Bal>" % balance
    for balance in ((b"OPBD", b"2024-03-01"), (b"CLBD", b"2024-03-31"))
)


def export(first: int, last: int, lines: Sequence[Line] = MONTH, account: str = IBAN) -> Document:
    """The table that a bank gives out of these days."""
    rows = [
        f"2024-03-{day:02d},Purchase {day},{amount},EUR,{account}\n" for day, amount in lines if first <= day <= last
    ]
    return Document(f"Date,Description,Amount,Currency,Account\n{''.join(rows)}".encode(), f"{first}-{last}.csv")


@pytest.mark.parametrize("account", [IBAN, ""])
def test_exports_that_overlap_are_joined(books: Bookkeeping, account: str) -> None:
    early, late, whole = (export(*days, account=account) for days in ((1, 11), (11, 28), (1, 28)))
    assert entered(books, early, late, whole) == ["counted", "counted", "duplicate"]
    assert counted(books) == sorted(amount for _, amount in MONTH)
    joined = next(each for each in books.store.books.statements() if each.joined)
    assert (joined.transactions, joined.reason) == (1, "lines of it were booked before, from 1-11.csv: 1")


def test_a_second_like_purchase_on_the_last_day_of_an_export_is_kept(books: Bookkeeping) -> None:
    morning = export(1, 2, MONTH[1:])
    assert entered(books, morning, export(1, 28)) == ["counted", "counted"]
    assert counted(books) == sorted(amount for _, amount in MONTH)


def test_an_overlap_that_lacks_a_booked_line_is_set_aside(books: Bookkeeping) -> None:
    assert entered(books, export(1, 11), export(1, 28, MONTH[1:])) == ["counted", "set_aside"]


def test_what_leaned_on_a_statement_that_is_taken_out_is_set_aside_and_said(books: Bookkeeping) -> None:
    entered(books, export(1, 11), export(2, 28))
    first = next(each for each in books.store.books.statements() if not each.joined)
    books.finance.collecting.strike(first.id)
    (left,) = books.store.books.statements()
    assert (left.state.value, counted(books)) == ("set_aside", [])
    assert entered(books, export(2, 28)) == ["counted"]
    assert counted(books) == sorted(amount for _, amount in MONTH)


def test_a_line_amid_the_days_that_another_export_covers_is_set_aside(books: Bookkeeping) -> None:
    more = (*MONTH, (5, "-0.99"))
    assert entered(books, export(1, 11), export(1, 28, more)) == ["counted", "set_aside"]


def test_what_was_bought_between_two_exports_of_one_day_is_kept(books: Bookkeeping) -> None:
    noon, evening = export(1, 28), export(1, 28, (*MONTH, (MONTH[-1][0], "-0.99")))
    assert entered(books, noon, evening) == ["counted", "counted"]
    assert counted(books) == sorted([*(amount for _, amount in MONTH), "-0.99"])


def test_what_was_once_left_out_wrongly_is_booked_when_it_is_given_again(books: Bookkeeping) -> None:
    entered(books, export(1, 2))
    (record,) = books.finance.entering.enter(export(2, 28))
    books.store.books.book(replace(record, state=StatementState.DUPLICATE, joined=()), ())
    assert entered(books, export(2, 28), export(1, 2)) == ["counted", "counted"]
    assert counted(books) == sorted(amount for _, amount in MONTH)


def test_a_report_that_grew_during_the_day_is_not_thrown_away(books: Bookkeeping) -> None:
    assert entered(books, as_camt(), as_camt((*MONTH, (MONTH[-1][0], "-0.99")))) == ["counted", "set_aside"]


def test_a_period_that_is_booked_with_other_lines_is_told_apart_from_a_repeated_one(books: Bookkeeping) -> None:
    others = [(day, f"{amount}1") for day, amount in MONTH]
    assert entered(books, as_camt(), as_camt(others)) == ["counted", "set_aside"]
    (aside,) = (each for each in books.store.books.statements() if each.state is StatementState.SET_ASIDE)
    assert aside.reason == "its account and period are, with other lines, booked already, from march.xml"
