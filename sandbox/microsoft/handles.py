"""Microsoft's own handles under `/_sandbox/`: deliver, post, change the owner's mind, let a cursor grow old."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from sandbox.microsoft.server import MicrosoftServer


class Handles:
    """What a test or a demo in another process may do to the make-believe Microsoft."""

    def __init__(self, server: MicrosoftServer) -> None:
        self._server = server

    def routes(self) -> list[Route]:
        one = "/_sandbox/accounts/{address}"
        return [
            Route("/_sandbox/accounts", self.accounts),
            Route(f"{one}/messages", self.deliver, methods=["POST"]),
            Route(f"{one}/expire-delta", self.expire_delta, methods=["POST"]),
            Route(f"{one}/revoke", self.revoke, methods=["POST"]),
            Route(f"{one}/refresh-token", self.refresh_token, methods=["POST"]),
            Route(f"{one}/notify", self.notify, methods=["POST"]),
            Route("/_sandbox/posts", self.post, methods=["POST"]),
            Route("/_sandbox/settings", self.settings),
            Route("/_sandbox/settings", self.change, methods=["PATCH"]),
        ]

    async def accounts(self, request: Request) -> JSONResponse:
        boxes = self._server.mailboxes
        return JSONResponse({address: len(boxes[address].messages) for address in boxes.addresses()})

    async def deliver(self, request: Request) -> JSONResponse:
        """`{"raw": base64url, "folder": "inbox", "received": ISO 8601, "id": …, "conversationId": …}`."""
        asked = cast(dict[str, str], await request.json())
        received = asked.get("received")
        with self._server.lock:
            key = self._server.mailbox(request.path_params["address"]).deliver(
                base64.urlsafe_b64decode(asked["raw"] + "=" * (-len(asked["raw"]) % 4)),
                asked.get("folder", "inbox"),
                datetime.fromisoformat(received) if received else None,
                asked.get("id"),
                asked.get("conversationId"),
            )
        return JSONResponse({"id": key}, 201)

    async def post(self, request: Request) -> JSONResponse:
        """`{"team": …, "channel": …, "author": address, "content": html, "replyTo": id}`."""
        asked = cast(dict[str, str], await request.json())
        with self._server.lock:
            work = self._server.workplace
            where = work.channel(work.team(asked["team"]), asked["channel"])
            made = work.post(where, asked["author"], asked["content"], parent=asked.get("replyTo"))
        return JSONResponse({"id": made.id}, 201)

    async def expire_delta(self, request: Request) -> JSONResponse:
        self._server.expire_delta(request.path_params["address"])
        return JSONResponse({})

    async def revoke(self, request: Request) -> JSONResponse:
        with self._server.lock:
            self._server.sign_in.revoke_account(request.path_params["address"].lower())
        return JSONResponse({})

    async def refresh_token(self, request: Request) -> JSONResponse:
        """`{"scopes": [...]}` → `{"refresh_token": …}`, as if the owner had consented before."""
        scopes = cast(dict[str, list[str]], await request.json())["scopes"]
        return JSONResponse({"refresh_token": self._server.issue_refresh_token(request.path_params["address"], scopes)})

    async def notify(self, request: Request) -> JSONResponse:
        """`{"changeType": …, "resource": …, "id": …}` → the statuses that the subscribers answered."""
        asked = cast(dict[str, str], await request.json())
        account = request.path_params["address"].lower()
        tell = self._server.subscriptions.notify
        statuses = await run_in_threadpool(tell, account, asked["changeType"], asked["resource"], asked["id"])
        return JSONResponse({"statuses": statuses})

    async def settings(self, request: Request) -> JSONResponse:
        return JSONResponse(self._server.settings())

    async def change(self, request: Request) -> JSONResponse:
        """Any of `limit` (null: off), `refuses`, `reserved`, `retires`, `lifetime` and `sending_seconds`."""
        asked = cast(dict[str, object], await request.json())
        sign_in = self._server.sign_in
        if "limit" in asked:
            self._server.throttle.limit = cast(int | None, asked["limit"])
        if "reserved" in asked:
            sign_in.reserved = frozenset(cast(list[str], asked["reserved"]))
        sign_in.refuses = bool(asked.get("refuses", sign_in.refuses))
        sign_in.retires = bool(asked.get("retires", sign_in.retires))
        sign_in.lifetime = cast(int, asked.get("lifetime", sign_in.lifetime))
        boxes = self._server.mailboxes
        boxes.sending_seconds = cast(float, asked.get("sending_seconds", boxes.sending_seconds))
        return await self.settings(request)
