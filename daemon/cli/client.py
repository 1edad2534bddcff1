"""Commands speak to the API: of the running daemon where there is one, else of the household opened in this process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from domain.errors import AlfredError, CannotBe, Conflict, Invalid, NotFound, Refused, SignInAgain, TryLater

if TYPE_CHECKING:
    import httpx

    from daemon.running import RunningDaemon
    from daemon.settings import Settings

LONGEST_CALL = 600.0


class NotRunning(AlfredError):
    """The command needs the daemon, and there is none."""

    code = "not_running"


class Api(Protocol):
    """The API as a command sees it: JSON in, JSON out, Alfred's errors raised."""

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any: ...

    def stream(self, method: str, path: str, body: Any = None) -> Iterator[tuple[str, Any]]:
        """Yield server-sent events as (name, data)."""
        ...


class HttpApi:
    """The API of a running daemon."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        import httpx

        try:
            response = self._client.request(method, path, json=body, params=_given(query))
        except httpx.ConnectError as error:
            raise NotRunning("the daemon does not answer") from error
        except httpx.TransportError as error:
            raise TryLater(f"the daemon did not answer: {error}") from error
        return _unpacked(response.status_code, response.headers.get("content-type", ""), response.content)

    def stream(self, method: str, path: str, body: Any = None) -> Iterator[tuple[str, Any]]:
        import httpx

        try:
            with self._client.stream(method, path, json=body) as response:
                if not response.is_success:
                    response.read()
                    media_type = response.headers.get("content-type", "")
                    raise _error(response.status_code, media_type, response.content)
                yield from events(response.iter_lines())
        except httpx.ConnectError as error:
            raise NotRunning("the daemon does not answer") from error
        except httpx.TransportError as error:
            raise TryLater(f"the daemon did not answer to the end: {error}") from error


class OwnApi:
    """The API served in this process, over the household that this command opened."""

    def __init__(self, app: Any, token: str, base: str) -> None:
        from daemon.cli.own_api import InProcess

        self._app = InProcess(app, token, base)

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        answer = self._app.send(method, path, body, _given(query))
        return _unpacked(answer.status, answer.media_type, answer.content)

    def stream(self, method: str, path: str, body: Any = None) -> Iterator[tuple[str, Any]]:
        answer = self._app.send(method, path, body, {})
        if answer.status >= 400:
            raise _error(answer.status, answer.media_type, answer.content)
        yield from events(answer.content.decode().splitlines())


def events(lines: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Read server-sent events (WHATWG HTML, 9.2) as (name, data) with JSON data."""
    name, data = "message", ""
    for line in lines:
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data += value.strip()
        elif not line and data:
            yield name, json.loads(data)
            name, data = "message", ""


@contextmanager
def open_api(settings: Settings) -> Iterator[Api]:
    """Reach the API of the household; raises `StoreLocked` where a daemon holds it and does not answer."""
    from daemon.running import find_running

    running = find_running(settings.home)
    with own_api(settings) if running is None else api_of(running, settings.home) as api:
        yield api


@contextmanager
def api_of(running: RunningDaemon, home: Path, patience: float = LONGEST_CALL) -> Iterator[Api]:
    """Reach the API of the daemon that was found, and no household of this process's own."""
    import httpx

    from adapters.keyring import open_vault
    from daemon.running import CLI_TOKEN

    token = open_vault(home).get(CLI_TOKEN) or ""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=running.url,
        headers=headers,
        timeout=patience,
        transport=_to_this_machine(running.url),
        trust_env=False,
    ) as client:
        yield HttpApi(client)


def _to_this_machine(url: str) -> httpx.HTTPTransport:
    """Reach this machine and no other: only here can a connection to an address also come from it.

    So the certificate, which is made out to the name that phones use, has nothing to prove.
    """
    import httpx

    return httpx.HTTPTransport(verify=False, local_address=urlsplit(url).hostname)


@contextmanager
def own_api(settings: Settings) -> Iterator[Api]:
    """Serve the API in this process, over the household, which is brought to this version's schema."""
    from daemon.household import app_of, ensure_cli_token, household

    with household(settings) as container:
        base = settings.web.near_url(settings.web.port)
        yield OwnApi(app_of(container, settings), ensure_cli_token(container), base)


def _given(query: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (query or {}).items() if value not in (None, "")}


def _unpacked(status: int, media_type: str, content: bytes) -> Any:
    if status >= 300:
        raise _error(status, media_type, content)
    if status == 204 or not content:
        return None
    return content.decode() if media_type.startswith("text/plain") else json.loads(content)


def _error(status: int, media_type: str, content: bytes) -> AlfredError:
    form = json.loads(content) if "json" in media_type else {}
    code, detail = str(form.get("code", "error")), str(form.get("detail", content[:200].decode(errors="replace")))
    if code == "sign_in_again":
        return SignInAgain(detail, account="")
    kinds: dict[int, type[AlfredError]] = {
        401: SignInAgain,
        404: NotFound,
        409: Conflict,
        422: Invalid,
        502: CannotBe,
        503: TryLater,
    }
    kind = kinds.get(status, Refused)
    return SignInAgain(detail, account="", code=code) if kind is SignInAgain else kind(detail, code=code)
