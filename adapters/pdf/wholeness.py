"""Whether all of a document is there: asked of a table that no balance closes, whose end may be what is missing."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from adapters.pdf.sheet import Line

if TYPE_CHECKING:
    from pdfplumber.page import Page

_OF_PAGES = re.compile(
    r"\b(?:page|seite|blatt|blad|pagina|página|pág|pag|strona|strana|side|sida|sivu|sayfa|oldal|muka surat|halaman)"
    r"\W{0,3}\d{1,3} ?(?:/|of|von|van|de|di|sur|su|z|ze|av|af|din|dari|daripada) ?(\d{1,3})\b(?![./-]\d)",
    re.IGNORECASE,
)


def lacks_pages(lines: Iterable[Line], pages: int) -> bool:
    """Tell whether one of the lines counts more pages than there are: `Page 1 of 3` on one of two."""
    return any(int(match[1]) > pages for line in lines for match in _OF_PAGES.finditer(line.text))


def is_damaged(content: bytes, password: str | None) -> bool:
    """Tell whether a page's text is not as it was written, by the checksum that compressed text ends with (RFC 1950).

    What reads the text takes as much of it as there is, and says nothing of the rest.
    """
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(content), password=password or "", raise_unicode_errors=False) as pdf:
            return not (pdf.pages and all(map(_is_intact, pdf.pages)))
    except Exception:  # noqa: BLE001 - pdfminer raises what it likes on odd files, and this one is odd
        return True


def _is_intact(page: Page) -> bool:
    """Tell whether all of a page's streams are as they were written; a blank page may have none."""
    from pdfminer.pdftypes import resolve1

    streams = [resolve1(each) for each in page.page_obj.contents]
    return all(map(_ends_as_written, streams))


def _ends_as_written(stream: object) -> bool:
    """Tell whether a stream inflates to its end; what is no stream was one, and what is not compressed may be any."""
    from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFStream

    if not isinstance(stream, PDFStream):
        return False
    data = stream.get_rawdata() or b""
    if stream.decipher:
        data = stream.decipher(stream.objid or 0, stream.genno or 0, data, stream.attrs)
    first = next((name for name, _ in stream.get_filters()), None)
    return first not in LITERALS_FLATE_DECODE or _inflates(data)


def _inflates(data: bytes) -> bool:
    stream = zlib.decompressobj()
    try:
        stream.decompress(data)
    except zlib.error:
        return False
    return stream.eof
