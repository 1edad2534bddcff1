"""Answers made smaller for clients that can unpack them: a phone far from home waits for bytes, not for us."""

from __future__ import annotations

import zlib
from functools import lru_cache

from starlette.responses import Response
from starlette.types import Scope

SMALLEST = 1024
LEVEL = 4
GZIP_FORMAT = 31
RawHeaders = list[tuple[bytes, bytes]]
VARY = (b"vary", b"Accept-Encoding")
ENCODING = (b"content-encoding", b"gzip")


def wants_gzip(scope: Scope) -> bool:
    """Whether the client said that it can unpack gzip."""
    return any(name == b"accept-encoding" and _names_gzip(value) for name, value in scope["headers"])


def pack(content: bytes) -> bytes | None:
    """Return the content as gzip, or nothing where that is not worth it."""
    return zlib.compress(content, LEVEL, GZIP_FORMAT) if len(content) >= SMALLEST else None


def packed_headers(headers: RawHeaders, length: int) -> RawHeaders:
    """Return headers of their own for the packed form of an answer."""
    others = [each for each in headers if each[0] != b"content-length"]
    return [*others, (b"content-length", str(length).encode()), ENCODING, VARY]


def packed(response: Response) -> Response:
    """Return a JSON answer packed; anything else, a stream or a file above all, as it is."""
    if type(response) is not Response or response.media_type != "application/json":
        return response
    content = pack(bytes(response.body))
    if content is None:
        return response
    small = Response(content, response.status_code, media_type="application/json")
    small.raw_headers = packed_headers(response.raw_headers, len(content))
    small.background = response.background
    return small


@lru_cache(maxsize=64)
def _names_gzip(accepted: bytes) -> bool:
    for each in accepted.lower().replace(b" ", b"").split(b","):
        name, _, quality = each.partition(b";q=")
        if name in (b"gzip", b"*"):
            return quality.strip(b"0.") != b"" or quality == b""
    return False
