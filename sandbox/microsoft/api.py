"""The way of a request to Graph: route, sign-in, scopes, throttling, shape, the operation, the record, the answer."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

import orjson

from sandbox.microsoft import errors, shapes
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome
from sandbox.microsoft.errors import Refusal
from sandbox.microsoft.sign_in import Access, SignIn
from sandbox.microsoft.throttle import Throttle
from sandbox.misbehaviour import ON_DELIVERY, Faults, Kind
from sandbox.record import Record
from sandbox.server import Answer, json_answer

ROOT = "/v1.0"
_KEY_IN_BRACKETS = re.compile(r"([A-Za-z]+)\('([^']*)'\)")
_LARGEST_REQUEST = 4 * 1024**2
_TEAMS = ("teams.", "channels.", "chats.", "channelMessages.", "chatMessages.")


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request, alone or from a batch; `path` is as it came, below the root; header names are in lower case."""

    verb: str
    path: str
    base: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint and the places of one request to it."""

    endpoint: Endpoint
    path: Mapping[str, str]


class Router:
    """Finds the endpoint of a path; names of segments count whatever their case, keys as they are."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._patterns = [
            (endpoint, tuple(endpoint.path.strip("/").split("/")))
            for endpoint in sorted(endpoints, key=lambda endpoint: endpoint.path.count("{"))
        ]

    def find(self, verb: str, segments: Sequence[str]) -> Route:
        known = False
        for endpoint, pattern in self._patterns:
            places = _fit(pattern, segments)
            if places is not None:
                known = True
                if endpoint.verb == verb:
                    return Route(endpoint, places)
        if known:
            raise Refusal(405, "Request_BadRequest", f"Specified HTTP method {verb} is not allowed for the resource.")
        raise errors.no_route(segments[-1] if segments else "")


@dataclass(slots=True)
class Api:
    """Graph's front door; calls are carried out one at a time."""

    endpoints: Sequence[Endpoint]
    sign_in: SignIn
    throttle: Throttle
    faults: Faults
    record: Record
    lock: threading.RLock
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        self.router = Router(self.endpoints)

    def answer(self, request: ApiRequest) -> Answer:
        """Carry a request out, or refuse it in Graph's words."""
        with self.lock:
            try:
                return self._answer(request)
            except Refusal as refusal:
                return refusal.answer()

    def access(self, request: ApiRequest) -> Access:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            raise errors.unauthorised("Access token is empty.")
        access = self.sign_in.authenticate(token)
        if access is None or kind.lower() != "bearer":
            raise errors.unauthorised()
        return access

    def _answer(self, request: ApiRequest) -> Answer:
        access = self.access(request)
        if len(request.body) > _LARGEST_REQUEST:
            raise Refusal(413, "RequestEntityTooLarge", "The maximum request length supported is 4MB.")
        segments, account = self._place(_segments(request.path), access)
        route = self.router.find(request.verb, segments)
        method = route.endpoint.method
        delivery = self.faults.struck(method, account, ON_DELIVERY)
        try:
            self._refuse_on_order(method, account, request.path)
            call = self._call(request, route, access, account)
            outcome = self._carry_out(call, route.endpoint)
        except Refusal as refusal:
            return refusal.answer().struck_by(delivery)
        return _shown(outcome).struck_by(delivery)

    def _place(self, segments: list[str], access: Access) -> tuple[list[str], str]:
        """Whose things a path names: `/users/ME/…` is `/me/…`; of other people's, only mail that they share is open."""
        asker, directory = access.grant.account, self.sign_in.directory
        if len(segments) < 3 or segments[0].lower() != "users":
            return segments, asker
        user = directory.find(segments[1])
        is_mail = segments[2].lower() in ("messages", "mailfolders")
        if user is None or not (user.address == asker or (is_mail and directory.is_shared(user.address, asker))):
            raise Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return ["me", *segments[2:]], user.address

    def _refuse_on_order(self, method: str, account: str, path: str) -> None:
        for fault in self.faults.struck(method, account, (Kind.STATUS,), path):
            raise errors.ordered(fault.status, fault.retry_after, fault.reason)

    def _call(self, request: ApiRequest, route: Route, access: Access, account: str) -> Call:
        endpoint = route.endpoint
        teams = endpoint.method.startswith(_TEAMS)
        held = access.scopes if account == access.grant.account else _for_shared(access.scopes)
        if endpoint.scopes and not held & frozenset(endpoint.scopes):
            raise errors.missing_scope(endpoint.scopes, access.scopes, teams=teams)
        wait = self.throttle.wait(account)
        if wait:
            raise errors.throttled(wait, teams=teams)
        body = _body(endpoint, request)
        return Call(
            endpoint.method, account, held, route.path, request.query, request.headers, body, request.body,
            request.base, request.path,
        )  # fmt: skip

    def _carry_out(self, call: Call, endpoint: Endpoint) -> Outcome:
        outcome = endpoint.handler(call)
        if endpoint.writes:
            self.record.add(call.method, call.account, outcome.resource, _arguments(call), outcome.state)
        return outcome


def _segments(path: str) -> list[str]:
    """The decoded segments of a path, where `messages('KEY')` counts as `messages/KEY`."""
    spelled = _KEY_IN_BRACKETS.sub(r"\1/\2", path.strip("/"))
    return [unquote(segment) for segment in spelled.split("/") if segment]


def _for_shared(scopes: frozenset[str]) -> frozenset[str]:
    """What a token allows in other people's mailboxes."""
    return frozenset(scope.removesuffix(".Shared") for scope in scopes if scope.endswith(".Shared"))


def _fit(pattern: Sequence[str], segments: Sequence[str]) -> Mapping[str, str] | None:
    if len(pattern) != len(segments):
        return None
    places = {}
    for wanted, found in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            places[wanted[1:-1]] = found
        elif wanted.lower() != found.lower():
            return None
    return places


def _body(endpoint: Endpoint, request: ApiRequest) -> JsonObject:
    if endpoint.takes is None or not request.body or "json" not in request.headers.get("content-type", "json"):
        return {}
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as wrong:
        raise Refusal(400, "BadRequest", "Unable to read JSON request payload.") from wrong
    if not isinstance(body, dict):
        raise Refusal(400, "BadRequest", "Empty Payload. JSON content expected.")
    spelled = {_lower_first(name): value for name, value in body.items()}
    shapes.check(endpoint.takes, spelled)
    return spelled


def _lower_first(name: str) -> str:
    """Actions take their parameters in either case (`Comment`, `comment`)."""
    return name[:1].lower() + name[1:]


def _shown(outcome: Outcome) -> Answer:
    headers = {"cache-control": "private", **outcome.headers}
    if outcome.content is not None:
        return Answer(outcome.status, outcome.content, {"content-type": outcome.content_type, **headers})
    if outcome.result is None:
        return Answer(outcome.status, b"", headers)
    kind = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    return json_answer(outcome.result, outcome.status, {"content-type": kind, **headers})


def _arguments(call: Call) -> JsonObject:
    """What the client asked for; contents of attachments and mails are told by size and digest."""
    body = _without_contents(call.body)
    told = body if isinstance(body, dict) else {}
    raw = {} if call.body or not call.content else {"content": _digest(call.content)}
    conditions = {"if-match": call.headers["if-match"]} if "if-match" in call.headers else {}
    return {**call.path, **told, **raw, **conditions}


def _without_contents(value: object) -> object:
    if isinstance(value, list):
        return [_without_contents(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _digest(str(item).encode()) if name == "contentBytes" else _without_contents(item)
        for name, item in value.items()
    }


def _digest(content: bytes) -> JsonObject:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
