"""Bytes in a declared charset, which may be wrong, to text."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# What senders call a charset is often narrower than what they write; these are the supersets that browsers use
# (https://encoding.spec.whatwg.org/#names-and-labels).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz-gb-2312": "hz",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "euc_kr": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "iso-2022-jp": "iso2022_jp_ext",
}
_ASCII = frozenset({"ascii", "us-ascii", "ansi_x3.4-1968", "iso646-us", "646"})
_UNDECLARED = frozenset(
    {"", "unknown-8bit", "x-unknown", "unknown", "default", "none", "8bit", "binary", "_autodetect"}
)
_NOT_FOR_MAIL = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_MAY_YIELD_SURROGATES = frozenset({"utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes, charset: str, defects: list[str]) -> str:
    """Return `data` as text: by its charset, else as UTF-8, else as Windows-1252; a guess is noted in `defects`."""
    if data.isascii() and b"\x1b" not in data and charset in ("", "utf-8", "us-ascii", "iso-8859-1"):
        return data.decode("ascii")
    name = charset.strip(" \t'\"").lower()
    if name in _UNDECLARED:
        return _undeclared(data, defects)
    if name in _ASCII:
        return _declared_ascii(data, defects)
    codec = _codec(name)
    if not codec:
        defects.append(f"unknown charset {name[:40]!r}")
        return _guess(data)
    return _declared(data, codec, name, defects)


def encode(text: str, charset: str) -> bytes:
    """Return `text` in a charset by name, in UTF-8 where the charset is unknown or too small."""
    try:
        return text.encode(_codec(charset) or "utf-8")
    except UnicodeError:
        return text.encode("utf-8", "replace")


def _declared(data: bytes, codec: str, name: str, defects: list[str]) -> str:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        defects.append(f"the text is not valid {name[:40]}")
        return _mostly(data, codec)
    return _SURROGATE.sub("\ufffd", text) if codec in _MAY_YIELD_SURROGATES else text


def _declared_ascii(data: bytes, defects: list[str]) -> str:
    if data.isascii():
        return _undeclared(data, defects)
    defects.append("declared as ASCII, but holds other characters")
    return _guess(data)


def _undeclared(data: bytes, defects: list[str]) -> str:
    if data.isascii():
        return data.decode("iso2022_jp_ext" if _ISO_2022_JP.search(data) else "ascii", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        defects.append("the text names no charset and is not UTF-8")
        return _guess(data)


def _mostly(data: bytes, codec: str) -> str:
    """Keep the declared charset where only few characters are broken."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return _guess(data)
    wrong = text.count("\ufffd")
    foreign = sum(1 for character in text[:20_000] if character > "\x7f")
    return _SURROGATE.sub("\ufffd", text) if wrong * 2 <= foreign else _guess(data)


def _guess(data: bytes) -> str:
    for codec in ("utf-8", "cp1252"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


@lru_cache(maxsize=256)
def _codec(name: str) -> str:
    """Return Python's name for a charset, or nothing where it knows none that yields text."""
    wider = _WIDER.get(name, name)
    try:
        found = codecs.lookup(wider)
    except (LookupError, ValueError):
        return ""
    wider = _WIDER.get(found.name, found.name) if found.name != "iso8859-1" else "cp1252"
    if wider in _NOT_FOR_MAIL or not getattr(found, "_is_text_encoding", True):
        return ""
    return wider
