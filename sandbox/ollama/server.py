"""The make-believe Ollama: its routes, its faults, and the record of what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import admin
from sandbox.misbehaviour import Fault, Kind
from sandbox.ollama import models, speech
from sandbox.ollama.checking import Refusal, check_chat, known
from sandbox.ollama.models import Model
from sandbox.perfect import Asked, Mind, Said
from sandbox.perfect.mind import Turn
from sandbox.perfect.triage import AnswerKey
from sandbox.perfect.trickle import Hangups, Trickle, seconds
from sandbox.record import Record
from sandbox.server import Answer, Sending, VendorServer, json_answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

Json = Mapping[str, object]
Answered = Sending | Trickle
_PARSE = 'error parsing tool call: raw=\'{"name": "\', err=unexpected end of JSON input'
_LINES = "application/x-ndjson"
_HALF = 2


class OllamaServer(VendorServer):
    """Ollama on loopback, with `models`. It answers from the script, else from the household's key and plain rules.

    `record` holds every request that came in; `hangups` counts clients that left in the midst of a stream.
    """

    def __init__(
        self,
        port: int = 0,
        key: AnswerKey | None = None,
        models: Iterable[Model] = models.DEFAULT,
        record: Path | None = None,
    ) -> None:
        super().__init__(port, Record(record))
        self.mind = Mind(key)
        self.hangups = Hangups()
        self.models = {model.tag: model for model in models}

    def script(self, turns: Iterable[Turn]) -> None:
        """Answer the next requests with these: texts, replies, or functions of what is asked."""
        self.mind.follow(turns)

    def app(self) -> ASGIApp:
        return Starlette(
            exception_handlers={ClientDisconnect: _nobody_listens},
            routes=[
                self._post("chat", self._chat),
                self._post("generate", self._generate),
                self._post("embed", self._embed),
                self._post("show", lambda body, faults: Sending(json_answer(known(body, self.models).shown()))),
                self._post("pull", self._pull),
                Route("/api/tags", self._tags),
                Route("/api/version", self._version),
                *admin.routes(self.faults, self.record),
            ],
        )

    def _post(self, method: str, carry_out: Callable[[Json, tuple[Fault, ...]], Answered]) -> Route:
        async def answer(request: Request) -> Answered:
            faults = self.faults.struck(method, "")
            try:
                body = cast(Json, json.loads(await request.body()))
                self.record.add(method, "", str(body.get("model", "")), body, {})
                _raise_ordered(faults)
                answered = carry_out(body, faults)
            except Refusal as refused:
                answered = Sending(json_answer({"error": str(refused)}, refused.status))
            except ValueError as error:
                answered = Sending(json_answer({"error": f"invalid JSON: {error}"}, 400))
            return Sending(_spoilt(answered.answer, faults)) if isinstance(answered, Sending) else answered

        return Route(f"/api/{method}", answer, methods=["POST"])

    def _chat(self, body: Json, faults: tuple[Fault, ...]) -> Answered:
        model = known(body, self.models)
        check_chat(body, model)
        if body.get("tools") and any(fault.kind is Kind.TOOL_PARSE for fault in faults):
            raise Refusal(_PARSE, 500)
        spoken = self._spoken(body, model, speech.read(body), faults)
        if body.get("stream", True):
            return self._streamed(list(spoken.lines()), faults)
        return Sending(json_answer(spoken.whole()))

    def _generate(self, body: Json, faults: tuple[Fault, ...]) -> Answered:
        model = known(body, self.models)
        form = body.get("format")
        schema = form if isinstance(form, dict) else None
        asked = Asked(model.name, (Said("user", str(body.get("prompt", ""))),), str(body.get("system", "")), (), schema)
        answer = self._spoken(body, model, asked, faults).generated()
        return (
            self._streamed([speech.line(answer)], faults) if body.get("stream", True) else Sending(json_answer(answer))
        )

    def _embed(self, body: Json, faults: tuple[Fault, ...]) -> Answered:
        model = known(body, self.models)
        given = body.get("input")
        texts = [given] if isinstance(given, str) else cast(list[str], given or [])
        vectors = [speech.embedding(text) for text in texts]
        told = {"model": model.name, "embeddings": vectors, "total_duration": 1, "load_duration": 1}
        return Sending(json_answer({**told, "prompt_eval_count": sum(len(text) // 4 for text in texts)}))

    def _pull(self, body: Json, faults: tuple[Fault, ...]) -> Answered:
        """From now on the model is there."""
        model = Model(str(body.get("model") or body.get("name")))
        self.models[model.tag] = model
        states = [{"status": "pulling manifest"}, {"status": "success"}]
        if body.get("stream", True):
            return self._streamed([speech.line(state) for state in states], faults)
        return Sending(json_answer(states[-1]))

    async def _tags(self, request: Request) -> Sending:
        answer = json_answer({"models": [model.listed() for model in self.models.values()]})
        return Sending(answer.struck_by(self.faults.struck("tags", "")))

    async def _version(self, request: Request) -> Sending:
        return Sending(json_answer({"version": "0.0.0-sandbox"}))

    def _spoken(self, body: Json, model: Model, asked: Asked, faults: tuple[Fault, ...]) -> speech.Spoken:
        reply = self.mind.reply(asked, faults)
        return speech.Spoken(reply.model or model.name, reply, max(1, len(json.dumps(body)) // 4))

    def _streamed(self, lines: list[bytes], faults: tuple[Fault, ...]) -> Answered:
        kinds = {fault.kind for fault in faults}
        if kinds & {Kind.LOST, Kind.RESET}:
            return Sending(Answer(200))
        half = lines[: max(1, len(lines) // _HALF)]
        if Kind.NO_STOP in kinds:
            lines = lines[:-1]
        if Kind.STREAM_ERROR in kinds:
            lines = [*half, speech.line({"error": "an error was encountered while running the model"})]
        if Kind.MALFORMED in kinds:
            lines = [*half, b'{"model": "\n']
        delay, pause = seconds(faults, Kind.LATENCY), seconds(faults, Kind.SLOW)
        return Trickle(lines, _LINES, self.hangups, delay, pause, Kind.CUT in kinds)


def _raise_ordered(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        if fault.kind is Kind.STATUS:
            raise Refusal(fault.reason or "server busy, please try again", fault.status)


def _spoilt(answer: Answer, faults: tuple[Fault, ...]) -> Answer:
    kinds = {fault.kind for fault in faults}
    if Kind.MALFORMED in kinds:
        answer = Answer(answer.status, answer.body[: len(answer.body) // _HALF], answer.headers)
    if Kind.NO_STOP in kinds:
        answer = Answer(answer.status, answer.body.replace(b'"done":true', b'"done":false'), answer.headers)
    return answer.struck_by(faults)


async def _nobody_listens(request: Request, error: Exception) -> Response:
    return Response(status_code=499)
