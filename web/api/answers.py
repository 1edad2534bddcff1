"""From domain values to JSON answers: the one way out."""

from __future__ import annotations

import orjson
from starlette.responses import Response

from domain.codec import encode


def as_json(value: object) -> bytes:
    """Return JSON bytes of plain values."""
    return orjson.dumps(value)


def answer(value: object, status: int = 200) -> Response:
    """Answer with a form (a dataclass of `forms`, or plain values)."""
    return Response(as_json(encode(value)), status, media_type="application/json")


def nothing() -> Response:
    return Response(status_code=204)
