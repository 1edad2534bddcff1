"""Pages of placed text as a PDF 1.7 file (ISO 32000-1), locked with a password where one is given."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.statements.protection import Protection

WIDTH, HEIGHT = 595, 842

# Adobe's metrics for Helvetica, in thousandths of the size, of what amounts are made of; letters are taken as 560.
_WIDTHS = {**dict.fromkeys("0123456789", 556), **dict.fromkeys(",.' ", 278), "-": 333, "+": 584, "(": 333, ")": 333}


@dataclass(frozen=True, slots=True)
class Text:
    """One run of text; `x` and `y` are its left foot in points, from the lower left corner of the page."""

    x: float
    y: float
    text: str
    size: float = 8
    bold: bool = False


@dataclass(slots=True)
class Page:
    texts: list[Text] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, size: float = 8, *, bold: bool = False) -> None:
        self.texts.append(Text(x, y, text, size, bold))

    def write_ending(self, x: float, y: float, text: str, size: float = 8) -> None:
        """Write `text` so that it ends at `x`, as amounts in columns do."""
        width = sum(_WIDTHS.get(letter, 560) for letter in text) * size / 1000
        self.texts.append(Text(x - width, y, text, size))


def pdf(pages: Sequence[Page], protection: Protection | None = None) -> bytes:
    """Return the file; text outside Windows-1252 comes out as question marks."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * index) for index in range(len(pages)))
    fonts = [_font(b"Helvetica"), _font(b"Helvetica-Bold")]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        *fonts,
    ]
    for index, page in enumerate(pages):
        objects += [_page(6 + 2 * index), _content(page, protection)]
    return _file(objects, protection)


def _font(name: bytes) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name


def _page(content: int) -> bytes:
    box = b"/MediaBox [0 0 %d %d]" % (WIDTH, HEIGHT)
    resources = b"/Resources << /Font << /F0 3 0 R /F1 4 0 R >> >>"
    return b"<< /Type /Page /Parent 2 0 R %s /Contents %d 0 R %s >>" % (box, content, resources)


def _content(page: Page, protection: Protection | None) -> bytes:
    shown = "".join(
        f"BT /F{int(each.bold)} {each.size:g} Tf 1 0 0 1 {each.x:.2f} {each.y:.2f} Tm ({_escaped(each.text)}) Tj ET\n"
        for each in page.texts
    )
    data = zlib.compress(shown.encode("cp1252", "replace"))
    if protection is not None:
        data = protection.encrypted(data)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(objects: Sequence[bytes], protection: Protection | None) -> bytes:
    bodies = [*objects, protection.dictionary()] if protection else list(objects)
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"/Size %d /Root 1 0 R" % (len(bodies) + 1)
    if protection:
        trailer += b" /Encrypt %d 0 R /ID [<%s> <%s>]" % (len(bodies), protection.identity, protection.identity)
    return bytes(out + b"trailer << %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, start))
