"""Local models that an Ollama server runs: chat with tools, JSON by schema, and embeddings."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from adapters.ollama import tool_text
from adapters.ollama.errors import Told, trouble
from adapters.ollama.prompt import KEEP_ALIVE, request
from adapters.ollama.server import OllamaServer, Reply
from adapters.ollama.shown import Shown, shown
from application.ports.deadline import Deadline
from application.ports.model import Answer, Embedder, LanguageModel, Piece, Price, Question, ToolCall, Usage
from domain.codec import Json
from domain.errors import CannotBe, TryLater

log = logging.getLogger(__name__)

_CHECK = 10.0
_EMBED = 60.0
# Models that run in Ollama's cloud though the server is here (https://docs.ollama.com/cloud).
_CLOUD = ("-cloud", ":cloud")


class _Served:
    """What a model and an embedder share: the server, the model's name, and what the server tells of it."""

    def __init__(self, model: str, server: OllamaServer, account: str = "ollama") -> None:
        self.name = f"ollama:{model}"
        self.local = server.on_this_machine and not model.endswith(_CLOUD)
        self._model = model
        self._server = server
        self._account = account
        self._shown: Shown | None = None

    def check(self) -> str:
        """Say in a sentence what works; raise our errors where it does not."""
        facts = self._facts(Deadline(_CHECK))
        window = f" and reads {facts.context} tokens" if facts.context else ""
        return f"Ollama at {self._server.address} has {self._model}, which {_abilities(facts)}{window}"

    def _facts(self, deadline: Deadline) -> Shown:
        """Return what the server tells of the model; refuse one that is said to be local and is not."""
        if self._shown is None:
            try:
                facts = shown(self._server.post("/api/show", {"model": self._model}, deadline))
            except Told as told:
                raise trouble(told, self._account, self._model) from None
            if self.local and facts.elsewhere:
                raise CannotBe(f"{self._model} does not run on this machine but at {facts.elsewhere}", code="not_local")
            self._shown = facts
        return self._shown


class OllamaModel(_Served, LanguageModel):
    """One model for chat. Where it cannot call tools natively, they are described and called in words."""

    price = Price()

    def ask(self, question: Question) -> Answer:
        return next(piece.answer for piece in self._answered(question, streaming=False) if piece.answer is not None)

    def stream(self, question: Question) -> Iterator[Piece]:
        return self._answered(question, streaming=True)

    def _answered(self, question: Question, *, streaming: bool) -> Iterator[Piece]:
        deadline = Deadline(question.deadline)
        native = self._facts(deadline).calls_tools
        try:
            if native and question.tools:
                try:
                    yield from self._attempt(question, deadline, native=True, streaming=streaming)
                    return
                except Told as told:
                    if not told.is_tool_trouble:
                        raise
                    log.info("tools are described in words", extra={"model": self._model, "cause": told.said[:80]})
                native = False
            yield from self._attempt(question, deadline, native=native, streaming=streaming)
        except Told as told:
            raise trouble(told, self._account, self._model) from None

    def _attempt(self, question: Question, deadline: Deadline, *, native: bool, streaming: bool) -> Iterator[Piece]:
        """Ask once. Words that may turn out to be a call are held back until the end."""
        body = request(self._model, self._facts(deadline), question, native_tools=native) | {"stream": streaming}
        heard = _Heard(holds_back=bool(question.tools))
        try:
            with closing(self._replies(body, deadline, streaming=streaming)) as replies:
                for reply in replies:
                    heard.take(reply)
                    if streaming and (words := heard.sure()):
                        yield Piece(words)
        except Told as told:
            if heard.emitted:
                raise trouble(told, self._account, self._model) from None
            raise
        answer = heard.answer(question, self._model)
        rest = "" if answer.calls else answer.text[heard.emitted :]
        if streaming and rest:
            yield Piece(rest)
        yield Piece(answer=answer)

    def _replies(self, body: Reply, deadline: Deadline, *, streaming: bool) -> Generator[Reply, None, None]:
        if streaming:
            yield from self._server.lines("/api/chat", body, deadline)
        else:
            yield self._server.post("/api/chat", body, deadline)


@dataclass(slots=True)
class _Heard:
    """What came so far of an answer, and how much of its text was passed on."""

    holds_back: bool
    text: str = ""
    thinking: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    last: Reply = field(default_factory=dict)
    emitted: int = 0

    def take(self, reply: Reply) -> None:
        """Take one reply; raise `Told` where it is an error."""
        if reply.get("error"):
            raise Told(500, str(reply["error"]))
        told = reply.get("message")
        message = told if isinstance(told, dict) else {}
        self.text += str(message.get("content") or "")
        self.thinking += str(message.get("thinking") or "")
        calls = message.get("tool_calls")
        self.calls += [call for each in (calls if isinstance(calls, list) else []) if (call := _call(each))]
        self.last = reply

    def sure(self) -> str:
        """Return what was not passed on yet and certainly belongs to no call."""
        sure = tool_text.sure_words(self.text) if self.holds_back else len(self.text)
        start, self.emitted = self.emitted, max(self.emitted, sure)
        return self.text[start : self.emitted]

    def answer(self, question: Question, model: str) -> Answer:
        """Return the whole answer; raise `TryLater` where it broke off."""
        if self.last.get("done") is not True:
            raise TryLater("Ollama's answer did not arrive whole", code="cut_off")
        calls, text = tuple(self.calls), self.text
        if question.tools and not calls:
            read = tool_text.read(text, [tool.name for tool in question.tools])
            calls, text = read.calls, read.text
        stop = "tools" if calls else "length" if self.last.get("done_reason") == "length" else "end"
        usage = Usage(_number(self.last.get("prompt_eval_count")), _number(self.last.get("eval_count")))
        return Answer(text, calls, stop, usage, str(self.last.get("model") or model), self.thinking or None)


class OllamaEmbedder(_Served, Embedder):
    """One model for embeddings."""

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        if not texts:
            return []
        deadline = Deadline(_EMBED)
        self._facts(deadline)
        body: Reply = {"model": self._model, "input": list(texts), "truncate": True, "keep_alive": KEEP_ALIVE}
        try:
            found = self._server.post("/api/embed", body, deadline).get("embeddings")
        except Told as told:
            raise trouble(told, self._account, self._model) from None
        vectors = [_vector(each) for each in found] if isinstance(found, list) else []
        if len(vectors) != len(texts) or not all(vectors):
            raise TryLater("Ollama's answer did not arrive whole", code="cut_off")
        return vectors


def _call(told: Json) -> ToolCall | None:
    """Return a native call; arguments that are no object are read as text where they are JSON."""
    function = told.get("function") if isinstance(told, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return None
    given = function.get("arguments")
    arguments = given if isinstance(given, dict) else {}
    return ToolCall(f"call_{uuid.uuid4().hex[:12]}", str(function["name"]), arguments)


def _vector(told: Json) -> tuple[float, ...]:
    return tuple(float(each) for each in told if isinstance(each, int | float)) if isinstance(told, list) else ()


def _number(told: Json) -> int:
    return told if isinstance(told, int) else 0


def _abilities(facts: Shown) -> str:
    if facts.embeds:
        return "makes embeddings"
    return "calls tools" if facts.calls_tools else "does not call tools natively, so they are described in words"
