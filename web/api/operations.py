"""One declaration per operation: the route, the OpenAPI document and the checks of input all come from it."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import lru_cache
from typing import Any, TypeVar

from starlette.requests import Request

from application.sign_in.devices import Device
from domain.codec import decode, type_hints
from domain.errors import Invalid
from web.api.addresses import PARAMETER
from web.api.services import Services

T = TypeVar("T")
LARGEST_BODY = 2 * 1024 * 1024
LARGEST_OF_STRANGERS = 64 * 1024
MOST_ROWS = 200
_WHOLE = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Nothing:
    """No query, no body."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: the program, the path's parameters, the typed query and body, and who asks."""

    services: Services
    path: Mapping[str, str]
    query: Any
    body: Any
    device: Device | None
    request: Request


Handler = Callable[[Call], object]


@dataclass(frozen=True, slots=True)
class Operation:
    """`handler` is synchronous and runs in a thread; it returns a form or a ready `Response`.

    `answers` is the form's type, None for an answer without content. `cached`: the answer depends on the store alone,
    and is kept until the store changes. `stream` is the media type of an answer that is no JSON. `lenient`: query
    parameters that it does not know are ignored. `largest_body` is in bytes.
    """

    method: str
    path: str
    summary: str
    handler: Handler
    answers: Any = None
    query: type = Nothing
    body: type | None = None
    status: int = 200
    open: bool = False
    cached: bool = False
    stream: str = ""
    lenient: bool = False
    largest_body: int = LARGEST_BODY

    @property
    def parameters(self) -> tuple[tuple[str, bool], ...]:
        """Return the path's parameters in order, each with whether it is a whole number."""
        return tuple((name, kind == ":int") for name, kind in PARAMETER.findall(self.path))

    @property
    def most_bytes(self) -> int:
        """How much of a body is read: little of one whose sender has yet to show who he is."""
        return LARGEST_OF_STRANGERS if self.open else self.largest_body

    @property
    def needs_body(self) -> bool:
        """Whether an empty body says too little."""
        return self.body is not None and any(
            field.default is MISSING and field.default_factory is MISSING for field in fields(self.body)
        )


def up_to(most: int, usually: T) -> T:
    """Declare a number of a query that is 1 to `most`: what is outside is refused, and the document says so."""
    return field(default=usually, metadata={"most": most})


def read_path(operation: Operation, values: tuple[str, ...]) -> dict[str, str]:
    """Return the path's parameters by name; raise `Invalid` for a number that is none."""
    for (name, is_number), value in zip(operation.parameters, values, strict=True):
        if is_number and not (value.isascii() and value.isdigit() and len(value) < 10):
            raise Invalid(f"a whole number is needed, not {value!r}", where=name)
    return {name: value for (name, _), value in zip(operation.parameters, values, strict=True)}


def known_parameters(kind: type, given: Mapping[str, str]) -> dict[str, str]:
    """Return those query parameters that `kind` has a field for."""
    known = {field.name.rstrip("_") for field in fields(kind)}
    return {name: text for name, text in given.items() if name in known}


def read_query(kind: type, given: Mapping[str, str]) -> object:
    """Read query parameters as the dataclass `kind`; raise `Invalid` naming the parameter."""
    return _read_query(kind, tuple(given.items()))


@lru_cache(maxsize=64)
def _read_query(kind: type, given: tuple[tuple[str, str], ...]) -> object:
    hints = type_hints(kind)
    known = {field.name.rstrip("_"): hints[field.name] for field in fields(kind)}
    values = {name: _typed(known[name], text, name) if name in known else text for name, text in given}
    query: object = decode(kind, values)
    for each in fields(kind):
        most, number = each.metadata.get("most"), getattr(query, each.name)
        if most is not None and number is not None and not 1 <= number <= most:
            raise Invalid(f"{number} is not 1 to {most}", where=each.name)
    return query


def _typed(hint: Any, text: str, where: str) -> object:
    options = typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)
    if bool in options:
        return {"true": True, "false": False}.get(text, text)
    if int in options:
        if _WHOLE.fullmatch(text) is None:
            raise Invalid(f"a whole number is needed, not {text[:40]!r}", where=where)
        return int(text)
    return text
