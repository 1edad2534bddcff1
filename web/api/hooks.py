"""Where outside services post: apart from the app and its sessions, each by its own secret."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from application.intake.hooks import Hooks
from application.ports.clock import Clock
from application.ports.hooks import Hook
from application.sign_in.attempts import Door, Doors
from domain.errors import AlfredError, TryLater
from web.api.addresses import caller_of, host_of
from web.api.guard import LOOPBACK
from web.api.problems import of_error, problem

PREFIX = "/hooks/"


class HookRoutes(BaseRoute):
    """Everything below `/hooks/`: 202 once stored; 400, 401, 403, 404, 405, 413, 422 and 429 as they say."""

    def __init__(self, hooks: Hooks, clock: Clock) -> None:
        self._hooks = hooks
        self._doors = Doors(clock, "too many wrong secrets")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        matched = scope["type"] == "http" and scope["path"].startswith(PREFIX)
        return (Match.FULL if matched else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = await self._answer(request, self._hooks.at(scope["path"]))
        await answer(scope, receive, send)

    async def _answer(self, request: Request, hooks: tuple[Hook, ...]) -> Response:
        if not hooks:
            return problem(404, "not_found", "nobody is posted to at this address")
        challenged = next((text for hook in hooks if (text := hook.challenge(request.query_params)) is not None), None)
        if challenged is not None:
            return PlainTextResponse(challenged)
        if request.method != "POST":
            return problem(405, "method_not_allowed", "here only POST", headers={"Allow": "POST"})
        try:
            body = await _body(request, max(hook.limit for hook in hooks))
        except ClientDisconnect:
            return problem(400, "cut_off", "the body did not arrive whole")
        if body is None:
            return problem(413, "too_large", "more than is read")
        headers = {name.lower(): value for name, value in request.headers.items()}
        return await run_in_threadpool(self._received, request, hooks, headers, body)

    def _received(self, request: Request, hooks: tuple[Hook, ...], headers: dict[str, str], body: bytes) -> Response:
        authentic = [hook for hook in hooks if len(body) <= hook.limit and hook.is_authentic(headers, body)]
        if not authentic:
            return self._refused(request)
        if any(hook.needs_tls for hook in authentic) and not _is_protected(request):
            return problem(403, "needs_tls", "this is only read over https, or from this very machine")
        try:
            if any(hook.is_guessable for hook in authentic):
                self._door(request).check()
            new = sum(self._hooks.receive(hook, body) for hook in authentic)
        except AlfredError as error:
            return of_error(error)
        return JSONResponse({"accepted": new}, status_code=202)

    def _refused(self, request: Request) -> Response:
        """Slow down wrong secrets alone: strangers post from the same addresses of a cloud as the owner's flows.

        Only a right one that might have been guessed is kept waiting with them.
        """
        door = self._door(request)
        try:
            door.check()
        except TryLater as error:
            return of_error(error)
        door.failed()
        return problem(401, "not_authentic", "the secret is missing, or is not the one that was agreed on")

    def _door(self, request: Request) -> Door:
        return self._doors.of(f"{request.url.path} {caller_of(request)}")


async def _body(request: Request, limit: int) -> bytes | None:
    """Read the body; None where it is, or says that it is, longer than `limit`, which is not read to its end."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:19]) > limit:
        return None
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            return None
    return bytes(read)


def _is_protected(request: Request) -> bool:
    """Whether nobody on the way can read it: https, or a direct call from this machine under loopback's name.

    A call that was forwarded came from elsewhere, and who forwards it may be on this machine.
    """
    if request.url.scheme == "https":
        return True
    direct = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    is_forwarded = any(name == "forwarded" or name.startswith("x-forwarded-") for name in request.headers)
    return direct and not is_forwarded and host_of(request.headers.get("host", "")) in LOOPBACK
