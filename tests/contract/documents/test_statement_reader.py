"""The port's contract, over everything that reads documents: told apart by their bytes, never raising for bad ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from application.ports.documents import (
    Damaged,
    Hint,
    NeedsCurrency,
    NeedsPassword,
    NotAStatement,
    PasswordTrouble,
    ReadDocument,
    Scanned,
    SetAside,
)
from daemon.statement_readers import EveryReader
from sandbox.households.documents import pdf as letter
from sandbox.statements.protection import Protection
from tests.contract.documents.layouts import MANNERS, books, render

CSV = b"Date,Description,Amount\n2024-01-02,Bakery,-5.00\n"


@pytest.fixture(scope="module")
def reader() -> Iterator[EveryReader]:
    reader = EveryReader()
    yield reader
    reader.close()


def test_a_pdf_comes_out_as_it_went_in(reader: EveryReader) -> None:
    written = books(1, 24)
    reading = reader.read(render(written, MANNERS[0]))
    assert isinstance(reading, ReadDocument)
    assert reading.password is None
    (statement,) = reading.statements
    assert statement.adds_up()
    assert [each.amount for each in statement.transactions] == [each.amount for each in written.movements]
    assert all(each.lines for each in statement.transactions)


def test_the_same_bytes_give_the_same_reading(reader: EveryReader) -> None:
    content = render(books(2, 24), MANNERS[4])
    assert reader.read(content) == reader.read(content)


def test_the_password_that_fits_is_told_by_its_place(reader: EveryReader) -> None:
    content = render(books(3, 6), MANNERS[0], Protection("b", "contract"))
    assert reader.read(content) == NeedsPassword(PasswordTrouble.NONE_GIVEN)
    assert reader.read(content, ("a",)) == NeedsPassword(PasswordTrouble.NONE_FITS)
    reading = reader.read(content, ("a", "b", "c"))
    assert isinstance(reading, ReadDocument)
    assert reading.password == 1


def test_a_table_needs_a_currency_from_somewhere(reader: EveryReader) -> None:
    assert reader.read(CSV) == NeedsCurrency()
    reading = reader.read(CSV, (), Hint(filename="export.csv", currency="MYR"))
    assert isinstance(reading, ReadDocument)
    assert reading.statements[0].currency == "MYR"


def test_a_letter_is_none(reader: EveryReader) -> None:
    text = ["Dear Master Jo,", "thank you for your visit of 12.03.2024, which we enjoyed.", "The Quay House"]
    assert isinstance(reader.read(letter(text)), NotAStatement)


def test_pages_that_are_pictures_are_said_to_be(reader: EveryReader) -> None:
    assert reader.read(_photograph()) == Scanned(1)


def test_a_statement_that_misses_its_closing_is_set_aside(reader: EveryReader) -> None:
    lines = [
        "Kontoauszug 3/2024",
        "01.03.2024 bis 31.03.2024",
        "Alter Saldo 100,00 EUR",
        "02.03. Lastschrift Strom 40,00-",
        "05.03. Gutschrift Lohn 900,00",
        "Neuer Saldo 961,00 EUR",
    ]
    reading = reader.read(letter(lines))
    assert isinstance(reading, SetAside)
    assert "miss the closing" in reading.reason
    assert reading.lines[2] == "Alter Saldo 100,00 EUR"
    assert [str(each.amount) for each in reading.drafts[0].transactions] == ["-40.00", "900.00"]


@pytest.mark.parametrize("content", [b"", b"hello", bytes(1000), b"%PDF-1.7 and nothing else", b"PK\x03\x04rest"])
def test_noise_is_answered_and_not_raised(reader: EveryReader, content: bytes) -> None:
    assert isinstance(reader.read(content), NotAStatement | Damaged)


def _photograph() -> bytes:
    """Return one page that shows a picture of one grey dot and holds no text."""
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Length 1 >>\nstream\n\x80\nendstream"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length 31 >>\nstream\nq 595 0 0 842 0 0 cm /I Do Q    \nendstream",
        picture,
    ]
    bodies = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + bodies + b"trailer << /Size 6 /Root 1 0 R >>\n%%EOF\n"
