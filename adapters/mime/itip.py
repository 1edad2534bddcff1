"""An answer to an invitation as the organizer's calendar reads it (iTIP, RFC 5546, 3.2.3; by mail: RFC 6047)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from domain.calendar import Response
from domain.errors import Invalid
from domain.kinds import InvitationReply
from domain.messages import Address

_PARTSTAT = {
    Response.ACCEPTED: "ACCEPTED",
    Response.TENTATIVE: "TENTATIVE",
    Response.DECLINED: "DECLINED",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s<>,;:\"\\]+@[^\s<>,;:\"\\]+")
_WIDTH = 74  # octets of a line, its end not counted (RFC 5545, 3.1)


def reply_text(reply: InvitationReply, sender: Address, now: datetime) -> str:
    """Return the calendar that says what `sender` answers, its lines folded and ended by CRLF."""
    lines = (
        "BEGIN:VCALENDAR",
        "PRODID:-//Alfred//Alfred//EN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"UID:{_text(reply.uid)}",
        f"SEQUENCE:{reply.sequence}",
        *_occurrence(reply.occurrence),
        f"ORGANIZER:mailto:{_address(reply.to[0])}",
        f"ATTENDEE;PARTSTAT={_PARTSTAT[reply.response]}:mailto:{_address(sender.address)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _occurrence(occurrence: str) -> tuple[str, ...]:
    if not occurrence:
        return ()
    return (f"RECURRENCE-ID{'' if 'T' in occurrence else ';VALUE=DATE'}:{occurrence}",)


def _address(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise Invalid(f"{address!r} is not an address that can be answered", where="arguments.to")
    return address


def _text(value: str) -> str:
    """Return TEXT in which no character can begin another line or property (RFC 5545, 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _CONTROL.sub("", escaped)


def _folded(line: str) -> Iterator[str]:
    """Yield a content line in pieces of at most 75 octets, cut between characters."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > _WIDTH:
            yield piece
            piece = " "
        piece += character
    yield piece
