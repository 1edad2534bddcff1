"""The attachments in a message as Gmail shows it (`format=full`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment: either its `data` as base64url, or a `ref` to fetch it by, good for this reading only."""

    name: str
    media_type: str
    data: str
    ref: str


def attachments(payload: Part) -> list[Attached]:
    """Return what hangs on a message in the order of its MIME parts, as `MailReader` counts them."""
    return [_attached(part) for part, place in _leaves(payload, _Place.ALONE) if not _is_body(part, place)]


class _Place(Enum):
    """Where a part stands: it is the whole mail, opens its parent, or comes later."""

    ALONE = "alone"
    FIRST = "first"
    LATER = "later"


def _leaves(part: Part, place: _Place) -> Iterator[tuple[Part, _Place]]:
    children = part.get("parts", ()) if part.get("mimeType", "").startswith("multipart/") else ()
    if not children:
        yield part, place
    for index, child in enumerate(children):
        yield from _leaves(child, _Place.LATER if index else _Place.FIRST)


def _is_body(part: Part, place: _Place) -> bool:
    """Say whether a part is text to read rather than an attachment (RFC 8621, 4.1.4)."""
    media_type = part.get("mimeType", "")
    if media_type not in ("text/plain", "text/html"):
        return media_type.startswith("text/") and place is _Place.ALONE
    if _disposition(part) == "attachment":
        return False
    return place is not _Place.LATER or not part.get("filename")


def _disposition(part: Part) -> str:
    values = [each["value"] for each in part.get("headers", ()) if each["name"].lower() == "content-disposition"]
    return values[0].partition(";")[0].strip().lower() if values else ""


def _attached(part: Part) -> Attached:
    body = part.get("body", {})
    return Attached(
        part.get("filename", ""), part.get("mimeType", ""), body.get("data", ""), body.get("attachmentId", "")
    )
