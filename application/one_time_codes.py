"""One-time codes: recognised and shown for a while, never kept, never sent to a model."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

from domain.messages import Mail, Message
from domain.triage import one_time_code

SHOWN_FOR = timedelta(minutes=15)


class OneTimeCodes:
    """Holds codes in memory only, until they are of no use any more."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def lift(self, message: Message) -> Message:
        """Return the message with its code masked; the code itself can be shown for 15 minutes after it came."""
        code = one_time_code(message)
        if code is None:
            return message
        with self._lock:
            self._codes[message.id] = (code, message.received_at + SHOWN_FOR)
        return _masked(message, code)

    def shown(self, message_id: str, now: datetime) -> str | None:
        """Return the code of a message while it is fresh."""
        with self._lock:
            self._codes = {id: held for id, held in self._codes.items() if held[1] > now}
            held = self._codes.get(message_id)
        return held[0] if held else None


def _masked(message: Message, code: str) -> Message:
    mask = "•" * len(code)
    body = replace(message.body, text=message.body.text.replace(code, mask), html=message.body.html.replace(code, mask))
    if isinstance(body, Mail):
        body = replace(body, quoted=body.quoted.replace(code, mask))
    return replace(message, subject=message.subject.replace(code, mask), body=body)
