"""The way of a request to Azure DevOps: sign-in, route, scope, throttling, the operation, the record, the answer."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

import orjson

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import PATCH, Call, Endpoint, Outcome
from sandbox.azure_devops.errors import Refusal, Turned
from sandbox.azure_devops.locations import locations
from sandbox.azure_devops.tokens import Access, Tokens
from sandbox.microsoft.call import JsonObject
from sandbox.microsoft.throttle import Throttle
from sandbox.misbehaviour import ON_DELIVERY, Faults, Kind
from sandbox.record import Record
from sandbox.server import Answer, json_answer

_SIGN_IN_INSTEAD = 203


@dataclass(frozen=True, slots=True)
class Request:
    """A request below the organisation; header and query names are in lower case."""

    verb: str
    path: str
    base: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class Api:
    """The front door of one organisation; calls are carried out one at a time."""

    endpoints: Sequence[Endpoint]
    tokens: Tokens
    throttle: Throttle
    faults: Faults
    record: Record
    lock: threading.RLock

    def answer(self, request: Request) -> Answer:
        """Carry a request out, or refuse it in the vendor's words."""
        with self.lock:
            try:
                return self._answer(request)
            except (Refusal, Turned) as refusal:
                return refusal.answer()

    def _answer(self, request: Request) -> Answer:
        spared = request.headers.get("x-tfs-fedauthredirect", "").lower() == "suppress"
        access = self.tokens.authenticate(request.headers.get("authorization", ""), spared=spared)
        if request.verb == "OPTIONS":
            found = locations()
            return json_answer({"count": len(found), "value": found})
        endpoint, places = self._route(request)
        account = access.identity.address
        delivery = self.faults.struck(endpoint.method, account, ON_DELIVERY)
        try:
            self._refuse_on_order(endpoint.method, account)
            return _shown(self._carry_out(self._call(request, endpoint, places, access), endpoint)).struck_by(delivery)
        except (Refusal, Turned) as refusal:
            return refusal.answer().struck_by(delivery)

    def _route(self, request: Request) -> tuple[Endpoint, Mapping[str, str]]:
        before, _, after = request.path.strip("/").partition("_apis/")
        outer = [unquote(part) for part in before.strip("/").split("/") if part]
        inner = [unquote(part) for part in after.strip("/").split("/") if part]
        named = {"project": outer[0]} if outer else {}
        fitting = [(one, places) for one in self.endpoints if (places := _fit(one.path, inner)) is not None]
        for endpoint, places in sorted(fitting, key=lambda pair: pair[0].path.count("{")):
            if endpoint.verb == request.verb:
                return endpoint, {**named, **places}
        raise errors.wrong_verb(request.verb) if fitting else errors.no_route(f"/{request.path}")

    def _refuse_on_order(self, method: str, account: str) -> None:
        for fault in self.faults.struck(method, account, (Kind.STATUS,)):
            if fault.status == _SIGN_IN_INSTEAD:
                raise errors.sign_in_page()
            if fault.status == 401:
                raise errors.expired()
            raise errors.ordered(fault.status, fault.retry_after, fault.reason)

    def _call(self, request: Request, endpoint: Endpoint, places: Mapping[str, str], access: Access) -> Call:
        if not access.allows(endpoint.scope):
            raise errors.missing_scope(access.identity.name, endpoint.scope)
        wait = self.throttle.wait(access.identity.address)
        if wait:
            raise errors.throttled(wait)
        accept = request.headers.get("accept", "")
        body = _body(endpoint, request)
        return Call(endpoint.method, access.identity, places, request.query, body, request.base, accept)

    def _carry_out(self, call: Call, endpoint: Endpoint) -> Outcome:
        outcome = endpoint.handler(call)
        if endpoint.writes:
            told = call.body if isinstance(call.body, dict) else {"document": call.body}
            arguments: JsonObject = {**call.path, **told}
            self.record.add(call.method, call.caller.address, outcome.resource, arguments, outcome.state)
        return outcome


def _fit(path: str, segments: Sequence[str]) -> Mapping[str, str] | None:
    """The places of a path that segments fill; names count whatever their case."""
    pattern = path.split("/")
    if len(pattern) != len(segments):
        return None
    places = {}
    for wanted, found in zip(pattern, segments, strict=True):
        begins, brace, name = wanted.partition("{")
        if brace and found.startswith(begins) and (begins or not found.startswith("$")):
            places[name[:-1]] = found[len(begins) :]
        elif brace or wanted.lower() != found.lower():
            return None
    return places


def _body(endpoint: Endpoint, request: Request) -> object:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if endpoint.media == PATCH and kind != PATCH:
        raise errors.wrong_media(kind)
    if not request.body or request.verb in ("GET", "DELETE"):
        return {}
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as wrong:
        message = "TF400898: An Internal Error Occurred: the request body is no JSON."
        raise errors.invalid(message, "JsonReaderException") from wrong


def _shown(outcome: Outcome) -> Answer:
    headers = {"cache-control": "no-cache", **outcome.headers}
    if outcome.content is not None:
        return Answer(outcome.status, outcome.content, {"content-type": outcome.content_type, **headers})
    if outcome.result is None and outcome.status == 204:
        return Answer(204, b"", headers)
    return json_answer(outcome.result, outcome.status, headers)
