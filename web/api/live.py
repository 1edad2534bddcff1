"""The live view: server-sent events over the feed, resumable by its sequence number."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from application.sign_in.devices import Device
from domain.errors import Invalid
from web.api.live_tail import Ear, Tail
from web.api.operations import Call, Operation, read_query
from web.api.services import Services

HELLO = b": hello\n\n"
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
        ear = self._tail.listen()
        leaving = asyncio.create_task(_until_gone(receive, ear))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": START_HEADERS})
            await self._send_all(seq, ear, scope.get("alfred.device"), PULSE if query.pulse else STILL_HERE, send)
        finally:
            self._tail.leave(ear)
            leaving.cancel()

    async def _send_all(self, seq: int, ear: Ear, device: Device | None, pulse: bytes, send: Send) -> None:
        """Send what is new at each ring; a ring without news is a pulse, which shows that the stream still stands."""
        content = HELLO
        while not ear.is_gone and (device is None or self._services.devices.stands(device)):
            await send({"type": "http.response.body", "body": content or pulse, "more_body": True})
            seq, content = await self._after(seq)
            if not content:
                await ear.wait()
                seq, content = await self._after(seq)
        await send({"type": "http.response.body", "body": b""})

    async def _after(self, seq: int) -> tuple[int, bytes]:
        held = self._tail.held_after(seq)
        return held if held is not None else await run_in_threadpool(self._tail.read_after, seq)

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


async def _until_gone(receive: Receive, ear: Ear) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    ear.hang_up()


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
