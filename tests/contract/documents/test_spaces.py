"""Spaces between digits group thousands, or part an amount from a number: sums agree with both but for thousands."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pdf.examination import examine, understand
from adapters.pdf.general import Verdict
from adapters.pdf.sheet import Line
from application.ports.documents import NO_HINT, ReadDocument, SetAside
from domain.finance.statements import Statement
from sandbox.households.documents import pdf

HEAD = "Compte courant, du 01.03.2024 au 31.03.2024, EUR"
CENTS = st.integers(-500_000, 500_000).filter(bool)
TO_UNICODE = (
    b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange"
    b" 1 beginbfchar <A0> <%b> endbfchar endcmap"
)


def shown(value: Decimal) -> str:
    return f"{value:,.2f}".replace(",", " ").replace(".", ",")


def understood(*lines: str) -> Verdict:
    return understand([Line(line, 0) for line in (HEAD, *lines)], NO_HINT)


def moved(statements: tuple[Statement, ...]) -> list[str]:
    return [str(each.amount) for statement in statements for each in statement.transactions]


@given(st.integers(0, 1_000_000), st.lists(CENTS, min_size=1, max_size=6))
def test_nothing_is_believed_but_what_stands_there(opening: int, amounts: list[int]) -> None:
    printed = [Decimal(cents) / 100 for cents in (opening, *amounts)]
    rows = [f"0{day}.03.2024 Loyer {shown(amount)}" for day, amount in enumerate(printed[1:], 1)]
    ends = f"Solde initial {shown(printed[0])}", f"Solde final {shown(sum(printed, Decimal(0)))}"
    for statement in understood(ends[0], *rows, ends[1]).statements:
        assert (statement.opening, [each.amount for each in statement.transactions]) == (printed[0], printed[1:])


def test_thousands_are_read_through_a_real_document() -> None:
    lines = (HEAD, "Solde initial 5\u00a0139,58", "02.03.2024 Loyer -1\u00a0211,60", "Solde final 3\u00a0927,98")
    reading = examine(pdf(list(lines)), (), NO_HINT)
    assert isinstance(reading, ReadDocument), reading
    assert (moved(reading.statements), str(reading.statements[0].opening)) == (["-1211.60"], "5139.58")


@pytest.mark.parametrize("blank", ["00A0", "2007", "2009", "202F"])
def test_a_blank_of_no_usual_width_groups_nothing_where_it_parts_words_as_well(blank: str) -> None:
    rows = ("01.03.2024 Kiosk 12 345,67-", "02.03.2024 Kiosk 12 345,67+")
    lines = (HEAD, "Solde initial 300,00", *rows, "Solde final 300,00")
    reading = examine(spaced_with(blank, [line.replace(" ", "\u00a0") for line in lines]), (), NO_HINT)
    assert isinstance(reading, SetAside), reading
    assert "group thousands" in reading.reason


def spaced_with(blank: str, lines: list[str]) -> bytes:
    """Return a PDF whose font says that its no-break spaces are `blank`, as the fonts of most programs do."""
    return pdf(lines, TO_UNICODE % blank.encode()).replace(b"/Encoding /WinAnsiEncoding", b"/ToUnicode 6 0 R          ")


@pytest.mark.parametrize(
    ("opening", "rows", "closing"),
    [
        ("300,00", ("Kiosk 12 345,67-", "Kiosk 12 345,67+"), "300,00"),
        ("1.000,00", ("Kiosk 12 345,67-", "Kiosk 12 345,67+"), "1.000,00"),
        ("5 539,58", ("Loyer 1 211,60-",), "6 327,98"),
        ("1.000,00", ("Kiosk 12 345,67-",), "-11.345,67"),
    ],
    ids=["both add up", "both beside a mark", "a line of whole thousands is lost", "thousands beside a mark"],
)
def test_what_adds_up_but_for_thousands_is_set_aside(opening: str, rows: tuple[str, ...], closing: str) -> None:
    dated = [f"0{day}.03.2024 {row}" for day, row in enumerate(rows, 1)]
    verdict = understood(f"Solde initial {opening}", *dated, f"Solde final {closing}")
    assert (verdict.statements, "group thousands" in verdict.reason) == ((), True)


def test_a_number_that_ends_a_wording_is_no_thousand() -> None:
    rows = ("02.03.2024 Kiosk 12 345,67-", "05.03.2024 Salaire 900,00")
    verdict = understood("Solde initial 400,00", *rows, "Solde final 954,33")
    assert moved(verdict.statements) == ["-345.67", "900.00"]


def test_whole_numbers_are_not_read_piece_by_piece() -> None:
    rows = ("02.03.2024 Kiosk 254 128 000+", "03.03.2024 Loyer 170 920-", "05.03.2024 Loyer 2 227 790-")
    head = "Compte courant, du 01.03.2024 au 31.03.2024, HUF"
    lines = (head, "Solde initial 2 971 400", *rows, "Solde final 88 890")
    assert understand([Line(line, 0) for line in lines], NO_HINT).statements == ()
