"""Single oddities of statements in a few lines each: accounts side by side, headings above balances, silence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.pdf.examination import examine
from application.ports.documents import NO_HINT, NotAStatement, ReadDocument, SetAside
from domain.finance.statements import AccountKind, Statement
from sandbox.households.documents import pdf


def read(*lines: str) -> tuple[Statement, ...]:
    reading = examine(pdf(list(lines)), (), NO_HINT)
    assert isinstance(reading, ReadDocument), reading
    return reading.statements


def moved(statement: Statement) -> Sequence[tuple[str, str]]:
    return [(str(each.date), str(each.amount)) for each in statement.transactions]


def test_two_accounts_in_one_file_are_two_statements() -> None:
    one, other = read(
        "Finanzreport per 31.12.2020",
        "Girokonto DE12 2004 1111 0000 0000 00",
        "Alter Saldo 30.11.2020 +100,00 EUR",
        "01.12.2020 01.12.2020 Übertrag -50,00",
        "02.12.2020 02.12.2020 Lastschrift Strom -20,00",
        "Neuer Saldo 31.12.2020 +30,00 EUR",
        "Tagesgeld DE22 2004 1111 0000 0000 01",
        "Alter Saldo 30.11.2020 +500,00 EUR",
        "01.12.2020 01.12.2020 Übertrag +50,00",
        "31.12.2020 31.12.2020 Zinsen +0,10",
        "Neuer Saldo 31.12.2020 +550,10 EUR",
    )
    assert (one.account, other.account) == ("DE12 2004 1111 0000 0000 00", "DE22 2004 1111 0000 0000 01")
    assert moved(one) == [("2020-12-01", "-50.00"), ("2020-12-02", "-20.00")]
    assert moved(other) == [("2020-12-01", "50.00"), ("2020-12-31", "0.10")]


def test_an_account_that_closes_with_what_the_next_opens_with_is_another_all_the_same() -> None:
    one, other = read(
        "Finanzreport per 31.12.2020",
        "Girokonto DE12 2004 1111 0000 0000 00",
        "Alter Saldo 30.11.2020 +100,00 EUR",
        "01.12.2020 01.12.2020 Übertrag -100,00",
        "Neuer Saldo 31.12.2020 0,00 EUR",
        "Tagesgeld DE22 2004 1111 0000 0000 01",
        "Alter Saldo 30.11.2020 0,00 EUR",
        "02.12.2020 02.12.2020 Übertrag +50,00",
        "Neuer Saldo 31.12.2020 +50,00 EUR",
    )
    assert (moved(one), moved(other)) == ([("2020-12-01", "-100.00")], [("2020-12-02", "50.00")])
    assert (one.account, other.account) == ("DE12 2004 1111 0000 0000 00", "DE22 2004 1111 0000 0000 01")


def test_pages_of_one_account_that_carry_its_balance_on_stay_one_statement() -> None:
    (statement,) = read(
        "Statement 01.12.2020 to 31.12.2020",
        "Account number 8812-4410-77 (EUR)",
        "Balance brought forward 100.00",
        "01.12.2020 Rent -100.00",
        "Balance carried forward 0.00",
        "Account number 8812-4410-77 (EUR)",
        "Balance brought forward 0.00",
        "02.12.2020 Wages +50.00",
        "Balance carried forward 50.00",
    )
    assert moved(statement) == [("2020-12-01", "-100.00"), ("2020-12-02", "50.00")]


def test_balances_below_their_headings_are_found() -> None:
    (statement,) = read(
        "Kontoauszug vom 01.11.2020 bis 30.11.2020",
        "Auszug Seite von IBAN Alter Saldo",
        "11 1 2 DE11 1111 1111 1111 1111 11 EUR + 1.234,56",
        "02.11. 02.11. Dauerauftrag - 40,00",
        "05.11. 04.11. Gutschrift + 1.000,00",
        "Filialnummer Kontonummer Neuer Saldo",
        "123 1234567 00 EUR + 2.194,56",
    )
    assert moved(statement) == [("2020-11-02", "-40.00"), ("2020-11-05", "1000.00")]
    assert str(statement.transactions[1].value_date) == "2020-11-04"


def test_a_row_of_headings_names_opening_and_closing_at_once() -> None:
    (statement,) = read(
        "EUR statement, 1 January 2024 to 31 January 2024",
        "Product Opening balance Money out Money in Closing balance",
        "Current account €100.00 €5.00 €50.00 €145.00",
        "Date Description Money out Money in Balance",
        "1 Jan 2024 Coffee Shop €5.00 €95.00",
        "3 Jan 2024 Payment from X €50.00 €145.00",
    )
    assert moved(statement) == [("2024-01-01", "-5.00"), ("2024-01-03", "50.00")]


def test_a_card_across_the_new_year_owes_what_it_says() -> None:
    (statement,) = read(
        "Credit card statement in USD, minimum payment due 02/14/24",
        "Opening/Closing Date 12/18/23 - 01/17/24",
        "Previous Balance $100.00",
        "Payment, Credits -$100.00",
        "New Balance $35.50",
        "12/20 COFFEE SEATTLE WA 5.50",
        "12/28 Payment Thank You -100.00",
        "01/03 BOOKS NY 30.00",
    )
    assert moved(statement) == [("2023-12-20", "-5.50"), ("2023-12-28", "100.00"), ("2024-01-03", "-30.00")]
    assert (statement.kind, str(statement.opening), str(statement.closing)) == (AccountKind.CARD, "-100.00", "-35.50")


def test_unsigned_amounts_are_signed_by_their_words_where_that_adds_up() -> None:
    (statement,) = read(
        "Kontoauszug vom 01.03.2024 bis 31.03.2024",
        "04.03. 04.03. Lastschrift 20,00",
        "05.03. 05.03. Dauerauftrag 30,00",
        "15.03. 15.03. Zahlungseingang 20,00",
        "ALTER KONTOSTAND 100,00 H EUR",
        "NEUER KONTOSTAND 70,00 H EUR",
    )
    assert [amount for _, amount in moved(statement)] == ["-20.00", "-30.00", "20.00"]


def test_unsigned_amounts_that_two_ways_explain_are_not_believed() -> None:
    lines = [
        "Kontoauszug vom 01.03.2024 bis 31.03.2024",
        "04.03. 04.03. Alpha 20,00",
        "05.03. 05.03. Beta 20,00",
        "Alter Saldo 100,00 EUR",
        "Neuer Saldo 100,00 EUR",
    ]
    assert isinstance(examine(pdf(lines), (), NO_HINT), SetAside)


@pytest.mark.parametrize("lost", ["Kiosk -20.00", ""])
def test_an_amount_without_a_minus_among_such_with_one_is_money_in_even_if_a_line_is_lost(lost: str) -> None:
    rows = ["01.03.2024 Bakery -30.00", "02.03.2024 Refund 10.00", f"03.03.2024 {lost}"]
    head = "Savings account in EUR, 01.03.2024 to 31.03.2024"
    reading = examine(pdf([head, "Opening balance 100.00", *rows, "Closing balance 60.00"]), (), NO_HINT)
    assert isinstance(reading, ReadDocument if lost else SetAside)
    if isinstance(reading, ReadDocument):
        assert [amount for _, amount in moved(reading.statements[0])] == ["-30.00", "10.00", "-20.00"]


def test_amounts_without_a_mark_that_are_not_the_opposite_of_the_marked_are_said_to_be_so() -> None:
    rows = ("02.03.2024 Card purchase 30.00", "04.03.2024 Salary 100.00", "05.03.2024 Reversal -5.00")
    head = "Savings account in EUR, 01.03.2024 to 31.03.2024"
    reading = examine(pdf([head, "Opening balance 100.00", *rows, "Closing balance 165.00"]), (), NO_HINT)
    assert isinstance(reading, SetAside)
    assert "bear a sign" in reading.reason


def test_a_running_balance_that_does_not_follow_is_not_passed_over() -> None:
    lines = [
        "EUR account, 01.01.2024 to 31.01.2024",
        "Opening balance 10.00",
        "02.01.2024 Bakery -1.00 9.00",
        "03.01.2024 Bakery -1.00 8.00",
        "04.01.2024 Bakery -1.00 7.10",
        "05.01.2024 Bakery -1.00 6.00",
        "Closing balance 6.00",
    ]
    assert isinstance(examine(pdf(lines), (), NO_HINT), SetAside)


def test_a_month_in_which_nothing_moved_is_a_statement_too() -> None:
    (statement,) = read(
        "Kontoauszug 01.01.2024 bis 31.01.2024", "Alter Saldo 100,00 EUR", "Keine Umsätze", "Neuer Saldo 100,00 EUR"
    )
    assert statement.transactions == ()
    assert statement.adds_up()


@pytest.mark.parametrize("missing", ["year", "currency", "closing"])
def test_what_cannot_be_known_is_not_guessed(missing: str) -> None:
    lines = [
        "Statement of account" + ("" if missing == "year" else " 01.02.2024 to 28.02.2024"),
        "Opening balance 100.00" + ("" if missing == "currency" else " EUR"),
        "01.02. Coffee -5.00",
        "02.02. Tea -5.00",
        "" if missing == "closing" else "Closing balance 90.00",
    ]
    assert isinstance(examine(pdf(lines), (), NO_HINT), SetAside | NotAStatement)


@pytest.mark.parametrize("row", ["02.01.2024 Bakery -1.00 USD", "23-01-02 Bakery -1.00"])
def test_what_adds_up_and_contradicts_itself_is_set_aside_with_a_reason(row: str) -> None:
    head = "Savings account, 2024-01-01 to 2024-01-31"
    reading = examine(pdf([head, "Opening balance EUR 100.00", row, row, "Closing balance EUR 98.00"]), (), NO_HINT)
    assert isinstance(reading, SetAside)
    assert reading.reason


def test_a_balance_at_the_start_and_one_at_the_end_open_and_close_a_statement() -> None:
    head = "Current account 8812-4410-77 in GBP, 01.01.2024 to 31.01.2024"
    (statement,) = read(head, "Start balance 10.00", "02.01.2024 Bakery -1.00", "End balance 9.00")
    assert moved(statement) == [("2024-01-02", "-1.00")]


def test_a_word_of_three_letters_is_no_currency() -> None:
    (statement,) = read(
        "Statement of account 01.02.2024 to 28.02.2024 (MYR)",
        "Opening balance 100.00",
        "01.02. MINYAK STN 4471 -5.00",
        "02.02. MINYAK STN 4472 -5.00",
        "03.02. MINYAK STN 4473 -5.00",
        "Closing balance 85.00",
    )
    assert statement.currency == "MYR"
