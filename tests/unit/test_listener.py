"""One stream among others: told at once while it keeps up, on its own where it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import pytest
from starlette.types import Message

from adapters.memory import MemoryStore
from web.api.listener import HELLO, Listener
from web.api.live_tail import Tail

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PULSE = b": still here\n\n"


class Line:
    """A client's line: keeps what is sent; while it is `held`, whoever sends waits."""

    def __init__(self) -> None:
        self.content = b""
        self.ended = False
        self.free = asyncio.Event()
        self.free.set()
        self.fails = False

    async def send(self, message: Message) -> None:
        await self.free.wait()
        if self.fails:
            raise RuntimeError("the line is broken")
        self.content += message["body"]
        self.ended = not message.get("more_body", False)

    @property
    def refs(self) -> list[str]:
        return [part.split('"')[0] for part in self.content.decode().split('"ref":"')[1:]]


class House:
    def __init__(self) -> None:
        self.store = MemoryStore()
        self.tail = Tail(self.store)
        self.signed_out = False

    def note(self, *refs: str) -> None:
        for ref in refs:
            self.store.feed.note("status", ref, NOON)

    @asynccontextmanager
    async def listening(self, line: Line, seq: int = 0) -> AsyncIterator[asyncio.Task[None]]:
        listener = Listener(seq, self.tail, line.send, PULSE, lambda: not self.signed_out)
        with self.tail.listening(listener.hear):
            following = asyncio.create_task(listener.follow())
            await until(lambda: HELLO in line.content)
            try:
                yield following
            finally:
                following.cancel()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.001)


def test_who_takes_nothing_holds_up_nobody_and_misses_nothing() -> None:
    async def test() -> None:
        house, slow, quick = House(), Line(), Line()
        async with house.listening(slow), house.listening(quick):
            slow.free.clear()
            house.note("one")
            await until(lambda: quick.refs == ["one"])
            house.note("two", "three")
            await until(lambda: quick.refs == ["one", "two", "three"])
            assert slow.refs == []
            slow.free.set()
            await until(lambda: slow.refs == quick.refs)

    asyncio.run(test())


def test_a_line_that_breaks_ends_its_own_stream_alone() -> None:
    async def test() -> None:
        house, broken, good = House(), Line(), Line()
        async with house.listening(broken) as following, house.listening(good):
            broken.fails = True
            house.note("one")
            with pytest.raises(RuntimeError, match="the line is broken"):
                await following
            house.note("two")
            await until(lambda: good.refs == ["one", "two"])

    asyncio.run(test())


def test_nothing_is_told_twice_to_who_is_ahead_of_the_others() -> None:
    async def test() -> None:
        house, line, other = House(), Line(), Line()
        async with house.listening(other):
            house.note("one")
            async with house.listening(line, seq=house.store.feed.head()):
                house.note("two")
                await until(lambda: "two" in line.refs and "two" in other.refs)
                assert (line.refs, other.refs) == (["two"], ["one", "two"])

    asyncio.run(test())


def test_who_is_signed_out_is_told_nothing_more() -> None:
    async def test() -> None:
        house, line = House(), Line()
        async with house.listening(line) as following:
            house.signed_out = True
            house.note("secret")
            await following
        assert (line.ended, line.refs) == (True, [])

    asyncio.run(test())


def test_many_are_each_told_everything_in_order() -> None:
    async def test() -> None:
        house, lines = House(), [Line() for _ in range(70)]
        refs = [f"n{number}" for number in range(30)]
        async with AsyncExitStack() as streams:
            for line in lines:
                await streams.enter_async_context(house.listening(line))
            for ref in refs:
                house.note(ref)
                await asyncio.sleep(0)
            await until(lambda: all(len(line.refs) == len(refs) for line in lines))
        assert [line.refs for line in lines] == [refs] * len(lines)

    asyncio.run(test())
