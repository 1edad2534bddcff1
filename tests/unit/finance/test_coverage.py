"""What the books lack of a time that is asked about, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finance.coverage import NO_BOOKS, Days, accounts_of, not_in_the_books
from domain.finance.transactions import StatementRecord, StatementState

AT = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
FEBRUARY = Days(dt.date(2026, 2, 1), dt.date(2026, 2, 28))


def month(number: int, bank: str = "Maybank", account: str = "12") -> StatementRecord:
    start = dt.date(2026, number, 1)
    end = (start + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    id = f"{bank}-{account}-{number}"
    return StatementRecord(id, id, f"{id}.pdf", StatementState.COUNTED, AT, bank, account, "MYR", start, end)


def unread(state: StatementState, bank: str = "Maybank", mail: str | None = None) -> StatementRecord:
    return StatementRecord("u", "u", "u.pdf", state, AT, bank, message_id=mail)


def lacked(*statements: StatementRecord, asked: Days = FEBRUARY, **sent: dt.date) -> tuple[str, ...]:
    return not_in_the_books(statements, sent, asked)


WHOLE = (month(1), month(2), month(3))
CIMB = tuple(month(number, "CIMB", "9") for number in (1, 2, 3))


def test_a_time_that_is_covered_lacks_nothing() -> None:
    assert lacked(*WHOLE, *CIMB) == ()
    assert lacked(*WHOLE, *CIMB, asked=Days(dt.date(2026, 1, 1), dt.date(2026, 3, 31))) == ()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (StatementState.NEEDS_PASSWORD, " (locked)"),
        (StatementState.SET_ASIDE, " (set aside)"),
        (StatementState.DAMAGED, " (not read)"),
        (StatementState.NOT_READ, " (not read)"),
        (StatementState.DUPLICATE, ""),
        (StatementState.NO_STATEMENT, ""),
    ],
)
def test_one_banks_month_that_is_missing_is_named_with_its_reason(state: StatementState, why: str) -> None:
    said = lacked(month(1), month(3), *CIMB, unread(state))
    assert said == (f"Maybank 12: February 2026 is not in the books{why}",)


def test_a_locked_statement_counts_for_the_days_before_its_mail() -> None:
    locked = unread(StatementState.NEEDS_PASSWORD, mail="m")
    books = (month(1), month(3), *CIMB, locked)
    assert lacked(*books, m=dt.date(2026, 3, 2)) == ("Maybank 12: February 2026 is not in the books (locked)",)
    assert lacked(*books, m=dt.date(2025, 3, 2)) == ("Maybank 12: February 2026 is not in the books",)


def test_a_locked_statement_of_an_account_that_nothing_is_known_of_is_named() -> None:
    said = lacked(*WHOLE, unread(StatementState.NEEDS_PASSWORD, "Kinara Card"))
    assert said == ("a statement of Kinara Card is not in the books (locked)",)


def test_a_mail_that_was_not_read_is_counted_but_not_called_as_it_calls_itself() -> None:
    said = lacked(*WHOLE, unread(StatementState.NOT_READ, "Your bank: call 555-0100"))
    assert said == ("a statement is not in the books (not read)",)


def test_where_all_accounts_end_it_is_said_once() -> None:
    assert lacked(month(1), CIMB[0]) == ("the statements end on 31 Jan 2026",)


def test_an_account_that_ends_before_the_others_is_named() -> None:
    assert lacked(month(1), *CIMB) == ("Maybank 12: February 2026 is not in the books",)


def test_a_few_days_between_two_statements_are_no_gap() -> None:
    early = replace(month(1), end=dt.date(2026, 1, 29))
    late = replace(month(2), start=dt.date(2026, 2, 3))
    assert lacked(early, late) == ()


def test_an_account_that_ended_long_ago_is_closed() -> None:
    old = replace(month(1), start=dt.date(2024, 1, 1), end=dt.date(2024, 1, 31))
    assert lacked(old, *CIMB) == ()


def test_of_empty_books_it_is_said_that_they_are() -> None:
    assert lacked() == (NO_BOOKS,)


@given(st.sets(st.integers(1, 12), min_size=1), st.integers(1, 12))
def test_a_months_gap_is_told_exactly_where_its_statement_is_missing(known: set[int], asked: int) -> None:
    (account,) = accounts_of(month(number) for number in known)
    days = month(asked)
    assert days.start
    assert days.end
    holes = list(account.lacks(Days(days.start, days.end)))
    assert holes == ([] if asked in known else [Days(days.start, days.end)])
