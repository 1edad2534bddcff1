"""Media types and dispositions with their parameters (RFC 2045, RFC 2183, RFC 2231)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from adapters.mime import charset
from adapters.mime.encoded_words import decode_words, plain

_PARAMETER = re.compile(r""";\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*+(?:"|$)|[^;]*)""", re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(\d{1,3})?(\*)?$")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_MAX_LENGTH = 20_000

Parameters = Mapping[str, str]
_NONE: Parameters = MappingProxyType({})


@lru_cache(maxsize=2_048)
def read_parameters(raw: bytes) -> tuple[str, Parameters]:
    """Return the value in lower case and its parameters, decoded; names in lower case."""
    text = plain(raw[:_MAX_LENGTH], []).replace("\n", "")
    value, semicolon, _ = text.partition(";")
    value = value.strip().lower()
    if "(" in value:
        value = _COMMENT.sub("", value).strip()
    if not semicolon:
        return value, _NONE
    found = {name.lower(): _unquoted(given) for name, given in reversed(_PARAMETER.findall(text))}
    if any("*" in name for name in found):
        found = _joined(found)
    return value, {name: decode_words(given, []) for name, given in found.items()}


def _unquoted(given: str) -> str:
    if not given.startswith('"'):
        return given.strip()
    inner = given[1:-1] if given.endswith('"') and len(given) > 1 else given[1:]
    return _ESCAPED.sub(r"\1", inner) if "\\" in inner else inner


def _joined(found: Mapping[str, str]) -> dict[str, str]:
    """Put the sections of RFC 2231 together: `name*0*`, `name*1` … and `name*`."""
    whole: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, given in found.items():
        match = _SECTION.match(name)
        if match is None:
            whole.setdefault(name, given)
        else:
            sections.setdefault(match[1], {})[int(match[2] or 0)] = (given, bool(match[3]) or match[2] is None)
    return whole | {name: _section_text(parts) for name, parts in sections.items()}


def _section_text(parts: Mapping[int, tuple[str, bool]]) -> str:
    ordered = [parts[number] for number in sorted(parts)]
    first, extended = ordered[0]
    declared = ""
    if extended and first.count("'") >= 2:
        declared, _, rest = first.split("'", 2)
        ordered[0] = (rest, True)
    data = b"".join(unquote_to_bytes(text) if encoded else text.encode() for text, encoded in ordered)
    return charset.decode(data, declared, [])
