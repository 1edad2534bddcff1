"""Answers that stand until the store changes, ready to be sent."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Message, Scope

from application.ports.store import Store

KEPT = 64
RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The two ASGI messages of an answer, and the tag by which a client names what it has."""

    start: Message
    body: Message
    etag: bytes


class AnswerCache:
    """The last answers of cached operations, good for one version of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = -1
        self._kept: OrderedDict[tuple[bytes, bytes], KeptAnswer] = OrderedDict()
        self._life = secrets.token_hex(4)

    def get(self, scope: Scope) -> KeptAnswer | None:
        """Return the answer to a request, if it still stands."""
        if self._store.version != self._version:
            return None
        return self._kept.get((scope["raw_path"], scope["query_string"]))

    def keep(self, scope: Scope, version: int, response: Response) -> KeptAnswer:
        """Keep what was read when the store stood at `version`."""
        if version != self._version:
            self._kept.clear()
            self._version = version
        etag = f'"{self._life}-{version}"'.encode()
        headers = [*response.raw_headers, (b"etag", etag)]
        start: Message = {"type": "http.response.start", "status": 200, "headers": headers}
        kept = KeptAnswer(start, {"type": "http.response.body", "body": response.body}, etag)
        self._kept[scope["raw_path"], scope["query_string"]] = kept
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept
