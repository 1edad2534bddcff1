"""The hash chain of the action log: each row carries the SHA-256 of the one before and of itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from json.encoder import encode_basestring

from domain.action_events import ActionEvent, event_detail
from domain.codec import canonical

START = ""


def canonical_detail(event: ActionEvent) -> str:
    """Return the event's fields as canonical JSON: keys sorted, no blanks."""
    return canonical(event_detail(event))


def canonical_time(moment: datetime) -> str:
    """Return RFC 3339 in UTC with microseconds always given, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def link(previous: str, seq: int, action_id: str, at: str, actor: str, type: str, detail: str) -> str:
    """Return the hash in hex of a row that follows the row whose hash is `previous`."""
    row = ",".join(map(encode_basestring, (action_id, at, actor, type, detail)))
    return hashlib.sha256(f"{previous}[{seq},{row}]".encode()).hexdigest()
