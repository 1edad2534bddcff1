"""One checked call to an API method, what comes of it, and what an API must offer to be served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.google.discovery import Document, JsonObject, Method


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed sign-in, scopes, quota and schema; `media` is what was uploaded beside the JSON body."""

    method: Method
    account: str
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: JsonObject
    media: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    def texts(self, name: str) -> list[str]:
        return self.query.get(name, [])

    def number(self, name: str, default: int) -> int:
        return int(self.text(name, str(default)))

    def flag(self, name: str) -> bool:
        return self.text(name, "false").lower() in ("true", "1")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer's JSON (None: no content) and, for a mutation, the resource and its state afterwards."""

    result: JsonObject | None = None
    resource: str = ""
    state: JsonObject = field(default_factory=dict)


Handler = Callable[[Call], Outcome]


class Service(Protocol):
    """One Google API: its discovery document and a handler for each method that it offers."""

    @property
    def document(self) -> Document: ...

    @property
    def handlers(self) -> Mapping[str, Handler]: ...

    def accounts(self) -> tuple[str, ...]:
        """The addresses that have something here."""
        ...


def text_of(body: Mapping[str, object], name: str, default: str = "") -> str:
    value = body.get(name)
    return value if isinstance(value, str) else default


def texts_of(body: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = body.get(name)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def object_of(body: Mapping[str, object], name: str) -> JsonObject:
    value = body.get(name)
    return value if isinstance(value, dict) else {}
