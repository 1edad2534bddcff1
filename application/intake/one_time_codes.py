"""One-time codes: recognised and shown for a while, never kept, never sent to a model."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from domain.codes import one_time_code, without_codes
from domain.messages import Message

SHOWN_FOR = timedelta(minutes=15)
MOST_HELD = 100


class OneTimeCodes:
    """Holds codes in memory only, until they are of no use any more, and never more than the newest hundred."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def lift(self, message: Message) -> Message:
        """Return the message with its codes masked; the first of them can be shown for 15 minutes after it came."""
        code = one_time_code(message)
        if code is None:
            return message
        with self._lock:
            self._codes[message.id] = (code, message.received_at + SHOWN_FOR)
            for id in sorted(self._codes, key=lambda id: self._codes[id][1])[:-MOST_HELD]:
                del self._codes[id]
        return without_codes(message)

    def shown(self, message_id: str, now: datetime) -> str | None:
        """Return the code of a message while it is fresh."""
        with self._lock:
            self._codes = {id: held for id, held in self._codes.items() if held[1] > now}
            held = self._codes.get(message_id)
        return held[0] if held else None
