"""The live view: server-sent events over the feed, resumable by its sequence number."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from application.sign_in.devices import Device
from domain.errors import Invalid
from web.api.listener import Listener
from web.api.live_tail import Tail
from web.api.operations import Call, Operation, read_query
from web.api.services import Services

STILL_HERE = b": still here\n\n"
PULSE = b"event: pulse\ndata: {}\n\n"
START_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


@dataclass(frozen=True, slots=True)
class StreamQuery:
    """`after` stands for the header Last-Event-ID where a client cannot set one; with `pulse` a stream that stands
    says so in events of that name, for clients that see no comments."""

    after: int | None = None
    pulse: bool = False


class Stream:
    """Serves `GET /api/events`."""

    def __init__(self, operation: Operation, services: Services) -> None:
        self.operation = operation
        self._services = services
        self._tail = Tail(services.store)

    async def serve(self, values: tuple[str, ...], scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything that changes until the client leaves or its device is signed out."""
        request = Request(scope)
        query = _query(request)
        seq = await self._resume_from(request, query)
        if scope["method"] == "HEAD":
            await Response(headers={"Content-Type": self.operation.stream})(scope, receive, send)
            return
        pulse = PULSE if query.pulse else STILL_HERE
        listener = Listener(seq, self._tail, send, pulse, partial(self._may_hear, scope.get("alfred.device")))
        with self._tail.listening(listener.hear):
            await send({"type": "http.response.start", "status": 200, "headers": START_HEADERS})
            await _until_either(listener.follow(), _until_gone(receive))

    def _may_hear(self, device: Device | None) -> bool:
        return device is None or self._services.devices.stands(device)

    async def _resume_from(self, request: Request, query: StreamQuery) -> int:
        """Return the number to go on after; one that was never given, as after a restored backup, means the newest."""
        given = _given(request, query)
        head = await run_in_threadpool(self._services.store.feed.head)
        return head if given is None else min(given, head)


def _query(request: Request) -> StreamQuery:
    query = read_query(StreamQuery, dict(request.query_params))
    assert isinstance(query, StreamQuery)
    return query


def _given(request: Request, query: StreamQuery) -> int | None:
    last = request.headers.get("last-event-id")
    if last is None:
        return query.after
    if not (last.isascii() and last.isdigit() and len(last) < 19):
        raise Invalid(f"{last[:40]!r} is no sequence number", where="last-event-id")
    return int(last)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _until_either(*works: Coroutine[object, None, None]) -> None:
    """Run `works` until one of them ends, or fails."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()


def _declared_only(_: Call) -> None:
    raise AssertionError("served by Stream")


OPERATION = Operation(
    "GET",
    "/api/events",
    "Everything that changes, as it happens",
    _declared_only,
    str,
    StreamQuery,
    stream="text/event-stream",
)
OPERATIONS = (OPERATION,)
