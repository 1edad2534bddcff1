"""The attachments in a mail's bytes, counted as `MailReader` counts them.

Graph's own list of attachments leaves out what Exchange took for a body or an invitation, so its numbers differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Part
from email.parser import BytesParser
from email.policy import compat32
from enum import Enum

from domain.errors import CannotBe, NotFound

# The parser of the standard library runs out of stack on many parts within parts.
_MOST_NESTED = 100
_NESTING = re.compile(rb"multipart/|message/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attached:
    content: bytes
    name: str
    media_type: str


def attachment(content: bytes, index: int) -> Attached:
    """Return attachment `index`; raise `NotFound`, or `CannotBe` for a mail that is made to exhaust its reader."""
    if len(_NESTING.findall(content)) > _MOST_NESTED:
        raise CannotBe("this mail has too many parts to look for an attachment in it")
    mail = BytesParser(policy=compat32).parsebytes(content)
    found = [part for part, place in _leaves(mail, _Place.ALONE) if not _is_body(part, place)]
    if not 0 <= index < len(found):
        raise NotFound(f"the mail has no attachment {index}; it has {len(found)}")
    part = found[index]
    return Attached(_decoded(part), str(part.get_filename() or ""), part.get_content_type())


class _Place(Enum):
    """Where a part stands: it is the whole mail, opens its parent, or comes later."""

    ALONE = "alone"
    FIRST = "first"
    LATER = "later"


def _leaves(part: Part, place: _Place) -> Iterator[tuple[Part, _Place]]:
    children = part.get_payload() if part.get_content_maintype() == "multipart" else None
    if not isinstance(children, list) or not children:
        yield part, place
        return
    for index, child in enumerate(children):
        if isinstance(child, Part):
            yield from _leaves(child, _Place.LATER if index else _Place.FIRST)


def _is_body(part: Part, place: _Place) -> bool:
    """Say whether a part is text to read rather than an attachment (RFC 8621, 4.1.4)."""
    media_type = part.get_content_type()
    if media_type not in ("text/plain", "text/html"):
        return media_type.startswith("text/") and place is _Place.ALONE
    if part.get_content_disposition() == "attachment":
        return False
    return place is not _Place.LATER or not part.get_filename()


def _decoded(part: Part) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"".join(each.as_bytes() for each in inner if isinstance(each, Part))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
