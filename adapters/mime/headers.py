"""Header blocks (RFC 5322 section 2.2), walked once on the bytes; a field is decoded when it is asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from adapters.mime.encoded_words import header_text
from adapters.mime.limits import MAX_FIELD, MAX_FIELDS, MAX_HEAD

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)\n?")
_NAMELESS = re.compile(rb"[ \t:>].*\n?|From .*\n?")
_SHORT = 200  # bytes


class Head:
    """The fields of one header block by lower-case name, each as raw bytes, in order; not to be changed."""

    __slots__ = ("body_start", "fields")

    def __init__(self, fields: dict[bytes, list[bytes]], body_start: int) -> None:
        self.fields = fields
        self.body_start = body_start

    def first(self, name: bytes) -> bytes:
        """Return the first field called `name`, empty where there is none."""
        found = self.fields.get(name)
        return found[0] if found else b""

    def all(self, name: bytes) -> list[bytes]:
        return self.fields.get(name, [])

    def text(self, name: bytes, defects: list[str]) -> str:
        """Return the first field called `name` as readable text on one line."""
        found = self.fields.get(name)
        return header_text(found[0], defects) if found else ""


def read_head(content: bytes, start: int, end: int, defects: list[str]) -> Head:
    """Read the header block of `content[start:end]`; a line that is no field begins the body."""
    stop, body_start = _blank_line(content, start, end)
    if stop - start > MAX_HEAD:
        defects.append(f"headers of {stop - start:,} bytes were cut")
        stop = start + MAX_HEAD
    block = content[start:stop]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    fields, consumed = _fields_of_part(block) if len(block) <= _SHORT else _fields(block, defects)
    if consumed < len(block):
        defects.append("the headers end without an empty line")
        return Head(fields, _same_place(content, start, stop, len(block) - consumed))
    return Head(fields, body_start)


@lru_cache(maxsize=512)
def _fields_of_part(block: bytes) -> tuple[dict[bytes, list[bytes]], int]:
    """Read a short block, which has no room for a defect; the parts of most mails have the same few."""
    return _fields(block, [])


def _fields(block: bytes, defects: list[str]) -> tuple[dict[bytes, list[bytes]], int]:
    """Return the fields and how many bytes of `block` they are."""
    fields: dict[bytes, list[bytes]] = {}
    position, count, size = 0, 0, len(block)
    while position < size:
        match = _FIELD.match(block, position)
        if match is None:
            match = _NAMELESS.match(block, position)
            if match is None:
                break
            position = match.end()
            continue
        count += 1
        position = match.end()
        if count > MAX_FIELDS:
            defects.append(f"more than {MAX_FIELDS:,} header fields")
            return fields, size
        name, value = match.groups()
        if len(value) > MAX_FIELD:
            defects.append(f"the header {name[:40].decode()} of {len(value):,} bytes was cut")
            value = value[:MAX_FIELD]
        fields.setdefault(name.lower(), []).append(value)
    return fields, position


def _blank_line(content: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the header block ends and where the body starts."""
    if content.startswith((b"\r\n", b"\n"), start, end):
        return start, start + (2 if content[start : start + 1] == b"\r" else 1)
    crlf = content.find(b"\n\r\n", start, end)
    bare = content.find(b"\n\n", start, end if crlf < 0 else crlf)
    if bare >= 0:
        return bare + 1, bare + 2
    if crlf >= 0:
        return crlf + 1, crlf + 3
    return end, end


def _same_place(content: bytes, start: int, stop: int, left: int) -> int:
    """Return the place in `content` that has `left` bytes to go, line ends counted as one."""
    lines = content[start:stop].replace(b"\r\n", b"\n")[-left:].count(b"\n")
    position = stop
    for _ in range(lines + 1):
        position = content.rfind(b"\n", start, position)
        if position < 0:
            return start
    return position + 1
