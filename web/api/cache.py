"""Answers that stand until the store changes, ready to be sent."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Scope, Send

from application.ports.store import Store
from web.api.packing import VARY, RawHeaders, pack, packed_headers, wants_gzip

KEPT = 64


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an answer, and the tag by which a client names that it has it."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is sent: plain, and packed where that is worth it."""

    plain: Form
    small: Form | None

    async def send(self, scope: Scope, send: Send, extra: RawHeaders) -> None:
        """Send the form that the client likes, or word that it has it; `extra` are the headers of this request."""
        form = self.small if self.small is not None and wants_gzip(scope) else self.plain
        if dict(scope["headers"]).get(b"if-none-match") == form.etag:
            await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", form.etag), VARY, *extra]})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [*form.headers, *extra]})
        await send({"type": "http.response.body", "body": form.body})


def prepared(response: Response, tag: str) -> KeptAnswer:
    """Return both forms of an answer, each with headers of its own."""
    plain = _form(response.raw_headers, bytes(response.body), tag)
    content = pack(plain.body)
    if content is None:
        return KeptAnswer(plain, None)
    small = _form(packed_headers(response.raw_headers, len(content)), content, f"{tag}-gzip")
    return KeptAnswer(_form([*response.raw_headers, VARY], plain.body, tag), small)


def _form(headers: RawHeaders, body: bytes, tag: str) -> Form:
    etag = f'"{tag}"'.encode()
    return Form((*headers, (b"etag", etag)), body, etag)


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

    def tag(self, version: int) -> str:
        """Return what names an answer that was read when the store stood at `version`."""
        return f"{self._life}-{version}"

    def keep(self, scope: Scope, version: int, answer: KeptAnswer) -> KeptAnswer:
        """Keep what was read when the store stood at `version`."""
        if version != self._version:
            self._kept.clear()
            self._version = version
        self._kept[scope["raw_path"], scope["query_string"]] = answer
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return answer
