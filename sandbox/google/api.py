"""The way of every API request: route, sign-in, scopes, quota, schema, the method itself, the record, the answer."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from sandbox.google import errors, fields
from sandbox.google.call import Call, Outcome, Service
from sandbox.google.discovery import Document, JsonObject, Query, Route, Schema
from sandbox.google.errors import Refusal
from sandbox.google.oauth import Access, SignIn
from sandbox.google.quota import Quota
from sandbox.misbehaviour import ON_DELIVERY, Faults, Kind
from sandbox.record import Record
from sandbox.server import Answer, json_answer


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request, whether it came by itself, in a batch or with an upload; header names are in lower case."""

    verb: str
    path: str
    query: Query = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    media: bytes | None = None

    def asked(self, name: str) -> str:
        return next((value for key, value in self.query if key == name), "")


@dataclass(slots=True)
class Api:
    """Google's front door for all services of one server; calls are carried out one at a time."""

    services: Sequence[Service]
    sign_in: SignIn
    quota: Quota
    faults: Faults
    record: Record
    lock: threading.RLock

    def answer(self, request: ApiRequest) -> Answer:
        """Carry a request out, or refuse it in Google's words."""
        found = self.find(request)
        if found is None:
            return Answer(404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", {"content-type": "text/html"})
        with self.lock:
            try:
                return self._answer(request, *found)
            except Refusal as refusal:
                return refusal.answer()

    def find(self, request: ApiRequest) -> tuple[Service, Route] | None:
        for service in self.services:
            if route := service.document.route(request.verb, request.path):
                return service, route
        return None

    def _answer(self, request: ApiRequest, service: Service, route: Route) -> Answer:
        access = self._access(request)
        account = access.grant.account
        method = route.method
        delivery = self.faults.struck(method.id, account, ON_DELIVERY)
        try:
            self._refuse_on_order(method.id, account, request.path)
            call = self._call(request, service.document, route, access)
            outcome = self._carry_out(call, service)
        except Refusal as refusal:
            return refusal.answer().struck_by(delivery)
        return _shown(call, outcome, service.document).struck_by(delivery)

    def _access(self, request: ApiRequest) -> Access:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        access = self.sign_in.authenticate(token or request.asked("access_token"))
        if access is None or (token and kind.lower() != "bearer"):
            raise errors.unauthorised()
        return access

    def _refuse_on_order(self, method: str, account: str, path: str) -> None:
        for fault in self.faults.struck(method, account, (Kind.STATUS,), path):
            raise errors.ordered(fault.status, fault.retry_after, fault.reason)
        if method.endswith("history.list") and self.faults.struck(method, account, (Kind.EXPIRED_CURSOR,)):
            raise errors.not_found()

    def _call(self, request: ApiRequest, document: Document, route: Route, access: Access) -> Call:
        method, account = route.method, access.grant.account
        if not access.scopes & frozenset(method.scopes):
            raise errors.insufficient_scope(method.id, document.host, method.scopes)
        user = route.path_params.get("userId", "me").lower()
        if user not in ("me", account):
            raise errors.delegation_denied(user)
        if not self.quota.spend(account, method.id):
            raise errors.quota_exceeded(document.host, self.quota.limit or 0)
        query = document.parameters(method, request.query)
        body = document.body(method, request.body)
        return Call(method, account, access.scopes, route.path_params, query, body, request.media, request.headers)

    def _carry_out(self, call: Call, service: Service) -> Outcome:
        handler = service.handlers.get(call.method.id)
        if handler is None:
            raise Refusal(501, f"The make-believe Google has no {call.method.id}.", "notImplemented")
        if call.text("fields"):
            _check_mask(fields.parse(call.text("fields")), service.document, call.method.response)
        outcome = handler(call)
        if call.method.writes:
            self.record.add(call.method.id, call.account, outcome.resource, _arguments(call), outcome.state)
        return outcome


def _shown(call: Call, outcome: Outcome, document: Document) -> Answer:
    if outcome.result is None:
        return Answer(204)
    mask = call.text("fields")
    headers = {"vary": "Origin, X-Origin, Referer", "cache-control": "private"}
    return json_answer(fields.select(outcome.result, fields.parse(mask)) if mask else outcome.result, headers=headers)


def _arguments(call: Call) -> JsonObject:
    """What the client asked for; a mail's bytes are told by size and digest."""
    path = {name: value for name, value in call.path.items() if name != "userId"}
    media = {"media": _digest(call.media)} if call.media is not None else {}
    query = {name: values for name, values in call.query.items() if name in call.method.parameters}
    return {**path, **query, **cast(JsonObject, _without_mail(call.body)), **media}


def _without_mail(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {name: _digest(str(item).encode()) if name == "raw" else _without_mail(item) for name, item in value.items()}


def _digest(content: bytes) -> JsonObject:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _check_mask(mask: fields.Mask, document: Document, schema: str | None) -> None:
    shape: Schema = {"$ref": schema} if schema else {}
    _check_branch(mask, document, shape)


def _check_branch(mask: fields.Mask, document: Document, shape: Schema) -> None:
    shape = _resolved(shape, document)
    known = cast(Mapping[str, Schema], shape.get("properties", {}))
    for name, inner in mask.items():
        if name != "*" and name not in known:
            raise fields.unknown(name)
        if inner and name != "*":
            _check_branch(inner, document, known[name])


def _resolved(shape: Schema, document: Document) -> Schema:
    while "$ref" in shape or "items" in shape:
        reference = shape.get("$ref")
        shape = document.schemas[cast(str, reference)] if reference else cast(Schema, shape["items"])
    return shape


def with_media(request: ApiRequest, body: bytes, media: bytes) -> ApiRequest:
    """The same request with its upload unpacked."""
    return replace(request, body=body, media=media)
