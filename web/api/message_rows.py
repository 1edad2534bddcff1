"""The rows of message lists as bytes: made again only where a row has changed."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from application.ports.store import ClassifiedMessage
from web.api.message_forms import message_row

KEPT = 4096


class MessageRows:
    """Holds the bytes of rows for as long as the store hands out the very same row."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[ClassifiedMessage, orjson.Fragment]] = {}

    def of(self, known: Iterable[ClassifiedMessage]) -> list[orjson.Fragment]:
        """Return each message's row, ready to stand in a list."""
        return [self._one(each) for each in known]

    def _one(self, known: ClassifiedMessage) -> orjson.Fragment:
        kept = self._kept.get(known.message.id)
        if kept is not None and kept[0] is known:
            return kept[1]
        row = orjson.Fragment(message_row(known))
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[known.message.id] = (known, row)
        return row
