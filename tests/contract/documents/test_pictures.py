"""Documents of which some pages are pictures: those are named, and a logo makes none."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest

from adapters.pdf.examination import examine
from application.ports.documents import NO_HINT, NotAStatement, ReadDocument, Scanned, SetAside
from sandbox.households.documents import pdf

HEAD = ["Statement of account 01.03.2024 to 31.03.2024", "Opening balance 100.00 EUR"]
ROWS = ["02.03.2024 Bakery -5.00", "03.03.2024 Bakery -6.00"]
WHOLE = pdf([*HEAD, *ROWS, "Closing balance 89.00 EUR"])
HALF = pdf([*HEAD, *ROWS])
LETTER = pdf(["Dear Master Jo,", "your statement of account of March follows on the next pages."])
PAGE, STRIP, LOGO = (595, 842), (595, 200), (120, 40)


def with_pages(content: bytes, *pages: Sequence[tuple[int, int]]) -> bytes:
    """Return the document with pages at its end that show nothing but pictures of these sizes."""
    document = pypdfium2.PdfDocument(content)
    for sizes in pages:
        page = document.new_page(*PAGE)
        for place, (width, height) in enumerate(sizes):
            picture = pypdfium2.PdfImage.new(document)
            picture.set_bitmap(pypdfium2.PdfBitmap.new_native(1, 1, pdfium_c.FPDFBitmap_BGR))
            picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height).translate(0, place * height))
            page.insert_obj(picture)
        page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("pages", "numbers", "said"),
    [
        ([[PAGE]], (2,), "page 2 is a picture"),
        ([[PAGE], [LOGO], [STRIP, STRIP]], (2, 4), "pages 2 and 4 are pictures"),
    ],
)
def test_a_statement_with_scanned_pages_names_them(
    pages: list[list[tuple[int, int]]], numbers: tuple[int, ...], said: str
) -> None:
    aside = examine(with_pages(HALF, *pages), (), NO_HINT)
    assert isinstance(aside, SetAside)
    assert said in aside.reason
    scanned = examine(with_pages(LETTER, *pages), (), NO_HINT)
    assert scanned == Scanned(len(numbers), numbers)
    assert isinstance(scanned, Scanned)
    assert said in scanned.reason


def test_a_page_with_a_logo_is_no_scan() -> None:
    assert isinstance(examine(with_pages(LETTER, [LOGO]), (), NO_HINT), NotAStatement)


def test_what_adds_up_is_believed_beside_an_advertisement() -> None:
    assert isinstance(examine(with_pages(WHOLE, [PAGE]), (), NO_HINT), ReadDocument)


def test_a_balance_that_is_carried_forward_closes_nothing_where_a_page_is_a_picture() -> None:
    carried = pdf([*HEAD, *ROWS, "Balance carried forward 89.00 EUR"])
    assert isinstance(examine(carried, (), NO_HINT), ReadDocument)
    aside = examine(with_pages(carried, [PAGE]), (), NO_HINT)
    assert isinstance(aside, SetAside)
    assert "page 2 is a picture" in aside.reason


def test_a_document_of_pictures_alone_names_no_page() -> None:
    assert Scanned(3).reason == "its 3 pages are pictures without text"
