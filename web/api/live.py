"""The live view: server-sent events over the feed, resumable by its sequence number."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from application.ports.store import FeedItem, Store
from domain.codec import encode
from domain.errors import Invalid, NotFound
from web.api.forms import action_form, message_form
from web.api.operations import Call, Operation

PULSE_SECONDS = 20.0
HELD_BACK = 64


class Bell:
    """Wakes every open stream after a commit, from whichever thread wrote."""

    def __init__(self, store: Store) -> None:
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._lock = threading.Lock()
        store.on_change(self.ring)

    def ring(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    def listen(self) -> tuple[asyncio.AbstractEventLoop, asyncio.Event]:
        ear = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(ear)
        return ear

    def leave(self, ear: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
        with self._lock:
            self._waiting.discard(ear)


class Frames:
    """The bytes of feed items; each is made once, however many streams show it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[int, bytes] = {}

    def after(self, seq: int) -> tuple[int, bytes]:
        """Return the last sequence number, and the bytes of everything after `seq`."""
        items = self._store.feed.after(seq)
        if not items:
            return seq, b""
        return items[-1].seq, b"".join(self._frame(item) for item in items)

    def _frame(self, item: FeedItem) -> bytes:
        if item.seq not in self._made:
            if len(self._made) > HELD_BACK:
                self._made.pop(next(iter(self._made)))
            data = orjson.dumps({"ref": item.ref, "at": encode(item.at), **self._detail(item)})
            self._made[item.seq] = b"id: %d\nevent: %s\ndata: %s\n\n" % (item.seq, item.topic.encode(), data)
        return self._made[item.seq]

    def _detail(self, item: FeedItem) -> dict[str, Any]:
        try:
            if item.topic == "message":
                return {"message": encode(message_form(self._store.messages.get(item.ref)))}
            if item.topic == "action":
                return {"action": encode(action_form(self._store.actions.get(item.ref)))}
        except NotFound:
            return {}
        return {}


def stream_route(store: Store) -> Route:
    """Return the route of `GET /api/events`."""
    bell, frames = Bell(store), Frames(store)

    async def endpoint(request: Request) -> StreamingResponse:
        start = _resume_from(request, store)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_frames(bell, frames, start), 200, headers, "text/event-stream")

    return Route("/api/events", endpoint, methods=["GET"])


async def _frames(bell: Bell, frames: Frames, seq: int) -> AsyncIterator[bytes]:
    ear = bell.listen()
    try:
        yield b": hello\n\n"
        while True:
            ear[1].clear()
            seq, content = frames.after(seq)
            if content:
                yield content
                continue
            try:
                await asyncio.wait_for(ear[1].wait(), PULSE_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        bell.leave(ear)


def _resume_from(request: Request, store: Store) -> int:
    given = request.headers.get("last-event-id") or request.query_params.get("after")
    if given is None:
        return store.feed.head()
    if not given.isdigit():
        raise Invalid(f"{given!r} is no sequence number", where="last-event-id")
    return int(given)


def _declared_only(_: Call) -> None:
    raise AssertionError("served by stream_route")


OPERATIONS = (
    Operation(
        "GET", "/api/events", "Everything that changes, as it happens", _declared_only, stream="text/event-stream"
    ),
)
