"""Statements in several currencies: each account in its own, and nothing believed that contradicts itself."""

from __future__ import annotations

import pytest

from adapters.pdf.examination import examine
from application.ports.documents import NO_HINT, Hint, ReadDocument, SetAside
from domain.finance.statements import Statement
from sandbox.households.documents import pdf

HEAD = "Statement of account 01.12.2023 to 31.12.2023"


def read(*lines: str, hint: Hint = NO_HINT) -> tuple[Statement, ...]:
    reading = examine(pdf(list(lines)), (), hint)
    assert isinstance(reading, ReadDocument), reading
    return reading.statements


def account(name: str, balance: str, start: int, *amounts: int) -> list[str]:
    rows = [f"{day:02d}.12.2023 Bakery {amount:+d}.00" for day, amount in enumerate(amounts, 1)]
    opening, closing = balance.format(f"{start}.00"), balance.format(f"{start + sum(amounts)}.00")
    return [name, f"Opening balance {opening}", *rows, f"Closing balance {closing}"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Account 8812-4410-77", "{} EUR"), ("Account 8812-4410-78", "{} USD")),
        (("Account 8812-4410-77", "€{}"), ("Account 8812-4410-78", "US${}")),
        (("Current account (EUR)", "{}"), ("Savings account (USD)", "{}")),
        (("EUR account", "{}"), ("Savings account", "USD {}")),
    ],
    ids=["beside the balances", "as signs", "in the headings", "in one of each"],
)
def test_each_account_is_in_its_own_currency(first: tuple[str, str], second: tuple[str, str]) -> None:
    one, other = read(HEAD, *account(*first, 100, -20, -30), *account(*second, 500, -40, 10))
    assert (one.currency, other.currency) == ("EUR", "USD")
    assert (str(one.closing), str(other.closing)) == ("50.00", "470.00")


def test_an_account_that_opens_in_one_and_closes_in_another_currency_is_not_believed() -> None:
    lines = [HEAD, "Opening balance 100.00 EUR", "01.12.2023 Bakery -5.00", "Closing balance 95.00 USD"]
    reading = examine(pdf(lines), (), NO_HINT)
    assert isinstance(reading, SetAside)
    assert reading.reason == "its balances are in several currencies"


def test_dollars_are_not_booked_as_another_accounts_euros() -> None:
    lines = [HEAD, *account("EUR account", "{} EUR", 100, -20), *account("Savings", "${}", 500, -40)]
    assert isinstance(examine(pdf(lines), (), NO_HINT), SetAside)


def test_amounts_printed_in_another_currency_than_the_balances_are_not_believed() -> None:
    lines = [HEAD, "Opening balance 100.00 EUR", "01.12.2023 Bakery -5.00 USD", "Closing balance 95.00 EUR"]
    assert isinstance(examine(pdf(lines), (), NO_HINT), SetAside)


def test_what_the_bank_keeps_its_accounts_in_may_be_contradicted() -> None:
    (statement,) = read("ING-DiBa AG 60628 Frankfurt INGDDEFFXXX", HEAD, *account("Account", "{} USD", 100, -20))
    assert (statement.currency, statement.reader) == ("USD", "general")


def test_purchases_abroad_do_not_change_the_accounts_currency() -> None:
    abroad = [line for day in (4, 5, 6) for line in (f"{day:02d}.12.2023 Cafe Sol -5.00", "USD 5.40 at 1.08")]
    (statement,) = read(HEAD, "Account in EUR", "Opening balance 100.00", *abroad, "Closing balance 85.00")
    assert statement.currency == "EUR"


def test_a_hint_is_heeded_only_where_nothing_is_printed() -> None:
    said = [HEAD, *account("Account", "{}", 100, -20)]
    assert read(*said, hint=Hint(currency="SEK"))[0].currency == "SEK"
    named = [HEAD, *account("Account", "{} EUR", 100, -20)]
    assert read(*named, hint=Hint(currency="SEK"))[0].currency == "EUR"
