"""Small real attachments: a PDF, a PNG, an invitation, a Word document, a zip, all made by code."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

_EPOCH = (2020, 1, 1, 0, 0, 0)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


@dataclass(frozen=True, slots=True)
class Document:
    """One attachment; a `content_id` makes it an inline image of the HTML part."""

    name: str
    media_type: str
    data: bytes
    content_id: str = ""


def pdf(lines: list[str], ballast: bytes = b"") -> bytes:
    """Return a one-page PDF 1.4 (ISO 32000-1) with `lines` in Helvetica; `ballast` rides along unseen as a stream."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 11 Tf 14 TL 56 780 Td\n{shown}ET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    if ballast:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(ballast), ballast))
    return _pdf_file(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _pdf_file(objects: list[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def png(width: int, height: int, tint: tuple[int, int, int]) -> bytes:
    """Return an RGB picture: a sky that fades from `tint` to white (PNG, RFC 2083)."""
    rows = bytearray()
    for y in range(height):
        fade = y / max(height - 1, 1)
        pixel = bytes(round(part + (255 - part) * fade) for part in tint)
        rows += b"\x00" + pixel * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def archive(files: dict[str, str]) -> bytes:
    """Return a zip of text files; its clock stands still, so that the same input gives the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(paragraphs: list[str]) -> bytes:
    """Return a minimal Word document (ECMA-376) of plain paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{_xml(line)}</w:t></w:r></w:p>" for line in paragraphs)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = (
        f'{head}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    relations = (
        f'{head}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>'
    )
    document = f'{head}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return archive({"[Content_Types].xml": types, "_rels/.rels": relations, "word/document.xml": document})


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True)
class Meeting:
    """What an invitation says; `start` is aware."""

    uid: str
    title: str
    start: datetime
    minutes: int
    place: str
    organizer: str
    attendee: str


def invitation(meeting: Meeting, stamped: datetime) -> str:
    """Return the iTIP REQUEST of `meeting` (RFC 5546), lines ended by LF."""
    end = meeting.start + timedelta(minutes=meeting.minutes)
    lines = (
        "BEGIN:VCALENDAR",
        "PRODID:-//Example Calendar//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"DTSTART:{stamped_utc(meeting.start)}",
        f"DTEND:{stamped_utc(end)}",
        f"DTSTAMP:{stamped_utc(stamped)}",
        f"ORGANIZER:mailto:{meeting.organizer}",
        f"UID:{meeting.uid}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{meeting.attendee}",
        f"LOCATION:{meeting.place}",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        f"SUMMARY:{meeting.title}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "\n".join(lines) + "\n"


def stamped_utc(moment: datetime) -> str:
    """Write `moment` as iCalendar does in UTC (RFC 5545, 3.3.5)."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
