"""Stands before every request: Host, Origin and session (SECURITY 12), and the headers of every answer."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.devices import Device, Devices, NotSignedIn
from domain.errors import AlfredError
from web.api.problems import of_error, problem

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECURE_COOKIE = "__Host-alfred"
PLAIN_COOKIE = "alfred"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware; `open_paths` need no session, everything else below `/api/` and `/metrics` does."""

    def __init__(self, app: ASGIApp, devices: Devices, hosts: Iterable[str], open_paths: frozenset[tuple[str, str]]):
        self._app = app
        self._devices = devices
        self._hosts = LOOPBACK | {host.lower() for host in hosts}
        self._open = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            refused = await self._refusal(scope)
        except AlfredError as error:
            refused = of_error(error)
        answer = refused if refused is not None else self._app
        await answer(scope, receive, _with_headers(send, scope))

    async def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        if host_of(headers.get("host", "")) not in self._hosts:
            return problem(403, "foreign_host", "this name is not one of mine; see web.allowed_hosts")
        if scope["method"] not in SAFE and not self._is_own_origin(headers):
            return problem(403, "foreign_origin", "this request comes from another site")
        if not self._needs_session(scope):
            return None
        token = token_of(headers)
        if token is None:
            raise NotSignedIn("sign in first")
        scope["alfred.device"] = await self._recognise(token)
        return None

    async def _recognise(self, token: str) -> Device:
        return await run_in_threadpool(self._devices.recognise, token)

    def _needs_session(self, scope: Scope) -> bool:
        path = scope["path"]
        guarded = path == "/metrics" or path == "/api" or path.startswith("/api/")
        return guarded and (scope["method"], path) not in self._open

    def _is_own_origin(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return host_of(urlsplit(origin).netloc) in self._hosts


def host_of(netloc: str) -> str:
    """Return the host of `host:port` in lower case, IPv6 addresses in brackets."""
    if netloc.startswith("["):
        return netloc.partition("]")[0].lower() + "]"
    return netloc.partition(":")[0].lower()


def token_of(headers: Headers) -> str | None:
    """Return the device token of the Authorization header or the session cookie."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials:
        return credentials.strip()
    cookies = cookie_parser(headers.get("cookie", ""))
    return cookies.get(SECURE_COOKIE) or cookies.get(PLAIN_COOKIE)


def _with_headers(send: Send, scope: Scope) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if scope["path"].startswith("/api"):
                headers.setdefault("Cache-Control", "no-store")
            if scope.get("scheme") == "https":
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await send(message)

    return sender
