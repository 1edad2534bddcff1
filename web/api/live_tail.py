"""The newest events as bytes: read and written once, whoever listens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator
from itertools import takewhile

import orjson
from starlette.concurrency import run_in_threadpool

from application.acting.undoing import why_out_of_reach
from application.ports.store import FeedItem, Store
from domain.codec import Json, encode
from domain.errors import AlfredError, NotFound
from web.api.forms import action_form
from web.api.message_forms import message_form

log = logging.getLogger(__name__)

HELD = 512
PULSE_SECONDS = 20.0
MOST_AT_ONCE = 500
TOLD_AT_ONCE = 20
Hear = Callable[[int, int, bytes], None]
"""Is told between which two sequence numbers these bytes came; none say that the stream still stands."""


class Tail:
    """Follows the feed while anybody listens.

    A commit wakes one task per event loop, which reads what is new in a thread and then tells every stream.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ears: set[Hear] = set()
        self._held: deque[tuple[int, bytes]] = deque(maxlen=HELD)
        self._base = self._head = 0
        self._joined = (0, 0, b"")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._following: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        store.on_change(self._ring)

    @contextlib.contextmanager
    def listening(self, hear: Hear) -> Iterator[None]:
        """Let `hear` be told what is new; what is read meanwhile is held for all."""
        if not self._ears:
            self._begin()
        self._ears.add(hear)
        try:
            yield
        finally:
            self._leave(hear)

    def _leave(self, hear: Hear) -> None:
        self._ears.discard(hear)
        if not self._ears and self._following is not None:
            self._following.cancel()
            self._following = self._loop = None

    async def after(self, seq: int) -> tuple[int, bytes]:
        """Return the number of the last of some events after `seq`, and their bytes; none where nothing is new."""
        held = self._held_after(seq)
        return held if held is not None else await run_in_threadpool(self._read_after, seq)

    def _held_after(self, seq: int) -> tuple[int, bytes] | None:
        """Return the number of the last event and the bytes after `seq`, or None where the store must be asked."""
        if seq < self._base:
            return None
        if seq >= self._head:
            return seq, b""
        if self._joined[:2] != (seq, self._head):
            newest = takewhile(lambda each: each[0] > seq, reversed(self._held))
            self._joined = (seq, self._head, b"".join([frame for _, frame in newest][::-1]))
        return self._head, self._joined[2]

    def _read_after(self, seq: int) -> tuple[int, bytes]:
        """Read what is held no longer; blocks."""
        items = self._store.feed.after(seq)
        return (items[-1].seq, b"".join(map(self._frame, items))) if items else (seq, b"")

    def _begin(self) -> None:
        self._held.clear()
        self._base = self._head = self._store.feed.head()
        self._changed = asyncio.Event()
        self._changed.set()
        self._loop = asyncio.get_running_loop()
        self._following = self._loop.create_task(self._follow())

    def _ring(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._changed.set)

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PULSE_SECONDS):
                    await self._changed.wait()
            self._changed.clear()
            try:
                new = await run_in_threadpool(self._read_new)
            except AlfredError as error:
                log.warning("live view cannot read", extra={"code": error.code})
                continue
            since = self._head
            for seq, frame in new:
                self._hold(seq, frame)
            await self._tell(since, self._head, b"".join([frame for _, frame in new]))

    async def _tell(self, since: int, head: int, content: bytes) -> None:
        """Tell all, some at a time: what those were told is sent before the others are."""
        for number, hear in enumerate(tuple(self._ears), 1):
            hear(since, head, content)
            if number % TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _hold(self, seq: int, frame: bytes) -> None:
        if len(self._held) == HELD:
            self._base = self._held[0][0]
        self._held.append((seq, frame))
        self._head = seq

    def _read_new(self) -> list[tuple[int, bytes]]:
        items = self._store.feed.after(self._head, MOST_AT_ONCE)
        if len(items) == MOST_AT_ONCE:
            self._ring()
        return [(item.seq, self._frame(item)) for item in items]

    def _frame(self, item: FeedItem) -> bytes:
        data = orjson.dumps({"ref": _shown(item), "at": encode(item.at), **self._detail(item)})
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (item.seq, item.topic.encode(), data)

    def _detail(self, item: FeedItem) -> dict[str, Json]:
        details: dict[str, Callable[[str], Json]] = {"message": self._message, "action": self._action}
        try:
            return {item.topic: details[item.topic](item.ref)} if item.topic in details else {}
        except NotFound:
            return {}

    def _message(self, id: str) -> Json:
        return encode(message_form(self._store.messages.get(id)))

    def _action(self, id: str) -> Json:
        action = self._store.actions.get(id)
        return encode(action_form(action, out_of_reach=why_out_of_reach(action, self._store)))


def _shown(item: FeedItem) -> str:
    """Return what an item is about; names of preferences are cut, for some hold the hash of a secret."""
    return "/".join(item.ref.split("/")[:2]) if item.ref.startswith("preferences/") else item.ref
