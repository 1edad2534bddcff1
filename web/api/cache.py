"""Answers that stand until the store changes, ready to be sent."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Scope, Send

from application.ports.store import Store
from web.api.packing import ENCODING, VARY, RawHeaders, wants_gzip

KEPT = 64
Key = tuple[bytes, bytes, bool]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is sent, and the tag by which a client names that it has it."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes

    async def send(self, scope: Scope, send: Send, extra: RawHeaders) -> None:
        """Send the answer, or word that the client has it; `extra` are the headers of this request."""
        if dict(scope["headers"]).get(b"if-none-match") == self.etag:
            await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", self.etag), VARY, *extra]})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [*self.headers, *extra]})
        await send({"type": "http.response.body", "body": self.body})


def key_of(scope: Scope) -> Key:
    """Return what tells requests apart: the address as it was sent, and whether the answer may come packed."""
    return scope["raw_path"], scope["query_string"], wants_gzip(scope)


def prepared(response: Response, tag: str) -> KeptAnswer:
    """Return an answer to keep, plain or packed as `response` is; `tag` names what it was read from."""
    headers = response.raw_headers
    etag = f'"{tag}-gzip"' if ENCODING in headers else f'"{tag}"'
    vary = [] if VARY in headers else [VARY]
    return KeptAnswer((*headers, *vary, (b"etag", etag.encode())), bytes(response.body), etag.encode())


class AnswerCache:
    """The last answers of cached operations, good for one version of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = -1
        self._kept: OrderedDict[Key, KeptAnswer] = OrderedDict()
        self._life = secrets.token_hex(4)

    def get(self, scope: Scope) -> KeptAnswer | None:
        """Return the answer to a request, if it still stands."""
        if self._store.version != self._version:
            return None
        return self._kept.get(key_of(scope))

    def tag(self, version: int) -> str:
        """Return what names an answer that was read when the store stood at `version`."""
        return f"{self._life}-{version}"

    def keep(self, key: Key, version: int, answer: KeptAnswer) -> KeptAnswer:
        """Keep what was read when the store stood at `version`."""
        if version != self._version:
            self._kept.clear()
            self._version = version
        self._kept[key] = answer
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return answer
