"""The wire between Alfred and a make-believe provider: a request, or an answer, may be held up on it at will."""

from __future__ import annotations

import asyncio
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request

from sandbox.google import GoogleServer
from sandbox.microsoft import MicrosoftServer
from sandbox.server import Answer, Sending
from tests.integration.crash.effects import Effects, GoogleEffects, MicrosoftEffects

LONGEST_WAIT = 30.0
Carry = Callable[[Request], Awaitable[Sending]]


@dataclass(slots=True)
class Hold:
    """Holds what matches, on its way there or back; `fate` is what becomes of a held request in the end."""

    path: re.Pattern[str]
    on_the_way_back: bool
    opened: threading.Event
    carried_out: bool = True
    held: int = 0


class HeldUp(ABC):
    """A server whose wire can be held. What is held arrives in the end, or never, as the test says.

    `account` is the owner's there, `label` one that a mail can get; `writing` and `sending` are patterns of requests,
    and `writes` the methods that change something.
    """

    account: ClassVar[str]
    label: ClassVar[str]
    writing: ClassVar[str]
    sending: ClassVar[str]
    writes: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self._hold: Hold | None = None
        self._inside = 0
        self._changed = threading.Condition()

    @property
    def wire(self) -> HeldUp:
        return self

    @abstractmethod
    def settings_there(self) -> dict[str, dict[str, str]]:
        """What leads here, by section of the settings."""

    @abstractmethod
    def put(self, id: str, content: bytes) -> None:
        """Put a mail into the owner's inbox."""

    @abstractmethod
    def effects(self) -> Effects: ...

    def hold(self, path: str, *, on_the_way_back: bool = False) -> None:
        """From now on hold the requests whose path matches, or the answers to them."""
        self._hold = Hold(re.compile(path), on_the_way_back, threading.Event())

    def wait_until_held(self, number: int) -> None:
        hold = self._hold
        assert hold is not None
        self._wait_for(lambda: hold.held >= number)

    def release(self, *, carried_out: bool) -> None:
        """Let go what is held, carried out or never to arrive; return when all of it has come to its end."""
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.carried_out = carried_out
            hold.opened.set()
        self._wait_for(lambda: self._inside == 0)

    async def _through(self, request: Request, carry: Carry) -> Sending:
        """Carry a request over the wire."""
        await request.body()
        self._count(1)
        try:
            return await self._carried(request, carry)
        finally:
            self._count(-1)

    async def _carried(self, request: Request, carry: Carry) -> Sending:
        hold = self._hold
        if hold is None or not hold.path.search(f"{request.method} {request.url.path}"):
            return await carry(request)
        if hold.on_the_way_back:
            sending = await carry(request)
            await self._held(hold)
            return sending
        await self._held(hold)
        return await carry(request) if hold.carried_out else Sending(Answer(503))

    async def _held(self, hold: Hold) -> None:
        with self._changed:
            hold.held += 1
            self._changed.notify_all()
        await asyncio.to_thread(hold.opened.wait, LONGEST_WAIT)

    def _count(self, step: int) -> None:
        with self._changed:
            self._inside += step
            self._changed.notify_all()

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, LONGEST_WAIT):
                raise TimeoutError("nothing came along the wire")


class HeldUpGoogle(HeldUp, GoogleServer):
    """A Google whose wire can be held."""

    account, label = "gmail", "starred"
    writing = r"POST .*(drafts|modify|trash|untrash)|DELETE .*drafts"
    sending = r"POST .*drafts/send"
    writes = ("drafts.create", "drafts.send", "drafts.delete", "messages.modify", "messages.trash", "messages.untrash")

    def __init__(self, owner: str) -> None:
        HeldUp.__init__(self)
        GoogleServer.__init__(self, [owner], quota=None)
        self._owner = owner

    def settings_there(self) -> dict[str, dict[str, str]]:
        client = self.client_config()["installed"]
        named = {name: str(client[name]) for name in ("client_id", "client_secret", "auth_uri", "token_uri")}
        return {"google": {**named, "api_endpoint": self.base_url}}

    def put(self, id: str, content: bytes) -> None:
        self.mailbox(self._owner).deliver(content, id=id)

    def effects(self) -> Effects:
        return GoogleEffects(self.record)

    async def _call(self, request: Request) -> Sending:
        return await self._through(request, super()._call)


class HeldUpMicrosoft(HeldUp, MicrosoftServer):
    """A Microsoft whose wire can be held."""

    account, label = "office", "Bills"
    writing = r"POST .*/messages(/[^/]+/(send|move|permanentDelete))?$|PATCH .*/messages/"
    sending = r"POST .*/send$"
    writes = ("messages.create", "messages.send", "messages.permanentDelete", "messages.update", "messages.move")

    def __init__(self, owner: str) -> None:
        HeldUp.__init__(self)
        MicrosoftServer.__init__(self, [owner], limit=None)
        self._owner = owner

    def settings_there(self) -> dict[str, dict[str, str]]:
        leading = {"client_id": self.client_id, "authority": self.authority, "graph_endpoint": self.base_url}
        return {"microsoft": leading, "tls": {"ca_file": str(self.ca_file)}}

    def put(self, id: str, content: bytes) -> None:
        self.mailbox(self._owner).deliver(content, key=id)

    def effects(self) -> Effects:
        return MicrosoftEffects(self.record)

    async def _call(self, request: Request) -> Sending:
        return await self._through(request, super()._call)
