"""One checked call to an operation of Azure DevOps, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from sandbox.azure_devops.errors import invalid
from sandbox.azure_devops.people import Identity
from sandbox.microsoft.call import JsonObject

Item = TypeVar("Item")
PATCH = "application/json-patch+json"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed sign-in and scopes; `base` ends with the organisation, names in `query` are in lower case."""

    method: str
    caller: Identity
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: object
    base: str
    accept: str = ""

    def text(self, name: str, default: str = "") -> str:
        return self.query.get(name.lower(), default)

    def number(self, name: str, default: int) -> int:
        """A whole number of the query; the vendor refuses any other word."""
        written = self.text(name)
        if not written:
            return default
        if not written.isdigit():
            raise invalid(f"The value '{written}' is not valid for {name}.", "ArgumentException")
        return int(written)

    def key(self, name: str) -> int:
        """A number of the path."""
        written = self.path[name]
        if not written.isdigit():
            raise invalid(f"The value '{written}' is not valid for {name}.", "ArgumentException")
        return int(written)

    @property
    def fields(self) -> JsonObject:
        """The body, where an object is wanted."""
        if not isinstance(self.body, dict):
            raise invalid("Value cannot be null.\r\nParameter name: body", "ArgumentNullException")
        return self.body


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer and, for a mutation, which resource it concerned and what it left behind."""

    result: object = None
    status: int = 200
    resource: str = ""
    state: JsonObject = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = "application/octet-stream"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Outcome]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation: `path` begins behind `_apis/`, `scope` is what a token needs (none for who-am-I)."""

    method: str
    verb: str
    path: str
    scope: str
    handler: Handler
    writes: bool = False
    media: str = "json"


class Service(Protocol):
    """A part of Azure DevOps."""

    def endpoints(self) -> tuple[Endpoint, ...]: ...


def listed(items: Iterable[object], headers: Mapping[str, str] | None = None) -> Outcome:
    """The vendor's collection."""
    value = list(items)
    return Outcome({"count": len(value), "value": value}, headers=headers or {})


def page(call: Call, items: Sequence[Item], default: int = 100) -> Sequence[Item]:
    """The part of a list that `$top` and `$skip` (or `searchCriteria.$…`, or without the sign) ask for."""
    top, skip = default, 0
    for prefix in ("", "$", "searchcriteria.$"):
        top = call.number(f"{prefix}top", top)
        skip = call.number(f"{prefix}skip", skip)
    return items[skip : skip + top]


def stamp(moment: datetime | None) -> str | None:
    """A moment as the vendor writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else None


def moment_of(call: Call, name: str) -> datetime | None:
    written = call.text(name)
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError as wrong:
        raise invalid(f"The value '{written}' is not valid for {name}.", "ArgumentException") from wrong
    return found if found.tzinfo else found.replace(tzinfo=UTC)
