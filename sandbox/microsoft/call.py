"""One checked call to an endpoint, what comes of it, and what a part of Graph must offer to be served."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

JsonObject = dict[str, object]

LONG_AGO = datetime.min.replace(tzinfo=UTC)

_PREFERENCE = re.compile(r'\s*([^=;,\s]+)(?:\s*=\s*"?([^",;]*)"?)?')


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed sign-in, scopes, throttling and shape.

    `base` ends in `/v1.0`, `target` is the path below it, and header names are in lower case.
    """

    method: str
    account: str
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: JsonObject
    content: bytes
    base: str
    target: str

    def text(self, name: str, default: str = "") -> str:
        return self.query.get(name, default)

    def prefers(self, name: str) -> str | None:
        """What the client would rather have (RFC 7240), such as `odata.maxpagesize`."""
        for part in self.headers.get("prefer", "").split(","):
            found = _PREFERENCE.match(part)
            if found and found[1].lower() == name.lower():
                return found[2] or ""
        return None

    @property
    def immutable(self) -> bool:
        """Whether ids shall stay when an item is moved (https://learn.microsoft.com/graph/outlook-immutable-id)."""
        return (self.prefers("IdType") or "").lower() == "immutableid"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer (JSON, or bytes of a `content_type`, or nothing) and, for a mutation, what it left behind."""

    result: JsonObject | None = None
    status: int = 200
    resource: str = ""
    state: JsonObject = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = "application/octet-stream"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Outcome]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of Graph: `method` is our name for it, `path` has `{places}`, any one of `scopes` is enough.

    `takes` names the shape of its JSON body, and `writes` says that it changes something.
    """

    method: str
    verb: str
    path: str
    scopes: tuple[str, ...]
    handler: Handler
    takes: str | None = None
    writes: bool = False


class Service(Protocol):
    """A part of Graph: its endpoints, and whose things it keeps."""

    def endpoints(self) -> tuple[Endpoint, ...]: ...


def text_of(body: Mapping[str, object], name: str, default: str = "") -> str:
    value = body.get(name)
    return value if isinstance(value, str) else default


def object_of(body: Mapping[str, object], name: str) -> JsonObject:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def objects_of(body: Mapping[str, object], name: str) -> tuple[JsonObject, ...]:
    value = body.get(name)
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def texts_of(body: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = body.get(name)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
