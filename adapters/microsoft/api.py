"""Every call to Microsoft Graph: timed, and its failures turned into ours (https://learn.microsoft.com/graph/errors)."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from adapters.connecting.bounded import bounded_client
from adapters.connecting.out_of_reach import out_of_reach
from adapters.connecting.patience import Unsettled, patiently
from adapters.connecting.retry_after import retry_after
from adapters.connecting.trust import trusted
from adapters.microsoft.scopes import READ, missing, of_shared, purpose
from domain.codec import Json
from domain.errors import AlfredError, CannotBe, CursorExpired, NotFound, SignInAgain, TryLater

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Reply = Mapping[str, Any]
Spared = tuple[type[AlfredError], ...]
IMMUTABLE = 'IdType="ImmutableId"'
# Exchange serves so many requests of one client on one mailbox at a time
# (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits).
AT_A_TIME = 4
_IN_A_BATCH = 20
_TIMEOUT = 60.0
_NO_SUCH_ID = "ErrorInvalidIdMalformed"
_HIS = "/me/"
_GONE = (NotFound,)
_OURS = {409: "exists_already", 412: "changed_meanwhile"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Tokens(Protocol):
    """Gives access tokens of one account."""

    def current(self) -> str:
        """Return a token that should be good; raise `SignInAgain` where there is none to be had."""
        ...

    def renewed(self, stale: str) -> str:
        """Return another token than `stale`, which was refused."""
        ...

    def scopes(self) -> frozenset[str]:
        """Return what the owner has granted by now."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """One call: `path` below `/v1.0`, or a link that Graph gave; `needs` are the scopes without which it is refused.

    `body` is sent as JSON, `content` as it is. `prefer` stands beside the wish for ids that outlive a move. `version`
    lets a write go through only where the thing is still at it.
    """

    path: str
    verb: str = "GET"
    needs: tuple[str, ...] = (READ,)
    params: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    content: str | None = None
    prefer: tuple[str, ...] = ()
    version: str = ""

    @property
    def url(self) -> str:
        """The path with its parameters, as a batch wants it."""
        return f"{self.path}?{urlencode(self.params, safe='$')}" if self.params else self.path

    @property
    def headers(self) -> dict[str, str]:
        kind = {} if self.content is None else {"Content-Type": "text/plain"}
        match = {"If-Match": self.version} if self.version else {}
        return {"Prefer": ", ".join((IMMUTABLE, *self.prefer)), **kind, **match}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Graph's refusal: the HTTP status, Graph's code and message, and the seconds of its Retry-After."""

    status: int
    code: str
    message: str
    retry_after: float | None

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], error: object) -> Refusal:
        told = error if isinstance(error, dict) else {}
        message = str(told.get("message") or "")[:300]
        return cls(status, str(told.get("code") or ""), message, retry_after(headers.get("retry-after")))


class Graph:
    """Reads what one account may see; with a `mailbox`, the mail of that one, which is shared. Safe for threads."""

    def __init__(
        self,
        account: str,
        endpoint: str,
        tokens: Tokens,
        ca_file: str = "",
        sleep: Callable[[float], object] = time.sleep,
        mailbox: str = "",
    ) -> None:
        self.account = account
        self._mailbox = mailbox
        self._root = f"{endpoint.rstrip('/')}/v1.0"
        self._tokens = tokens
        self._ca_file = ca_file
        self._sleep = sleep

    def read(self, request: Request) -> Reply:
        """Make a call that changes nothing, a few times over where trouble passes; return the JSON."""
        return patiently(lambda: reply_of(self._call(request)), self._sleep)

    def fetch(self, request: Request) -> bytes:
        """Like `read`, for what is not JSON."""
        return patiently(lambda: self._call(request).content, self._sleep)

    def ask_once(self, request: Request) -> Reply:
        """Make a call once that must not happen twice; return the JSON."""
        return reply_of(self._call(request))

    def tell(self, request: Request) -> None:
        """Make a call once of whose answer nothing is read."""
        self._call(request)

    def pages(self, request: Request) -> Iterator[Reply]:
        """Follow a listing page by page."""
        while True:
            page = self.read(request)
            yield page
            following = page.get("@odata.nextLink")
            if not following:
                return
            request = Request(str(following), needs=request.needs, prefer=request.prefer)

    def listed(self, request: Request) -> Iterator[Reply]:
        """Return each item of a listing, page after page."""
        return (item for page in self.pages(request) for item in page.get("value", ()))

    def read_each(self, requests: Mapping[str, Request], spared: Spared = _GONE) -> dict[str, Reply]:
        """Make many reads, twenty in a call; what is gone, or fails as is `spared`, is absent from the answer."""
        names, found = list(requests), dict[str, Reply]()
        for start in range(0, len(names), _IN_A_BATCH):
            some = {name: requests[name] for name in names[start : start + _IN_A_BATCH]}
            found |= patiently(partial(self._read_batch, some, spared), self._sleep)
        return found

    def _read_batch(self, requests: Mapping[str, Request], spared: Spared) -> dict[str, Reply]:
        asked: list[Json] = [
            {"id": str(number), "method": "GET", "url": self._placed(request.url), "headers": dict(request.headers)}
            for number, request in enumerate(requests.values())
        ]
        answer = reply_of(self._call(Request("/$batch", "POST", body={"requests": asked})))
        each = {str(one.get("id")): one for one in answer.get("responses", ())}
        replies: dict[str, Reply] = {}
        for number, (name, request) in enumerate(requests.items()):
            reply = self._reply_in_batch(request, each.get(str(number), {}), spared)
            if reply is not None:
                replies[name] = reply
        return replies

    def _reply_in_batch(self, request: Request, answer: Reply, spared: Spared) -> Reply | None:
        status, body = int(answer.get("status", 504)), answer.get("body")
        if status < 300 and isinstance(body, dict):
            return body
        said = body.get("error") if isinstance(body, dict) else None
        headers = {str(name).lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
        refusal = Refusal.of(status, headers, said)
        trouble = self._trouble(request, refusal)
        if refusal.code == _NO_SUCH_ID or isinstance(trouble, spared):
            return None
        raise trouble

    def granted(self) -> frozenset[str]:
        return of_shared(self._tokens.scopes()) if self._mailbox else self._tokens.scopes()

    @cached_property
    def _client(self) -> httpx.Client:
        client = http_client(self._root, self._ca_file)
        weakref.finalize(self, client.close)
        return client

    def _call(self, request: Request, send: Callable[[Request, str], httpx.Response] | None = None) -> httpx.Response:
        """Make one call, with a renewed token where the first was refused; raise our errors only."""
        import httpx

        send = send or self._send
        token = self._tokens.current()
        try:
            answer = send(request, token)
            if answer.status_code == 401:
                answer = send(request, self._tokens.renewed(token))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise out_of_reach("Microsoft", error) from error
        except httpx.HTTPError as error:
            raise Unsettled(f"Microsoft's answer did not arrive whole ({type(error).__name__})") from error
        if answer.is_success:
            return answer
        raise self._trouble(request, Refusal.of(answer.status_code, answer.headers, error_in(answer)))

    def _send(self, request: Request, token: str) -> httpx.Response:
        return self._client.request(
            request.verb,
            self._address(request.path),
            params=dict(request.params) or None,
            json=request.body,
            content=request.content,
            headers={"Authorization": f"Bearer {token}", **request.headers},
        )

    def _address(self, path: str) -> str:
        """Return the whole address; a link that leads elsewhere than to Graph gets no token of ours."""
        if not path.startswith("http"):
            return self._root + self._placed(path)
        if urlsplit(path)[:2] != urlsplit(self._root)[:2]:
            raise CursorExpired("this link leads to an address that is not Graph's")
        return path

    def _placed(self, path: str) -> str:
        """Return a path of the owner's with the shared mailbox in his place, where there is one."""
        is_his = self._mailbox and path.startswith(_HIS)
        return f"/users/{quote(self._mailbox)}/{path.removeprefix(_HIS)}" if is_his else path

    def _trouble(self, request: Request, refusal: Refusal) -> AlfredError:
        """Return our error for Graph's refusal."""
        status, wait = refusal.status, refusal.retry_after
        said = f"Microsoft refused this: {refusal.message or refusal.code or status}"
        if status == 401:
            return SignInAgain(f"Microsoft no longer accepts the sign-in of {self.account}", account=self.account)
        if status == 403:
            return self._forbidden(request, said)
        if status == 429:
            return TryLater("Microsoft asks Alfred to slow down", retry_after=wait, code="rate_limited")
        if status >= 500 or status == 408:
            return Unsettled(f"Microsoft is in trouble: {refusal.message or status}", retry_after=wait)
        if status == 404:
            return NotFound(said)
        if status == 410:
            return CursorExpired("Microsoft no longer knows what changed since then")
        return CannotBe(said, code=_OURS.get(status))

    def _forbidden(self, request: Request, said: str) -> AlfredError:
        lacking = missing(request.needs, self.granted())
        if not lacking:
            return CannotBe(said, code="forbidden")
        wanted = f"{self.account} has not allowed Alfred to {purpose(lacking)}"
        return SignInAgain(wanted, account=self.account, scopes=lacking)


def http_client(address: str, ca_file: str) -> httpx.Client:
    """Return a client that trusts the usual authorities and `ca_file`; proxies are not asked about this machine."""
    own = urlsplit(address).hostname in _LOOPBACK
    return bounded_client(verify=trusted(ca_file), timeout=_TIMEOUT, trust_env=not own)


def reply_of(answer: httpx.Response) -> Reply:
    """Return the object that Graph answered with; raise `Unsettled` where there is none."""
    try:
        found = answer.json()
    except ValueError as error:
        raise Unsettled("Microsoft's answer did not arrive whole (no JSON)") from error
    if not isinstance(found, dict):
        raise Unsettled("Microsoft's answer is none")
    return found


def error_in(answer: httpx.Response) -> object:
    """Return what a refusal says of itself; None where it says nothing."""
    try:
        return answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        return None
