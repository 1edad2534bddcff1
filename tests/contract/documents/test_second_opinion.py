"""The slow reader of words: the same words in the same places as the fast one, and no harm from what is no PDF."""

from __future__ import annotations

from adapters.pdf.extraction import Opened, open_pdf, placed_lines
from adapters.pdf.second_opinion import PAGES, plumbed_lines
from sandbox.household import load
from sandbox.statements.canvas import Page, pdf


def test_both_readers_see_the_same_words_in_the_same_columns() -> None:
    statement = next(each for each in load("monday").statements if each.password)
    opened = open_pdf(statement.content, [statement.password])
    assert isinstance(opened, Opened)
    fast, slow = placed_lines(opened.pdf), plumbed_lines(statement.content, statement.password)
    assert [line.text for line in slow] == [line.text for line in fast]
    moved = [
        abs(one.left - other.left)
        for a, b in zip(fast, slow, strict=True)
        for one, other in zip(a.words, b.words, strict=True)
    ]
    assert max(moved) < 2


def test_what_is_no_pdf_has_no_lines() -> None:
    assert plumbed_lines(b"%PDF-1.7 and nothing more", None) == []


def test_of_a_document_with_too_many_pages_none_are_left_out() -> None:
    page = Page()
    page.write(50, 700, "Bakery")
    assert len(plumbed_lines(pdf([page] * PAGES), None)) == PAGES
    assert plumbed_lines(pdf([page] * (PAGES + 1)), None) == []
