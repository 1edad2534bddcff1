"""Statements without a printed opening or closing balance: believed only where nothing can be missing at their ends."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from adapters.pdf.examination import examine
from application.ports.documents import NO_HINT, ReadDocument, SetAside
from domain.finance.statements import Proof
from sandbox.statements.canvas import Page, pdf
from tests.contract.documents.test_pictures import LOGO, PAGE, with_pages

HEAD = "Statement of account 01.03.2024 to 31.03.2024 in EUR"
ROWS = (
    ("02.03.2024 Bakery", "-5.00", "95.00"),
    ("03.03.2024 Bakery", "-6.00", "89.00"),
    ("04.03.2024 Grocer", "-9.00", "80.00"),
    ("05.03.2024 Wages", "50.00", "130.00"),
)


def table(*rows: tuple[str, str, str], foot: str = "") -> bytes:
    """Return a page with these rows of words, amount and balance, each in its column."""
    page = Page()
    page.write(50, 780, HEAD)
    for place, (words, amount, balance) in enumerate((("Date Details", "Amount", "Balance"), *rows)):
        page.write(50, 760 - 14 * place, words)
        page.write_ending(400, 760 - 14 * place, amount)
        page.write_ending(500, 760 - 14 * place, balance)
    page.write(50, 100, foot)
    return pdf([page])


WHOLE = table(*ROWS)


def test_running_balances_alone_prove_a_table_that_is_whole() -> None:
    reading = examine(WHOLE, (), NO_HINT)
    assert isinstance(reading, ReadDocument)
    assert reading.statements[0].proof is Proof.RUNNING
    assert isinstance(examine(with_pages(WHOLE, [LOGO]), (), NO_HINT), ReadDocument)


def test_a_page_that_is_a_picture_may_hold_the_end() -> None:
    aside = examine(with_pages(WHOLE, [PAGE]), (), NO_HINT)
    assert isinstance(aside, SetAside)
    assert "page 2 is a picture" in aside.reason
    assert len(aside.drafts[0].transactions) == len(ROWS)


@pytest.mark.parametrize("last", [("Rent", "-70.00", ""), ("", "", "60.00"), ("Rent", "-70.00", "61.00")])
def test_amounts_below_the_last_row_are_not_passed_over(last: tuple[str, str, str]) -> None:
    aside = examine(table(*ROWS, ("Page 1 of 2", "", ""), last), (), NO_HINT)
    assert isinstance(aside, SetAside)
    assert aside.reason


@pytest.mark.parametrize("counted", ["Page 1 of 2", "Seite 1/2", "Pagina 1 di 2", "Page 1of2", "Strona 1 z 2."])
def test_a_page_that_is_counted_and_not_there_may_hold_the_end(counted: str) -> None:
    aside = examine(table(*ROWS, foot=counted), (), NO_HINT)
    assert isinstance(aside, SetAside)
    assert "lacks pages" in aside.reason
    assert isinstance(examine(table(*ROWS, foot="Page 1 of 1"), (), NO_HINT), ReadDocument)


@pytest.mark.parametrize(
    "foot",
    ["Seite 1 vom 30.06.2025", "Page 1 05/04/2024", "Seite 1 / 29.02.2024", "Seite 1 Auszug 6", "Blatt 037"],
)
def test_a_number_beside_that_of_the_page_counts_no_pages(foot: str) -> None:
    assert isinstance(examine(table(*ROWS, foot=foot), (), NO_HINT), ReadDocument)


def test_a_blank_page_is_not_damaged() -> None:
    written = io.BytesIO()
    with pypdfium2.PdfDocument(WHOLE) as document:
        document.new_page(595, 842)
        document.save(written)
    assert isinstance(examine(written.getvalue(), (), NO_HINT), ReadDocument)


def test_text_of_which_the_end_is_damaged_may_hold_more() -> None:
    end = WHOLE.index(b"endstream")
    aside = examine(WHOLE[: end - 12] + bytes(9) + WHOLE[end - 3 :], (), NO_HINT)
    assert isinstance(aside, SetAside)
    assert "damaged" in aside.reason


def test_amounts_between_the_headings_and_the_first_row_are_not_passed_over() -> None:
    aside = examine(table(("Cash machine", "-3.00", "100.01"), *ROWS), (), NO_HINT)
    assert isinstance(aside, SetAside)


def test_a_row_that_follows_is_read_though_it_bears_no_date() -> None:
    reading = examine(table(*ROWS, ("Rent, standing order", "-70.00", "60.00")), (), NO_HINT)
    assert isinstance(reading, ReadDocument)
    assert len(reading.statements[0].transactions) == len(ROWS) + 1


def test_a_row_above_all_dates_is_not_given_one() -> None:
    aside = examine(table(("Rent, standing order", "-70.00", "100.00"), *ROWS), (), NO_HINT)
    assert isinstance(aside, SetAside)


def test_neither_sums_nor_what_stands_beside_the_columns_is_a_row() -> None:
    assert isinstance(examine(table(*ROWS, ("Total amount", "30.00", "")), (), NO_HINT), ReadDocument)
    assert isinstance(examine(table(*ROWS, foot="Deposits are safe up to EUR 100,000.00"), (), NO_HINT), ReadDocument)


def test_a_balance_that_is_shown_with_its_day_above_the_table_is_no_row() -> None:
    summary = ("31.03.2024 Amount", "130.00", "")
    shown = (summary, ("Opening balance", "", "100.00"), *ROWS, ("Closing balance", "", "130.00"))
    assert isinstance(examine(table(*shown), (), NO_HINT), ReadDocument)


def test_a_second_table_without_balances_is_not_passed_over() -> None:
    first = (("Opening balance", "", "100.00"), *ROWS, ("Closing balance", "", "130.00"))
    later = (("06.04.2024 Rent, to come", "-70.00", ""), ("07.04.2024 Gym, to come", "-7.00", ""))
    second = (("06.03.2024 Books", "-7.00", ""), ("07.03.2024 Books", "-8.00", ""))
    assert isinstance(examine(table(*first, *later), (), NO_HINT), ReadDocument)
    assert isinstance(examine(table(*first, ("Savings", "", ""), *second), (), NO_HINT), SetAside)
    assert isinstance(examine(table(*first, ("Savings", "", ""), second[0]), (), NO_HINT), SetAside)
