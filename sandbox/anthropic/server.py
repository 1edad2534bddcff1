"""The make-believe Anthropic: Messages, streamed or whole, token counts and models, with the handles for tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import orjson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import admin
from sandbox.anthropic import checking, errors, models, reading, speech
from sandbox.anthropic.cache import PromptCache
from sandbox.anthropic.errors import Refusal
from sandbox.misbehaviour import Fault, Kind
from sandbox.perfect import Mind
from sandbox.perfect.mind import Turn
from sandbox.perfect.triage import AnswerKey
from sandbox.perfect.trickle import Hangups, Trickle, seconds
from sandbox.record import Record
from sandbox.server import Answer, Sending, VendorServer, json_answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

Json = Mapping[str, object]
KEY = "sk-ant-sandbox"
_MESSAGES = "messages.create"
_HALF = 2


class AnthropicServer(VendorServer):
    """Anthropic on loopback. As a context manager it serves in a thread; only `api_key` opens it.

    It answers from the script, else from the household's key and plain rules. `record` holds every request that came
    in, without the key that came with it; `hangups` counts clients that left in the midst of a stream.
    """

    def __init__(
        self, port: int = 0, key: AnswerKey | None = None, api_key: str = KEY, record: Path | None = None
    ) -> None:
        super().__init__(port, Record(record))
        self.api_key = api_key
        self.mind = Mind(key)
        self.cache = PromptCache()
        self.hangups = Hangups()

    def script(self, turns: Iterable[Turn]) -> None:
        """Answer the next requests with these: texts, replies, or functions of what is asked."""
        self.mind.follow(turns)

    def app(self) -> ASGIApp:
        return Starlette(
            exception_handlers={ClientDisconnect: _nobody_listens},
            routes=[
                Route("/v1/messages", self._messages, methods=["POST"]),
                Route("/v1/messages/count_tokens", self._count, methods=["POST"]),
                Route("/v1/models/{model}", self._model),
                *admin.routes(self.faults, self.record),
            ],
        )

    async def _messages(self, request: Request) -> Sending | Trickle:
        id = self._next_id()
        faults = self.faults.struck(_MESSAGES, "")
        try:
            body = await self._admitted(request, _MESSAGES, id, faults)
            checking.check(body)
            self._check_thinking(body)
            return self._spoken(body, id, faults)
        except Refusal as refused:
            return Sending(errors.refusal(refused.status, str(refused), request_id=f"req_{id}"))
        except _Ordered as ordered:
            return Sending(ordered.answer.struck_by(faults))

    async def _count(self, request: Request) -> Sending:
        id = self._next_id()
        try:
            body = await self._admitted(request, "messages.count_tokens", id, ())
            checking.check(body, counting=True)
            return Sending(json_answer({"input_tokens": PromptCache().spend(body).all}))
        except Refusal as refused:
            return Sending(errors.refusal(refused.status, str(refused), request_id=f"req_{id}"))

    async def _model(self, request: Request) -> Sending:
        name = request.path_params["model"]
        faults = self.faults.struck("models.retrieve", "")
        try:
            self._check_key(request)
            _raise_ordered(faults, "req_models")
        except Refusal as refused:
            return Sending(errors.refusal(refused.status, str(refused)))
        except _Ordered as ordered:
            return Sending(ordered.answer.struck_by(faults))
        if not models.exists(name):
            return Sending(errors.refusal(404, f"model: {name}"))
        shown = {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
        return Sending(json_answer(shown).struck_by(faults))

    async def _admitted(self, request: Request, method: str, id: str, faults: tuple[Fault, ...]) -> Json:
        """The body of a request that bears the key; every request is recorded."""
        try:
            body = cast(Json, json.loads(await request.body()))
        except ValueError:
            raise Refusal("The request body is not valid JSON") from None
        headers = {
            name: request.headers[name] for name in ("anthropic-version", "anthropic-beta") if name in request.headers
        }
        self.record.add(method, "", id, body if isinstance(body, dict) else {}, headers)
        self._check_key(request)
        if not isinstance(body, dict):
            raise Refusal("Input should be an object")
        _raise_ordered(faults, f"req_{id}")
        return body

    def _check_key(self, request: Request) -> None:
        """Both ways of showing a key are good: `x-api-key`, and a bearer token."""
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if (request.headers.get("x-api-key") or bearer) != self.api_key:
            raise Refusal("invalid x-api-key", 401)
        if "anthropic-version" not in request.headers:
            raise Refusal("anthropic-version: header is required")

    def _spoken(self, body: Json, id: str, faults: tuple[Fault, ...]) -> Sending | Trickle:
        kinds = {fault.kind for fault in faults}
        reply = self.mind.reply(reading.read(body), faults)
        spent = self.cache.spend(body)
        message = speech.Message(f"msg_{id}", reply.model or str(body["model"]), reply, spent, _signature(body))
        stop = None if Kind.NO_STOP in kinds else message.stop
        if not body.get("stream"):
            return Sending(_whole(message, stop, kinds, id).struck_by(faults))
        pieces = list(message.events(stop))
        if Kind.STREAM_ERROR in kinds:
            overloaded = speech.event("error", {"error": {"type": "overloaded_error", "message": "Overloaded"}})
            pieces = [*pieces[: len(pieces) // _HALF], overloaded]
        if Kind.MALFORMED in kinds:
            pieces = [*pieces[: len(pieces) // _HALF], b'event: content_block_delta\ndata: {"type": "conte\n\n']
        if kinds & {Kind.LOST, Kind.RESET}:
            return Sending(Answer(200).struck_by(faults))
        return self._streamed(pieces, id, faults)

    def _streamed(self, pieces: list[bytes], id: str, faults: tuple[Fault, ...]) -> Trickle:
        cut = any(fault.kind is Kind.CUT for fault in faults)
        headers = (("request-id", f"req_{id}"), ("cache-control", "no-cache"))
        delay, pause = seconds(faults, Kind.LATENCY), seconds(faults, Kind.SLOW)
        return Trickle(pieces, "text/event-stream; charset=utf-8", self.hangups, delay, pause, cut, headers)

    def _check_thinking(self, body: Json) -> None:
        """Refuse thinking blocks that do not stand where they came from."""
        model = str(body["model"])
        messages = cast(list[Json], body["messages"])
        for place, message in enumerate(messages):
            for number, block in enumerate(checking.texts(message["content"])):
                if block["type"] != "thinking":
                    continue
                before = {**body, "messages": messages[:place]}
                if not block.get("signature"):
                    raise Refusal(f"messages.{place}.content.{number}.thinking.signature: Field required")
                if models.checks_thinking(model) and block["signature"] != _signature(before):
                    raise Refusal(
                        f"messages.{place}.content.{number}: The `thinking` block is bound to a different conversation."
                    )

    def _next_id(self) -> str:
        return f"{len(self.record) + 1:06}"


class _Ordered(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def _raise_ordered(faults: tuple[Fault, ...], request_id: str) -> None:
    for fault in faults:
        if fault.kind is Kind.STATUS:
            raise _Ordered(errors.ordered(fault.status, fault.retry_after, fault.reason, request_id))


def _whole(message: speech.Message, stop: str | None, kinds: set[Kind], id: str) -> Answer:
    answer = json_answer(message.whole(stop), headers={"request-id": f"req_{id}"})
    if Kind.MALFORMED in kinds:
        return Answer(200, answer.body[: len(answer.body) // _HALF], answer.headers)
    return answer


def _signature(body: Json) -> str:
    """Proves that thinking came from this model after this very conversation."""
    said = [checking.texts(message["content"]) for message in cast(list[Json], body["messages"])]
    bare = [[{k: v for k, v in block.items() if k != "cache_control"} for block in blocks] for blocks in said]
    system = [block.get("text") for block in checking.texts(body.get("system"))]
    tools = [tool["name"] for tool in cast(list[Json], body.get("tools") or [])]
    told = orjson.dumps([body["model"], system, tools, bare], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(told).hexdigest()


async def _nobody_listens(request: Request, error: Exception) -> Response:
    return Response(status_code=499)
