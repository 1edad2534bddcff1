"""Somebody who subscribed at Graph."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.server import VendorServer
from tests.contract.sandbox_microsoft.asking import Json


class Listener(VendorServer):
    """Whoever subscribed; with `deaf` it does not repeat the token."""

    deaf = False

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Json] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/hooks{below:path}", self._hook, methods=["POST"])])

    async def _hook(self, request: Request) -> PlainTextResponse:
        token = request.query_params.get("validationToken")
        if token is not None:
            return PlainTextResponse("" if self.deaf else token)
        self.heard.extend((await request.json())["value"])
        return PlainTextResponse("", 202)
