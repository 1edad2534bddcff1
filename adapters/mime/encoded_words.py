"""Encoded words in headers (RFC 2047), and header bytes that were never encoded at all."""

from __future__ import annotations

import binascii
import re

from adapters.mime import charset
from adapters.mime.transfer import from_base64

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*)*)\?=")


def header_text(raw: bytes, defects: list[str]) -> str:
    """Return a field's text on one line: unfolded, decoded, without control characters."""
    text = decode_words(plain(raw, defects), defects)
    return " ".join(text.split()) if text.isprintable() else " ".join("".join(map(_shown, text)).split())


def plain(raw: bytes, defects: list[str]) -> str:
    """Return a raw field as text without looking into encoded words; raw 8-bit text is UTF-8 or a guess (RFC 6532)."""
    return raw.decode("ascii") if raw.isascii() and b"\x1b" not in raw else charset.decode(raw, "", defects)


def decode_words(text: str, defects: list[str]) -> str:
    """Decode every encoded word; neighbours in one charset are joined first, since senders cut inside characters."""
    if "=?" not in text:
        return text
    return "".join(_pieces(text, defects))


def _pieces(text: str, defects: list[str]) -> list[str]:
    pieces: list[str] = []
    pending, pending_charset, end = b"", "", 0
    for match in _WORD.finditer(text):
        name = match[1].partition("*")[0].lower()
        between = text[end : match.start()]
        joins = pending_charset == name and not between.strip()
        if pending_charset and not joins:
            pieces.append(charset.decode(pending, pending_charset, defects))
            pending = b""
        if between.strip() or not pending_charset:
            pieces.append(between)
        pending += _word_bytes(name, match[2], match[3], defects)
        pending_charset, end = name, match.end()
    if pending_charset:
        pieces.append(charset.decode(pending, pending_charset, defects))
    pieces.append(text[end:])
    return pieces


def _word_bytes(name: str, encoding: str, encoded: str, defects: list[str]) -> bytes:
    data = encoded.encode() if encoded.isascii() else charset.encode(encoded, name)
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return from_base64(data, defects)


def _shown(character: str) -> str:
    return " " if character < " " or character == "\x7f" else character
