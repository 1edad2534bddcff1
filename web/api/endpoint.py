"""Serves one operation: reads what came, lets the handler work in a thread, and answers."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from domain.codec import decode
from domain.errors import Invalid
from web.api.answers import answer, nothing
from web.api.cache import AnswerCache, KeptAnswer, Key, key_of, prepared
from web.api.flights import Flights
from web.api.operations import Call, Operation, known_parameters, read_path, read_query
from web.api.packing import packed, wants_gzip
from web.api.services import Services


class Serving(Protocol):
    """Whatever serves one operation."""

    @property
    def operation(self) -> Operation: ...

    async def serve(self, values: tuple[str, ...], scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; errors are left to the exception handlers."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation of the running program."""

    operation: Operation
    services: Services
    cache: AnswerCache
    flights: Flights[KeptAnswer] = dataclasses.field(default_factory=Flights)

    async def serve(self, values: tuple[str, ...], scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if self.operation.cached and scope["method"] == "GET":
            key = key_of(scope)
            kept = await self.flights.join(key, lambda: self._keep(key, values, request))
            await kept.send(scope, send, [])
            return
        response = await run_in_threadpool(self._respond_in_form, await self._call(values, request))
        await response(scope, receive, send)

    async def _keep(self, key: Key, values: tuple[str, ...], request: Request) -> KeptAnswer:
        version = self.services.store.version
        answer = await run_in_threadpool(self._prepare, await self._call(values, request), version)
        return self.cache.keep(key, version, answer)

    def _prepare(self, call: Call, version: int) -> KeptAnswer:
        return prepared(self._respond_in_form(call), self.cache.tag(version))

    def _respond_in_form(self, call: Call) -> Response:
        """Answer, packed where the client can unpack."""
        response = self._respond(call)
        return packed(response) if wants_gzip(call.request.scope) else response

    async def _call(self, values: tuple[str, ...], request: Request) -> Call:
        operation, given = self.operation, dict(request.query_params)
        if operation.lenient:
            given = known_parameters(operation.query, given)
        return Call(
            services=self.services,
            path=read_path(operation, values),
            query=read_query(operation.query, given),
            body=await _read_body(operation.body, request, operation.most_bytes)
            if operation.body is not None
            else None,
            device=request.scope.get("alfred.device"),
            request=request,
        )

    def _respond(self, call: Call) -> Response:
        made = self._made(call)
        if isinstance(made, Response):
            return made
        return nothing() if self.operation.answers is None else answer(made, self.operation.status)

    def _made(self, call: Call) -> object:
        try:
            return self.operation.handler(call)
        except OverflowError as error:
            if self.operation.method != "GET":
                raise
            raise Invalid("a number or a time lies beyond what can be reckoned with", where="query") from error


async def _read_body(kind: type, request: Request, largest: int) -> object:
    if request.headers.get("content-type", "application/json").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "only application/json is understood here")
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > largest:
                raise HTTPException(413, f"more than {largest} bytes")
    except ClientDisconnect as error:
        raise HTTPException(400, "the body did not arrive whole") from error
    try:
        form = orjson.loads(content or b"{}")
    except ValueError as error:
        raise Invalid(f"this is no JSON: {error}", where="body") from error
    return decode(kind, form, "" if isinstance(form, dict) else "body")
