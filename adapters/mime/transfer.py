"""Content transfer encodings: undo them, or tell the decoded size without undoing them."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} .*$", re.MULTILINE)
UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def undo(data: bytes, encoding: str, defects: list[str]) -> bytes:
    """Return `data` decoded; an unknown encoding is taken as none (RFC 2045 section 6.4)."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding == "base64":
        return from_base64(data, defects)
    if encoding in UU:
        return _from_uu(data, defects)
    return data


def from_base64(data: bytes, defects: list[str]) -> bytes:
    """Decode leniently: missing padding, foreign characters and a cut end lose only what they must."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        defects.append("damaged base64")
    clean = _NOT_BASE64.sub(b"", data)
    whole = len(clean) - (1 if len(clean) % 4 == 1 else 0)
    return binascii.a2b_base64(clean[:whole] + b"=" * (-whole % 4))


def _from_uu(data: bytes, defects: list[str]) -> bytes:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        defects.append("uuencoded part without a beginning")
        return data
    decoded = bytearray()
    for line in data[begin.end() :].splitlines():
        if line.strip() == b"end":
            break
        decoded += _uu_line(line)
    return bytes(decoded)


def _uu_line(line: bytes) -> bytes:
    """Decode one line; some encoders pad too little or too much, so the length is taken from the first character."""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = ((((line[0] - 32) & 63) * 4 + 5) // 3) if line else 0
        return binascii.a2b_uu(line[:length]) if line[:length].isascii() and length else b""


def decoded_size(content: bytes, start: int, end: int, encoding: str) -> int:
    """Return the size of `content[start:end]` once decoded, by counting; exact for well-formed parts."""
    if encoding == "base64":
        breaks = _line_ends(content, start, end)
        tail = content[max(start, end - 6) : end]
        return max(0, (end - start - breaks) * 3 // 4 - tail.count(b"="))
    if encoding == "quoted-printable":
        soft = content.count(b"=\n", start, end) * 2 + content.count(b"=\r\n", start, end) * 3
        soft_count = content.count(b"=\n", start, end) + content.count(b"=\r\n", start, end)
        return max(0, end - start - soft - 2 * (content.count(b"=", start, end) - soft_count))
    return end - start


def _line_ends(content: bytes, start: int, end: int) -> int:
    """Return how many bytes are line ends; lines of one length, as encoders write them, need no counting."""
    first = content.find(b"\n", start, end) + 1
    if first <= start:
        return 0
    length = first - start
    whole = (end - start) // length
    places = [start + length * count for count in (whole // 3, whole // 2, whole) if count]
    width = 2 if content[first - 2 : first - 1] == b"\r" else 1
    if all(content[place - width : place] == content[first - width : first] for place in places):
        return (whole + content.count(b"\n", start + length * whole, end)) * width
    return content.count(b"\n", start, end) + content.count(b"\r", start, end)
