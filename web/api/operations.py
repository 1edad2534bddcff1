"""One declaration per operation: the route, the OpenAPI document and the checks of input all come from it."""

from __future__ import annotations

import json
import types
import typing
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from application.devices import Device
from domain.codec import decode, type_hints
from domain.errors import Invalid
from web.api.answers import answer, nothing
from web.api.services import Services

LARGEST_BODY = 2 * 1024 * 1024
CACHED_ANSWERS = 64


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
    """`handler` is synchronous and runs in a thread; it returns a form, a ready `Response`, or None for 204.

    `cached`: the answer depends on the store alone, and is kept until the store changes.
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


class AnswerCache:
    """The last answers of cached operations, good for one version of the store."""

    def __init__(self) -> None:
        self._version = -1
        self._kept: OrderedDict[str, Response] = OrderedDict()

    def get(self, key: str, version: int) -> Response | None:
        if version != self._version:
            self._kept.clear()
            self._version = version
        return self._kept.get(key)

    def keep(self, key: str, version: int, response: Response) -> None:
        if version != self._version:
            return
        self._kept[key] = response
        if len(self._kept) > CACHED_ANSWERS:
            self._kept.popitem(last=False)


def route_of(operation: Operation, services: Services, cache: AnswerCache) -> Route:
    """Return the Starlette route for one operation."""

    async def endpoint(request: Request) -> Response:
        version = services.store.version
        key = f"{request.url.path}?{request.url.query}"
        kept = cache.get(key, version) if operation.cached else None
        if kept is not None:
            return kept
        call = await _call(operation, services, request)
        response = await run_in_threadpool(_respond, operation, call)
        if operation.cached and response.status_code == 200:
            cache.keep(key, version, response)
        return response

    return Route(operation.path, endpoint, methods=[operation.method], name=f"{operation.method} {operation.path}")


def _respond(operation: Operation, call: Call) -> Response:
    made = operation.handler(call)
    if isinstance(made, Response):
        return made
    return nothing() if made is None else answer(made, operation.status)


async def _call(operation: Operation, services: Services, request: Request) -> Call:
    return Call(
        services=services,
        path=request.path_params,
        query=read_query(operation.query, dict(request.query_params)),
        body=await _read_body(operation.body, request) if operation.body is not None else None,
        device=request.scope.get("alfred.device"),
        request=request,
    )


async def _read_body(kind: type, request: Request) -> object:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise Invalid(f"more than {LARGEST_BODY} bytes", where="body")
    try:
        form = json.loads(content or b"{}")
    except ValueError as error:
        raise Invalid(f"this is no JSON: {error}", where="body") from error
    return decode(kind, form)


def read_query(kind: type, given: Mapping[str, str]) -> object:
    """Read query parameters as the dataclass `kind`; raise `Invalid` naming the parameter."""
    hints = type_hints(kind)
    known = {field.name.rstrip("_"): hints[field.name] for field in fields(kind)}
    values = {name: _typed(known[name], text, name) if name in known else text for name, text in given.items()}
    return decode(kind, values)


def _typed(hint: Any, text: str, where: str) -> object:
    options = typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)
    if bool in options:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if int in options:
        try:
            return int(text)
        except ValueError:
            raise Invalid(f"a whole number is needed, not {text!r}", where=where) from None
    return text
