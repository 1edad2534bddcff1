"""The push service: Web Push over HTTP on one side (RFC 8030, 8292), Mozilla's protocol of browsers on the other.

The browsers' side follows https://mozilla-push-service.readthedocs.io/en/latest/design/: `hello`, `register`,
`unregister`, `notification`, and `{}` as the sign of life.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox import admin
from sandbox.misbehaviour import ON_DELIVERY, Kind
from sandbox.record import Record
from sandbox.server import Answer, Sending, VendorServer, WebSockets, json_answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

Json = dict[str, object]
LARGEST = 4096
_DELIVER = "push.deliver"


@dataclass(slots=True)
class Channel:
    """One subscription: whose browser it leads to, and the key that alone may send to it."""

    browser: str
    key: str = ""


@dataclass(slots=True)
class Browser:
    """A browser that said hello: its socket while it listens, and what came for it while it did not."""

    socket: WebSocket | None = None
    waiting: list[Json] = field(default_factory=list)

    async def tell(self, notification: Json) -> None:
        if self.socket is None:
            self.waiting.append(notification)
        else:
            await self.socket.send_text(orjson.dumps(notification).decode())


class PushServer(VendorServer):
    """Mozilla's push service on loopback: browsers are pointed at `socket_url`, and it hands out its own endpoints."""

    web_sockets: ClassVar[WebSockets] = "websockets-sansio"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port, Record())
        self.browsers: dict[str, Browser] = {}
        self.channels: dict[str, Channel] = {}

    @property
    def socket_url(self) -> str:
        return self.base_url.replace("http://", "ws://") + "/"

    def app(self) -> ASGIApp:
        return Starlette(
            routes=[
                WebSocketRoute("/", self._listen),
                Route("/wpush/{channel}", self._post, methods=["POST"]),
                *admin.routes(self.faults, self.record),
            ]
        )

    async def _listen(self, socket: WebSocket) -> None:
        offered = socket.scope["subprotocols"]
        await socket.accept("push-notification" if "push-notification" in offered else None)
        name = ""
        try:
            while True:
                said: Json = orjson.loads(await socket.receive_text())
                name = str(said.get("uaid") or uuid4().hex) if said.get("messageType") == "hello" else name
                if (answer := self._answer(said, name, socket)) is not None:
                    await socket.send_text(orjson.dumps(answer).decode())
                await self._hand_over(name)
        except WebSocketDisconnect:
            if name in self.browsers:
                self.browsers[name].socket = None

    def _answer(self, said: Json, name: str, socket: WebSocket) -> Json | None:
        kind = said.get("messageType", "ping")
        if kind == "ping":
            return {}
        if kind == "hello":
            self.browsers.setdefault(name, Browser()).socket = socket
            return {"messageType": kind, "status": 200, "uaid": name, "use_webpush": True, "broadcasts": {}}
        channel = str(said.get("channelID", ""))
        if kind == "register":
            self.channels[channel] = Channel(name, str(said.get("key") or ""))
            endpoint = f"{self.base_url}/wpush/{channel}"
            return {"messageType": kind, "status": 200, "channelID": channel, "pushEndpoint": endpoint}
        if kind == "unregister":
            self.channels.pop(channel, None)
            return {"messageType": kind, "status": 200, "channelID": channel}
        return None

    async def _hand_over(self, name: str) -> None:
        browser = self.browsers.get(name)
        while browser and browser.waiting:
            await browser.tell(browser.waiting.pop(0))

    async def _post(self, request: Request) -> Sending:
        faults = self.faults.struck(_DELIVER, "", (*ON_DELIVERY, Kind.STATUS))
        for fault in (each for each in faults if each.kind is Kind.STATUS):
            wait = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
            return Sending(json_answer({"code": fault.status, "errno": 999, "message": "ordered"}, fault.status, wait))
        body, channel = await request.body(), request.path_params["channel"]
        refused = self._refusal(channel, request.headers, body)
        if refused is not None:
            return Sending(refused)
        told = {name: request.headers[name] for name in ("ttl", "urgency", "topic") if name in request.headers}
        self.record.add(_DELIVER, "", channel, told, {"size": len(body)})
        await self.browsers[self.channels[channel].browser].tell(_notification(channel, request.headers, body))
        location = {"location": f"{self.base_url}/m/{uuid4().hex}", "ttl": request.headers["ttl"]}
        return Sending(Answer(201, b"", location).struck_by(faults))

    def _refusal(self, channel: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        known = self.channels.get(channel)
        if known is None:
            return _refused(410, 103, "Endpoint deleted")
        if not headers.get("ttl", "").isdigit():
            return _refused(400, 111, "Missing TTL")
        if len(body) > LARGEST:
            return _refused(413, 104, "Payload is too large")
        if headers.get("content-encoding") != "aes128gcm":
            return _refused(400, 110, "Unknown content encoding")
        signed = re.search(r"\bk=([\w-]+)", headers.get("authorization", ""))
        if signed is None or not headers["authorization"].startswith("vapid "):
            return _refused(401, 109, "Invalid authentication")
        if known.key and signed.group(1) != known.key.rstrip("="):
            return _refused(403, 109, "Public key mismatch")
        return None


def _refused(status: int, errno: int, message: str) -> Answer:
    return json_answer({"code": status, "errno": errno, "message": message}, status)


def _notification(channel: str, headers: Mapping[str, str], body: bytes) -> Json:
    return {
        "messageType": "notification",
        "channelID": channel,
        "version": uuid4().hex,
        "ttl": int(headers["ttl"]),
        "data": base64.urlsafe_b64encode(body).rstrip(b"=").decode(),
        "headers": {"encoding": headers["content-encoding"]},
    }
