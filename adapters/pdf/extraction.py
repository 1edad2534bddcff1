"""Getting text out of a PDF: quickly in reading order, or word by word with positions."""

from __future__ import annotations

import ctypes
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import repeat
from operator import attrgetter
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium_c

from adapters.pdf.sheet import Line, Word, clean
from domain.finance.amounts import with_plain_spaces

PAGES = 200
CHARACTERS = 2_000_000
LITTLE = 40
"""Characters below which a page, or a document, counts as having no text."""

_MUCH = 0.4
"""The share of a page that pictures cover where they are a scan, and no logo."""


class Lock(Enum):
    NONE_GIVEN = "none given"
    NONE_FITS = "none fits"


class Unopened(Exception):
    """The bytes are no PDF that can be opened."""


class TooLong(Exception):
    """There is more in the document than any statement holds."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open document, and which password opened it."""

    pdf: pypdfium2.PdfDocument
    password: int | None


def open_pdf(content: bytes, passwords: Sequence[str]) -> Opened | Lock:
    """Open with each password in turn, or with none; raise `Unopened` where even that makes no sense."""
    for index, password in _tries(content, passwords):
        try:
            pdf = pypdfium2.PdfDocument(content, password=password)
        except pypdfium2.PdfiumError as error:
            if error.err_code != pdfium_c.FPDF_ERR_PASSWORD:
                raise Unopened(str(error)) from None
            continue
        if not len(pdf):
            raise Unopened("it has no pages")
        if len(pdf) > PAGES:
            raise TooLong(f"it has {len(pdf)} pages")
        return Opened(pdf, index)
    return Lock.NONE_FITS if passwords else Lock.NONE_GIVEN


def _tries(content: bytes, passwords: Sequence[str]) -> Iterator[tuple[int | None, str | None]]:
    """Yield no password last for what is locked: deriving a key takes longer than reading a page."""
    if b"/Encrypt" in content:
        yield from enumerate(passwords)
    yield None, None


def text_lines(pdf: pypdfium2.PdfDocument) -> list[Line]:
    """Return the lines in the order in which the document holds them, without positions."""
    texts: list[str] = []
    held = 0
    for page in _pages(pdf):
        texts.append(page.get_textpage().get_text_range())
        held += len(texts[-1])
        if held > CHARACTERS:
            raise TooLong(f"it holds more than {CHARACTERS} characters")
    return [Line(line, number) for number, text in enumerate(with_plain_spaces(texts)) for line in clean(text)]


def is_scanned(pdf: pypdfium2.PdfDocument) -> bool:
    """Tell whether pages without text hold pictures."""
    return any(True for page in _pages(pdf) for _ in _pictures(page))


def pictured_pages(pdf: pypdfium2.PdfDocument, lines: Sequence[Line]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the pages with hardly any text and with pictures over much of them."""
    held = Counter[int]()
    for line in lines:
        held[line.page] += len(line.text)
    bare = (index for index in range(len(pdf)) if held[index] < LITTLE)
    return tuple(index + 1 for index in bare if _is_mostly_pictures(pdf[index]))


def _pictures(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfObject]:
    yield from page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)


def _is_mostly_pictures(page: pypdfium2.PdfPage) -> bool:
    """Tell by the area of all pictures, as a scan may come in strips."""
    boxes = (picture.get_bounds() for picture in _pictures(page))
    covered: float = sum((right - left) * (top - bottom) for left, bottom, right, top in boxes)
    whole: float = page.get_width() * page.get_height()
    return covered >= _MUCH * whole


def placed_lines(pdf: pypdfium2.PdfDocument) -> list[Line]:
    """Return the lines as they are seen on the page, from top to bottom, each word with its position."""
    lines: list[Line] = []
    for number, page in enumerate(_pages(pdf)):
        lines += _lines_of(_words(page.get_textpage()), number)
    return lines


def _pages(pdf: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for index in range(len(pdf)):
        try:
            yield pdf[index]
        except pypdfium2.PdfiumError as error:
            raise Unopened(f"page {index + 1}: {error}") from None


class _Placed(NamedTuple):
    text: str
    left: float
    right: float
    middle: float
    height: float


_VISIBLE = re.compile(r"[^\s\x02\ufffe\x00]+")
_BOX = struct.Struct("4f")


def _words(page: pypdfium2.PdfTextPage) -> Iterator[_Placed]:
    """Yield the words of a page: runs of characters on one height with no gap and no blank between."""
    text, count = page.get_text_range(), page.count_chars()
    if len(text) != count:
        text = "".join(chr(pdfium_c.FPDFText_GetUnicode(page, index)) for index in range(count))
    boxes = _boxes(page, count)
    for run in _VISIBLE.finditer(text):
        begin = run.start()
        for end in _ends(boxes, *run.span()):
            left, top, _, bottom = boxes[begin]
            yield _Placed(text[begin:end], left, boxes[end - 1][2], (top + bottom) / 2, top - bottom)
            begin = end


def _boxes(page: pypdfium2.PdfTextPage, count: int) -> Sequence[tuple[float, ...]]:
    """Return left, top, right and bottom of each character, in points."""
    room = (pdfium_c.FS_RECTF * count)()
    places = map(ctypes.byref, repeat(room), range(0, ctypes.sizeof(room), _BOX.size))
    for _ in map(_unchecked(pdfium_c.FPDFText_GetLooseCharBox), repeat(page.raw), range(count), places):
        pass
    return list(_BOX.iter_unpack(room))


def _unchecked(function: Any) -> Any:
    """Return a function of the library without the types of its arguments: checking them takes longer than the call."""
    return type(function)(ctypes.cast(function, ctypes.c_void_p).value)


def _ends(boxes: Sequence[tuple[float, ...]], start: int, stop: int) -> Iterator[int]:
    """Yield where words end between two characters without a blank between."""
    left, _, right, bottom = boxes[start]
    for index, (next_left, top, next_right, next_bottom) in enumerate(boxes[start + 1 : stop], start + 1):
        size = top - next_bottom
        if next_left - right > 0.25 * size or next_left < left or abs(next_bottom - bottom) > 0.5 * size:
            yield index
            left, bottom = next_left, next_bottom
        right = next_right
    yield stop


def _lines_of(words: Iterable[_Placed], page: int) -> Iterator[Line]:
    rows: list[list[_Placed]] = []
    for word in sorted(words, key=attrgetter("middle"), reverse=True):
        if rows and abs(rows[-1][0].middle - word.middle) <= 0.45 * min(rows[-1][0].height, word.height):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=attrgetter("left"))
        yield Line(" ".join([word.text for word in row]), page, tuple([Word(*word[:3]) for word in row]))
