"""Google's own handles under `/_sandbox/`: deliver a mail, change the owner's mind, let a cursor grow old."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.google.discovery import JsonObject
from sandbox.google.errors import Refusal

if TYPE_CHECKING:
    from sandbox.google.calendar.event import Event
    from sandbox.google.calendar.store import Calendar
    from sandbox.google.server import GoogleServer


class Handles:
    """What a test or a demo in another process may do to the make-believe Google."""

    def __init__(self, server: GoogleServer) -> None:
        self._server = server

    def routes(self) -> list[Route]:
        return [
            Route("/_sandbox/accounts", self.accounts),
            Route("/_sandbox/accounts/{address}/messages", self.deliver, methods=["POST"]),
            Route("/_sandbox/accounts/{address}/expire-history", self.expire_history, methods=["POST"]),
            Route("/_sandbox/accounts/{address}/events", self.add_event, methods=["POST"]),
            Route("/_sandbox/accounts/{address}/events/{id}", self.alter_event, methods=["PATCH"]),
            Route("/_sandbox/accounts/{address}/events/{id}", self.remove_event, methods=["DELETE"]),
            Route("/_sandbox/accounts/{address}/expire-sync", self.expire_sync, methods=["POST"]),
            Route("/_sandbox/accounts/{address}/revoke", self.revoke, methods=["POST"]),
            Route("/_sandbox/accounts/{address}/refresh-token", self.refresh_token, methods=["POST"]),
            Route("/_sandbox/settings", self.settings),
            Route("/_sandbox/settings", self.change, methods=["PATCH"]),
        ]

    async def accounts(self, request: Request) -> JSONResponse:
        boxes = self._server.mailboxes
        return JSONResponse({address: len(boxes[address].messages) for address in boxes.addresses()})

    async def deliver(self, request: Request) -> JSONResponse:
        """`{"raw": base64url, "labels": [...], "received": ISO 8601, "id": …, "threadId": …}`."""
        asked = cast(dict[str, str], await request.json())
        labels = cast(list[str] | None, asked.get("labels"))
        received = asked.get("received")
        with self._server.api.lock:
            id = self._server.mailbox(request.path_params["address"]).deliver(
                base64.urlsafe_b64decode(asked["raw"] + "=" * (-len(asked["raw"]) % 4)),
                ("INBOX", "UNREAD") if labels is None else labels,
                datetime.fromisoformat(received) if received else None,
                asked.get("id"),
                asked.get("threadId"),
            )
        return JSONResponse({"id": id}, 201)

    async def expire_history(self, request: Request) -> JSONResponse:
        with self._server.api.lock:
            self._server.mailbox(request.path_params["address"]).expire_history()
        return JSONResponse({})

    async def add_event(self, request: Request) -> JSONResponse:
        """An event as the API takes it; one with an `organizer` is an invitation by somebody else."""
        body = cast(JsonObject, await request.json())
        organizer = cast(JsonObject | None, body.get("organizer"))
        return _done(lambda: self._calendar(request).add(body, organizer=organizer), 201)

    async def alter_event(self, request: Request) -> JSONResponse:
        """Change what the body names, as somebody else would; the id may be one of an instance."""
        changes = cast(JsonObject, await request.json())
        return _done(lambda: self._calendar(request).alter(request.path_params["id"], changes))

    async def remove_event(self, request: Request) -> JSONResponse:
        return _done(lambda: self._calendar(request).remove(request.path_params["id"]))

    async def expire_sync(self, request: Request) -> JSONResponse:
        self._calendar(request).expire_sync_tokens()
        return JSONResponse({})

    def _calendar(self, request: Request) -> Calendar:
        return self._server.calendar(request.path_params["address"])

    async def revoke(self, request: Request) -> JSONResponse:
        with self._server.api.lock:
            self._server.sign_in.revoke_account(request.path_params["address"].lower())
        return JSONResponse({})

    async def refresh_token(self, request: Request) -> JSONResponse:
        """`{"scopes": [...]}` → `{"refresh_token": …}`, as if the owner had consented before."""
        scopes = cast(dict[str, list[str]], await request.json())["scopes"]
        return JSONResponse({"refresh_token": self._server.issue_refresh_token(request.path_params["address"], scopes)})

    async def settings(self, request: Request) -> JSONResponse:
        sign_in = self._server.sign_in
        return JSONResponse(
            {
                "quota": self._server.quota.limit,
                "refuses": sign_in.refuses,
                "rotates": sign_in.rotates,
                "lifetime": sign_in.lifetime,
            }
        )

    async def change(self, request: Request) -> JSONResponse:
        """Any of `quota` (null: off), `refuses`, `rotates` and `lifetime` (seconds)."""
        asked = cast(dict[str, object], await request.json())
        sign_in = self._server.sign_in
        if "quota" in asked:
            self._server.quota.limit = cast(int | None, asked["quota"])
        sign_in.refuses = bool(asked.get("refuses", sign_in.refuses))
        sign_in.rotates = bool(asked.get("rotates", sign_in.rotates))
        sign_in.lifetime = cast(int, asked.get("lifetime", sign_in.lifetime))
        return await self.settings(request)


def _done(change: Callable[[], Event], status: int = 200) -> JSONResponse:
    """The id of the event that was changed, or what Google says against it."""
    try:
        return JSONResponse({"id": change().id}, status)
    except Refusal as refusal:
        return JSONResponse({"error": refusal.message}, refusal.code)
