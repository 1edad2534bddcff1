"""Answers are read as far as any honest one goes: who sends without end, or packs a desert into a grain, is cut off."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

LARGEST = 256 * 1024 * 1024
"""More than the largest mail that a provider hands over."""
_OF_TRANSPORT = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def whole(response: httpx.Response, most: int = LARGEST, until: float = math.inf) -> bytes:
    """Read and unpack an answer; raise `httpx.ReadError` at `most` bytes, and `httpx.ReadTimeout` at `until`, which is
    a time of the monotonic clock."""
    import httpx

    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > most:
            raise httpx.ReadError("more than is read")
        if time.monotonic() > until:
            raise httpx.ReadTimeout("too slow")
    return bytes(content)


def bounded_client(most: int = LARGEST, **options: Any) -> httpx.Client:
    """Return a client of httpx's, with its `options`, whose answers have `most` bytes; redirects are not followed."""
    import httpx

    class Bounded(httpx.Client):
        def send(self, request: httpx.Request, *, stream: bool = False, **how: Any) -> httpx.Response:
            answer = super().send(request, stream=True, **how)
            if stream:
                return answer
            try:
                content = whole(answer, most)
            finally:
                answer.close()
            headers = [each for each in answer.headers.multi_items() if each[0].lower() not in _OF_TRANSPORT]
            return httpx.Response(answer.status_code, headers=headers, content=content, request=request)

    return Bounded(follow_redirects=False, **options)
