"""Stands before every request: Host, Origin and session, and the headers of every answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.sign_in.attempts import NotSignedIn
from application.sign_in.devices import Device, Devices
from domain.errors import AlfredError
from web.api.addresses import host_of, is_of_api
from web.api.cache import AnswerCache
from web.api.cookies import Cookies, token_in
from web.api.packing import RawHeaders
from web.api.problems import of_error, problem
from web.api.web_settings import WebSettings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
FIGURES = "/metrics"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
OF_API: RawHeaders = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
OVER_HTTPS: RawHeaders = [(b"strict-transport-security", b"max-age=31536000")]
Headers = dict[bytes, bytes]


class Guard:
    """ASGI middleware; `open_paths` need no session, everything else below `/api/` and `/metrics` does."""

    def __init__(
        self,
        app: ASGIApp,
        devices: Devices,
        web: WebSettings,
        open_paths: frozenset[tuple[str, str]],
        cache: AnswerCache,
    ) -> None:
        self._app = app
        self._devices = devices
        self._hosts = LOOPBACK | {host.lower() for host in web.hosts}
        self._public = urlsplit(web.public_url).netloc.lower()
        self._open = open_paths
        self._cache = cache
        self._cookies = web.cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: Headers = dict(scope["headers"])
        extra = _headers_for(scope)
        try:
            refused = await self._refusal(scope, headers, extra)
        except AlfredError as error:
            refused = of_error(error)
        if refused is not None:
            await refused(scope, receive, _adding(send, extra))
            return
        kept = self._cache.get(scope) if scope["method"] == "GET" else None
        if kept is not None:
            await kept.send(scope, send, extra)
            return
        await self._app(scope, receive, _adding(send, extra))

    async def _refusal(self, scope: Scope, headers: Headers, extra: RawHeaders) -> ASGIApp | None:
        """Return the answer that turns the request away, or note in the scope who asks."""
        if host_of(headers.get(b"host", b"").decode("latin-1")) not in self._hosts:
            return problem(403, "foreign_host", "this name is not one of mine; see web.allowed_hosts")
        if scope["method"] not in SAFE and not self._is_own_origin(scope, headers):
            return problem(403, "foreign_origin", "this request comes from another site")
        path = scope["path"]
        if not is_of_api(path) or (_asked_as(scope["method"]), path) in self._open:
            return None
        token = token_of(headers, self._cookies)
        if token is None:
            raise NotSignedIn("sign in first")
        device = self._devices.at_a_glance(token) or await self._recognise(token, scope, headers, extra)
        if device.figures_only and (path != FIGURES or scope["method"] not in SAFE):
            return problem(403, "figures_only", f"this token is for {FIGURES} alone")
        scope["alfred.device"] = device
        return None

    async def _recognise(self, token: str, scope: Scope, headers: Headers, extra: RawHeaders) -> Device:
        """Look a device up thoroughly; its cookie then begins a new term, as its session does."""
        device = await run_in_threadpool(self._devices.recognise, token)
        if device.ends and b"authorization" not in headers:
            extra.append((b"set-cookie", self._cookies.session(token, secure=is_secure(scope)).encode()))
        return device

    def _is_own_origin(self, scope: Scope, headers: Headers) -> bool:
        """Whether a writing request comes from Alfred's own pages: this host and port, or the public address."""
        origin = headers.get(b"origin")
        if origin is None:
            return headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin")
        netloc = _netloc(origin.decode("latin-1"))
        if netloc and netloc in (headers.get(b"host", b"").decode("latin-1").lower(), self._public):
            return True
        server = scope.get("server") or ("", None)
        return host_of(netloc) in LOOPBACK and netloc.rpartition(":")[2] == str(server[1])


def _asked_as(method: str) -> str:
    """A HEAD asks what a GET would, without the content (RFC 9110, 9.3.2)."""
    return "GET" if method == "HEAD" else method


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def is_secure(scope: Scope) -> bool:
    """Whether cookies may travel over https alone: always, but over plain http on this very machine.

    Behind a proxy that is not trusted with the scheme, the browser's side may well be https.
    """
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return scope.get("scheme") == "https" or host_of(host) not in LOOPBACK


def token_of(headers: Headers, cookies: Cookies) -> str | None:
    """Return the device token of the Authorization header or the session cookie."""
    scheme, _, credentials = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer" and credentials:
        return credentials.strip()
    return token_in(headers.get(b"cookie", b""), cookies.plain)


def _headers_for(scope: Scope) -> RawHeaders:
    headers = [*HEADERS, *OF_API] if is_of_api(scope["path"]) else list(HEADERS)
    return headers + OVER_HTTPS if scope.get("scheme") == "https" else headers


def _adding(send: Send, extra: RawHeaders) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            given: RawHeaders = list(message.get("headers", ()))
            names = {name for name, _ in given}
            message = {**message, "headers": given + [each for each in extra if each[0] not in names]}
        await send(message)

    return sender
