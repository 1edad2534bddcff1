"""The parts of a mail, found by scanning for boundaries; nothing is decoded (RFC 2046)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from adapters.mime.headers import Head, read_head
from adapters.mime.limits import MAX_DEPTH, MAX_PARTS
from adapters.mime.parameters import Parameters, read_parameters

_SINGLE = 1 << 32
"""Above any offset in a mail, so that texts that stand alone share a group with nothing."""

_TYPE = re.compile(r"[^\s/;,]+/[^\s/;,]+")
_LINE_END = re.compile(rb"[\r\n]")
_MOST_LOOKS = 20 * MAX_PARTS
_REST_OF_DELIMITER = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the part tree: `content[start:end]` in transfer encoding `encoding`.

    `group` is the same for the alternatives of one text, and 0 for a mail of a single part; `first` says that it
    opens its parent.
    """

    media_type: str
    parameters: Parameters
    head: Head
    start: int
    end: int
    group: int
    first: bool

    @property
    def encoding(self) -> str:
        raw = self.head.first(b"content-transfer-encoding")
        return raw.decode("ascii", "replace").partition(";")[0].strip(" \t\n\"'").lower() if raw else ""


class _Span(NamedTuple):
    """Where a part, header block included, lies in the mail, and what it inherits."""

    start: int
    end: int
    depth: int
    group: int
    first: bool
    default: str


def read_parts(content: bytes, head: Head, defects: list[str]) -> list[Part]:
    """Return the leaves in order; `head` is the mail's own, already read."""
    parts: list[Part] = []
    root = _Span(0, len(content), 0, 0, True, "text/plain")
    waiting = _open(content, root, head, parts, defects)
    while waiting:
        span = waiting.pop()
        if len(parts) >= MAX_PARTS:
            defects.append(f"more than {MAX_PARTS:,} parts")
            break
        part_head = read_head(content, span.start, span.end, defects)
        waiting.extend(_open(content, span, part_head, parts, defects))
    return parts


def _open(content: bytes, span: _Span, head: Head, parts: list[Part], defects: list[str]) -> list[_Span]:
    """Keep a leaf in `parts`, or return what a multipart holds, last first."""
    media_type, parameters = _media_type(head, span.default)
    if media_type.startswith("multipart/"):
        spans = _children(content, span, head, media_type, parameters, defects)
        if spans:
            return spans
        media_type = "text/plain"
    group = span.group or (len(parts) + _SINGLE if span.depth else 0)
    parts.append(Part(media_type, parameters, head, head.body_start, span.end, group, span.first))
    return []


def _media_type(head: Head, default: str) -> tuple[str, Parameters]:
    raw = head.first(b"content-type")
    if not raw:
        return default, {}
    media_type, parameters = read_parameters(raw)
    if _TYPE.fullmatch(media_type):
        return media_type, parameters
    return "text/plain", parameters


def _children(
    content: bytes, span: _Span, head: Head, media_type: str, parameters: Parameters, defects: list[str]
) -> list[_Span]:
    boundary = parameters.get("boundary", "").rstrip()
    if not boundary:
        defects.append("a multipart without a boundary")
        return []
    if span.depth >= MAX_DEPTH:
        defects.append(f"parts nested deeper than {MAX_DEPTH}")
        return []
    group = span.group
    if media_type == "multipart/alternative" and not group:
        group = head.body_start + 1
    default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
    places = _delimited(content, head.body_start, span.end, boundary.encode("utf-8", "replace"), defects)
    depth = span.depth + 1
    spans = [_Span(start, end, depth, group, not index, default) for index, (start, end) in enumerate(places)]
    return spans[::-1]


def _delimited(content: bytes, start: int, end: int, boundary: bytes, defects: list[str]) -> list[tuple[int, int]]:
    """Return where the parts between delimiter lines lie; a part that is never closed reaches to the end."""
    places: list[tuple[int, int]] = []
    opened = -1
    for position, after in _delimiter_lines(content, start, end, b"--" + boundary):
        if opened >= 0:
            places.append((opened, _without_line_end(content, opened, position)))
        if after[1] and opened >= 0:
            return places
        opened = after.end()
        if len(places) >= MAX_PARTS:
            break
    if opened < 0:
        defects.append("a multipart without parts")
        return []
    defects.append("a multipart that is never closed")
    return [*places, (opened, end)]


def _delimiter_lines(content: bytes, start: int, end: int, delimiter: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Find the lines that are the delimiter; each line is looked at once, and not too many that only begin so."""
    position = start
    for _ in range(_MOST_LOOKS):
        position = content.find(delimiter, position, end)
        if position < 0:
            return
        after = _REST_OF_DELIMITER.match(content, position + len(delimiter), end)
        if after is not None and _at_line_start(content, position, start):
            yield position, after
            position = after.end() - 1
        else:
            line_end = _LINE_END.search(content, position, end)
            position = line_end.start() if line_end else end


def _at_line_start(content: bytes, position: int, start: int) -> bool:
    return position == start or content[position - 1] in b"\r\n"


def _without_line_end(content: bytes, start: int, end: int) -> int:
    """Leave out the line end before a delimiter, which belongs to the delimiter (RFC 2046 section 5.1.1)."""
    if end > start and content[end - 1 : end] == b"\n":
        end -= 1
    if end > start and content[end - 1 : end] == b"\r":
        end -= 1
    return end
