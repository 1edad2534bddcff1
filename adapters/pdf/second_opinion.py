"""Words with positions as pdfplumber finds them: slow, and asked only where the fast reader leads to nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from adapters.pdf.sheet import Line, Word

if TYPE_CHECKING:
    from pdfplumber.page import Page

PAGES = 30
"""Pages within its time; of a longer document nothing is read, for what is left out may add up without."""


def plumbed_lines(content: bytes, password: str | None) -> list[Line]:
    """Return the lines from top to bottom, each word with its position; nothing where the library finds no way in,
    or where there are too many pages.

    Its layout analysis groups letters by their baselines, so text that is drawn out of order still forms words.
    """
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(content), password=password or "", raise_unicode_errors=False) as pdf:
            pages = pdf.pages if len(pdf.pages) <= PAGES else []
            return [line for page in pages for line in _lines(page)]
    except Exception:  # noqa: BLE001 - pdfminer raises what it likes on odd files, and the first reading stands
        return []


def _lines(page: Page) -> Iterator[Line]:
    words = page.extract_words(x_tolerance_ratio=0.25)
    for line in page.extract_text_lines(return_chars=False, x_tolerance_ratio=0.25):
        row = [word for word in words if _is_in(word, line)]
        placed = tuple(Word(word["text"], word["x0"], word["x1"]) for word in row)
        yield Line(" ".join(word.text for word in placed), page.page_number - 1, placed)


def _is_in(word: dict[str, float], line: dict[str, float]) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return line["top"] <= middle <= line["bottom"]
