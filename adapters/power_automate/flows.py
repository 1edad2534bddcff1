"""Calls to the owner's flows: timed, and their failures turned into ours. Whoever has a flow's address may start it."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from adapters.connecting.bounded import whole
from adapters.connecting.out_of_reach import out_of_reach
from adapters.connecting.patience import Unsettled
from adapters.connecting.retry_after import retry_after
from adapters.connecting.trust import trusted
from domain.codec import Json
from domain.errors import AlfredError, CannotBe, Invalid, OutcomeUnknown, SignInAgain, TryLater

if TYPE_CHECKING:
    import httpx

Sleep = Callable[[float], object]
PAUSES = (1.0, 2.0, 3.0)
LIMIT_SECONDS = 30.0
_LARGEST = 32 * 1024 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A Request trigger answers 202 where the flow itself never answers
# (https://learn.microsoft.com/azure/connectors/connectors-native-reqres).
_NO_ANSWER_TO_COME = 202


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes
    retry_after: float | None

    def json(self) -> Json:
        """Return what the flow answered; raise `Unsettled` where that is no JSON."""
        try:
            value: Json = orjson.loads(self.content or b"null")
        except orjson.JSONDecodeError:
            raise Unsettled("the flow's answer did not arrive whole (no JSON)") from None
        return value


class Flows:
    """Starts the flows of one account. Safe for threads."""

    def __init__(
        self, account: str, sleep: Sleep = time.sleep, limit: float = LIMIT_SECONDS, ca_file: str = ""
    ) -> None:
        self._account = account
        self._sleep = sleep
        self._limit = limit
        self._ca_file = ca_file

    def ask(self, url: str, body: Mapping[str, Json]) -> Json:
        """Call a flow that changes nothing: three attempts, pausing ever longer where trouble passes."""
        for pause in PAUSES[:-1]:
            try:
                return self._call(url, body, "").json()
            except TryLater as error:
                wait = max(pause, error.retry_after or 0.0)
                if wait > PAUSES[-1]:
                    raise
            self._sleep(wait)
        try:
            return self._call(url, body, "").json()
        except TryLater as error:
            later = max(PAUSES[-1], error.retry_after or 0.0)
            raise TryLater(str(error), retry_after=later, code=error.code) from error

    def start(self, url: str, body: Mapping[str, Json], request_id: str) -> Json:
        """Call a flow that changes something, once; raise `OutcomeUnknown` where it may have happened.

        `request_id` is the same for the same order; the flow's history of runs shows it.
        """
        try:
            answer = self._call(url, {**body, "requestId": request_id}, request_id)
            if answer.status == _NO_ANSWER_TO_COME:
                raise OutcomeUnknown("the flow began, and does not say how it ended; it needs a Response at its end")
            return answer.json()
        except Unsettled as error:
            raise OutcomeUnknown(str(error)) from error

    def _call(self, url: str, body: Mapping[str, Json], request_id: str) -> Answer:
        import httpx

        try:
            answer = self._sent(url, body, request_id)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise out_of_reach("Power Automate", error) from None
        except httpx.HTTPError as error:
            raise Unsettled(f"the flow's answer did not arrive whole ({type(error).__name__})") from None
        if 200 <= answer.status < 300:
            return answer
        raise self._trouble(answer)

    def _sent(self, url: str, body: Mapping[str, Json], request_id: str) -> Answer:
        """Send one request; what takes longer than the limit, or is larger than any answer, is given up."""
        until = time.monotonic() + self._limit
        headers = {"x-ms-client-tracking-id": request_id} if request_id else {}
        with self._client.stream("POST", url, json=dict(body), headers=headers) as response:
            content = whole(response, _LARGEST, until)
            return Answer(response.status_code, content, retry_after(response.headers.get("retry-after")))

    def _trouble(self, answer: Answer) -> AlfredError:
        said = f"the flow refused this: {_said(answer)}"
        if answer.status == 429:
            return TryLater("Power Automate asks Alfred to slow down", retry_after=answer.retry_after)
        if answer.status >= 500 or answer.status == 408:
            return Unsettled(f"the flow failed: {_said(answer)}", retry_after=answer.retry_after)
        if answer.status in (401, 403):
            wrong = f"a flow of {self._account} no longer accepts its address; copy it anew from Power Automate"
            return SignInAgain(wrong, account=self._account)
        return CannotBe(said, code="gone" if answer.status == 404 else None)

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        trust = trusted(self._ca_file) if self._ca_file else True
        client = httpx.Client(verify=trust, timeout=self._limit, follow_redirects=False, mounts=_unproxied())
        weakref.finalize(self, client.close)
        return client


def _unproxied() -> dict[str, httpx.HTTPTransport | None]:
    """Proxies are not asked about this machine."""
    return {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}


def checked_url(url: str, where: str) -> str:
    """Return the address of a flow; raise `Invalid` for one by which its signature could be read on the way."""
    parts = urlsplit(url)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        return url
    raise Invalid("an https address is needed, as Power Automate shows it at the flow's trigger", where=where)


def _said(answer: Answer) -> str:
    """Return the code and message of a failed run (a flow's address is never among them)."""
    try:
        value = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return str(answer.status)
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        return str(answer.status)
    return str(error.get("message") or error.get("code") or answer.status)[:300]
