"""Several calls in one request (https://learn.microsoft.com/graph/json-batching)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

import orjson

from sandbox.microsoft.api import Api, ApiRequest
from sandbox.microsoft.call import JsonObject, object_of, objects_of, text_of, texts_of
from sandbox.microsoft.errors import Refusal, invalid
from sandbox.server import Answer, Delivery, json_answer

_MOST_CALLS = 20


def answer(api: Api, request: ApiRequest) -> Answer:
    """Carry out each call by itself, those that depend on another only after it succeeded."""
    try:
        api.access(request)
        calls = _calls(request)
    except Refusal as refusal:
        return refusal.answer()
    answers: dict[str, Answer] = {}
    for call in calls:
        answers[text_of(call, "id")] = _one(api, request, call, answers)
    body = {"responses": [_shown(id, inner) for id, inner in answers.items()]}
    whole = json_answer(body)
    return replace(whole, delivery=_worst(answers), delay=sum(inner.delay for inner in answers.values()))


def _calls(request: ApiRequest) -> tuple[JsonObject, ...]:
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as wrong:
        raise invalid("Invalid batch payload format.", "BadRequest") from wrong
    calls = objects_of(body if isinstance(body, dict) else {}, "requests")
    ids = [text_of(call, "id") for call in calls]
    if not calls or not all(ids) or len(set(ids)) != len(ids):
        raise invalid("Invalid batch payload format.", "BadRequest")
    if len(calls) > _MOST_CALLS:
        raise invalid(f"Number of batch request steps exceeds the maximum value of {_MOST_CALLS}.", "BadRequest")
    return calls


def _one(api: Api, outer: ApiRequest, call: JsonObject, answers: Mapping[str, Answer]) -> Answer:
    for needed in texts_of(call, "dependsOn"):
        if needed not in answers or answers[needed].status >= 400:
            return Refusal(424, "FailedDependency", f"The step {needed} that this one depends on failed.").answer()
    path, _, query = text_of(call, "url").partition("?")
    headers = {name.lower(): str(value) for name, value in object_of(call, "headers").items()}
    headers.setdefault("authorization", outer.headers.get("authorization", ""))
    headers.setdefault("content-type", "application/json")
    body = orjson.dumps(call["body"]) if "body" in call else b""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    verb = text_of(call, "method", "GET").upper()
    return api.answer(ApiRequest(verb, "/" + path.lstrip("/"), outer.base, asked, headers, body))


def _shown(id: str, inner: Answer) -> JsonObject:
    headers = {name.title(): value for name, value in inner.headers.items()}
    shown: JsonObject = {"id": id, "status": inner.status, "headers": headers}
    if not inner.body:
        return shown
    if "json" in inner.headers.get("content-type", ""):
        return {**shown, "body": orjson.loads(inner.body)}
    return {**shown, "body": inner.body.decode("utf-8", "replace")}


def _worst(answers: Mapping[str, Answer]) -> Delivery:
    deliveries = {inner.delivery for inner in answers.values()}
    return next((kind for kind in (Delivery.RESET, Delivery.LOST, Delivery.CUT) if kind in deliveries), Delivery.WHOLE)
