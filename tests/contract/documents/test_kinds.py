"""A card's statement and an account's: told apart by what stands around the table, never by what was bought."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pdf.examination import understand
from adapters.pdf.general import Verdict
from adapters.pdf.sheet import Line
from application.ports.documents import NO_HINT
from domain.finance.statements import AccountKind

WORDINGS = [
    "KREDITKARTENABRECHNUNG",
    "CREDIT CARD PAYMENT",
    "minimum payment 4111 1111 1111 1111",
    "信用卡还款",
    "credit limit",
    "Savings Bank",
]


def understood(*lines: str) -> Verdict:
    return understand([Line(line, 0) for line in lines], NO_HINT)


def account(*wordings: str, signed: bool = True) -> Verdict:
    shown = ("200.00", "-300.00") if signed else ("200.00 1200.00", "300.00 900.00")
    rows = [f"0{day}.03.2024 {each[0]} {each[1]}" for day, each in enumerate(zip(wordings, shown, strict=True), 1)]
    head = "EUR account 8812-4410-77, 01.03.2024 to 31.03.2024"
    return understood(head, "Opening balance 1000.00", *rows, "Closing balance 900.00")


@given(st.lists(st.sampled_from(WORDINGS), min_size=2, max_size=2), st.booleans())
def test_no_wording_of_a_row_turns_a_statement_around(wordings: list[str], signed: bool) -> None:
    (statement,) = account(*wordings, signed=signed).statements
    assert statement.kind is AccountKind.BANK
    assert [str(each.amount) for each in statement.transactions] == ["200.00", "-300.00"]


@pytest.mark.parametrize(
    "named", ["carta di credito", "tarjeta de crédito", "carte de crédit", "kredittkort", "信用卡", "luottokortti"]
)
def test_what_a_card_spent_is_money_out_in_every_language(named: str) -> None:
    (statement,) = understood(
        f"{named} 4111 **** **** 1234, 01.03.2024 - 31.03.2024, EUR",
        "Opening balance 1000.00",
        "02.03.2024 Bakery 20.00",
        "Closing balance 1020.00",
    ).statements
    assert statement.kind is AccountKind.CARD
    assert str(statement.transactions[0].amount) == "-20.00"


def card(*rows: str, balance: str = "9.99") -> Verdict:
    head = "Credit card statement 4111 **** **** 1234, 01.03.2024 - 31.03.2024, EUR"
    return understood(head, f"Previous balance {balance}", *rows, f"New balance {balance}")


@pytest.mark.parametrize(("bought", "paid"), [("9.99", "-9.99"), ("-9.99", "9.99"), ("9.99", "9.99 CR")])
def test_what_a_card_that_owes_as_much_as_before_bought_is_told_by_what_was_paid_for_it(bought: str, paid: str) -> None:
    (statement,) = card(f"02.03.2024 Films {bought}", f"09.03.2024 Payment {paid}").statements
    assert [str(each.amount) for each in statement.transactions] == ["-9.99", "9.99"]


def test_small_print_that_speaks_of_payments_in_names_no_columns() -> None:
    (statement,) = understood(
        "Credit card statement 4111 **** **** 1234, 01.03.2024 - 31.03.2024, EUR",
        "Previous balance 0.00",
        "02.03.2024 Films 20.00",
        "03.03.2024 Books 12.50",
        "New balance 32.50",
        "Payments received after this date appear in the next bill",
    ).statements
    assert [str(each.amount) for each in statement.transactions] == ["-20.00", "-12.50"]


@pytest.mark.parametrize("wording", ["Payment received", "PAYMENT - THANK YOU", "Payment, thank you"])
def test_a_payment_may_be_worded_in_several_ways(wording: str) -> None:
    (statement,) = card("02.03.2024 Films 9.99", f"09.03.2024 {wording} -9.99").statements
    assert [str(each.amount) for each in statement.transactions] == ["-9.99", "9.99"]


@pytest.mark.parametrize(("balance", "shop"), [("9.99", "Films"), ("0.00", "Films"), ("9.99", "Google Payment Ltd")])
def test_without_a_word_of_payment_both_ways_round_are_offered_and_none_believed(balance: str, shop: str) -> None:
    verdict = card(f"02.03.2024 {shop} 9.99", "09.03.2024 Jo -9.99", balance=balance)
    assert verdict.statements == ()
    assert "paid for the others" in verdict.reason
    assert {str(each.transactions[0].amount) for each in verdict.drafts} == {"-9.99", "9.99"}


@pytest.mark.parametrize(
    "around",
    [
        "Try our credit card!",
        "Girokonto, credit card, credit limit, DE12 2004 1111 0000 0000 00",
        "5412 **** **** 1234, by direct debit from DE12 2004 1111 0000 0000 00",
    ],
)
def test_where_nothing_settles_the_kind_either_reading_is_offered_and_none_believed(around: str) -> None:
    verdict = understood(
        f"{around} 01.03.2024 - 31.03.2024, EUR",
        "Opening balance 1000.00",
        "02.03.2024 Bakery -20.00",
        "Closing balance 980.00",
    )
    assert verdict.statements == ()
    assert "card's or an account's" in verdict.reason
    assert [str(each.moved()) for each in verdict.drafts] == ["-20.00", "20.00"]
    assert all(each.adds_up() for each in verdict.drafts)


@pytest.mark.parametrize("account", ["Girokonto", "Sort code 20-04-11", "ES91 2100 0418 4502 0005 1332"])
def test_an_account_may_advertise_a_card(account: str) -> None:
    (statement,) = understood(
        f"{account}, 01.03.2024 - 31.03.2024, EUR",
        "Opening balance 1000.00",
        "02.03.2024 Bakery -20.00",
        "Closing balance 980.00",
        "Ask for our credit card!",
    ).statements
    assert (statement.kind, str(statement.moved())) == (AccountKind.BANK, "-20.00")


@pytest.mark.parametrize(
    "head",
    [
        "Credit card statement XXXXXXXXXXXX1234|Pay to DE12 2004 1111 0000 0000 00",
        "Your credit card statement|Card ending 1234|Pay to DE12 2004 1111 0000 0000 00",
        "Kreditkarte 5412 **** **** 1234|Lastschrift von Ihrem Girokonto DE12 2004 1111 0000 0000 00",
        "3782-822463-10005|Minimum payment 40.00",
        "Credit card statement",
        "Deutsche Musterbank|Kreditkartenabrechnung März 2024",
        "Musterbank credit card statement|Account number XXXXXXXXXXXX1234|Minimum payment 40.00",
    ],
)
def test_what_a_card_bought_is_no_income_whoever_pays_it(head: str) -> None:
    (statement,) = headed(head, "20.00", "1020.00").statements
    assert (statement.kind, str(statement.moved())) == (AccountKind.CARD, "-20.00")


@pytest.mark.parametrize(
    "head",
    [
        "Girokonto|DE12 2004 1111 0000 0000 00|Kreditlimit",
        "Cuenta corriente|ES91 2100 0418 4502 0005 1332|Límite de crédito",
        "Current account|Debit card 5412 **** **** 1234",
        "Current account XXXXXXXXXXXX1234",
        "Platinum current account|Account number 12345678",
        "Musterbank|Jo Gold|Account number 12345678",
    ],
)
def test_an_account_may_have_a_limit_and_a_debit_card(head: str) -> None:
    (statement,) = headed(head, "-20.00", "980.00").statements
    assert (statement.kind, str(statement.moved())) == (AccountKind.BANK, "-20.00")


@pytest.mark.parametrize(
    "head",
    [
        "Premium Credit Card|Pay to DE12 2004 1111 0000 0000 00",
        "Try our credit card",
        "Credit card 5412 **** **** 1234 EUR 400.00|Girokonto 1020.00|DE12 2004 1111 0000 0000 00",
        "Musterbank|Your credit card statement is now in the app|Account number 12345678",
        "Musterbank|Account number 12345678|Credit card statement",
        "Musterbank|Account number XXXXXXXXXXXX5678|Credit card",
        "Musterbank|Credit card 5678 400.00",
        "Mastercard statement|Card number 5412********1234|Payment due 40.00",
        "Mastercard Abrechnung|Kartennummer 5412********1234|Abbuchung von DE12 2004 1111 0000 0000 00",
        "Visa Classic statement|Account number 12345678|Pay from your current account",
        "Corporate Card Statement|Card number 4715********1234",
        "Diners Club|Statement",
        "JCB card|Statement",
        "The Platinum Card|Statement",
        "Musterbanque|Relevé de carte|N° 4111********1111",
    ],
)
def test_a_card_that_is_named_above_the_table_is_never_taken_for_an_account(head: str) -> None:
    assert headed(head, "20.00", "1020.00").statements == ()


@pytest.mark.parametrize(
    "head",
    [
        "Apple Card Monthly Statement",
        "Travel card: monthly overview",
        "Card transactions",
        "Umsätze Ihrer Karte",
        "Goldkarte",
        "Monatsübersicht Karte 1234",
        "Relevé carte",
        "Resumen tarjeta",
        "Movimenti carta",
        "Wyciąg karty",
        "Capital One Platinum",
        "Musterbank Gold",
        "Capital One Quicksilver",
        "Your credit line",
    ],
)
def test_a_line_about_a_card_leaves_it_open_though_an_accounts_number_stands_below(head: str) -> None:
    assert headed(f"{head}|Account number 12345678", "20.00", "1020.00").statements == ()


@pytest.mark.parametrize("head", ["Musterbank", "Musterbank Platinum", "Credit account", "Revolving loan account"])
def test_what_names_no_account_is_not_taken_for_one(head: str) -> None:
    verdict = headed(head, "20.00", "1020.00")
    assert verdict.statements == ()
    assert [str(each.moved()) for each in verdict.drafts] == ["20.00", "-20.00"]


@pytest.mark.parametrize("number", ["XXXXXXXXXXXX5678", "4111 1111 1111 1111"])
@pytest.mark.parametrize(
    "of_account",
    [
        "Account number {}",
        "Savings account number {}",
        "Account number {}|Current account",
        "A/C no. {}",
        "Kontonummer {}",
        "Account: {}",
        "Konto {}",
        "No. Akaun {}",
        "Nomor rekening {}",
        "Account number|{}",
        "Account ending in {}",
    ],
)
def test_an_accounts_number_makes_no_card_of_it(of_account: str, number: str) -> None:
    head = f"Credit card statement|{of_account.format(number)}"
    assert (headed(head, "-20.00", "980.00").statements, headed(head, "20.00", "1020.00").statements) == ((), ())


def headed(head: str, amount: str, closing: str) -> Verdict:
    dated = "From 01.03.2024 to 31.03.2024, in EUR"
    table = ("Opening balance 1000.00", f"02.03.2024 Bakery {amount}", f"Closing balance {closing}")
    return understood(*head.split("|"), dated, *table)
