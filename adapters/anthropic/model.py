"""Claude as a language model, by Anthropic's own SDK, which is imported at the first question."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.anthropic import errors
from adapters.anthropic.answer import answer_of
from adapters.anthropic.models import claude
from adapters.anthropic.prompt import request
from adapters.anthropic.schema import closed, reopened
from adapters.connecting.patience import patiently
from adapters.connecting.trust import trusted
from application.ports.deadline import Deadline
from application.ports.model import Answer, LanguageModel, Piece, Question
from domain.errors import SignInAgain

if TYPE_CHECKING:
    import socket

    from anthropic import Anthropic
    from anthropic.lib.streaming import MessageStream

log = logging.getLogger(__name__)

BASE_URL = "https://api.anthropic.com"
_T = TypeVar("_T")
_PAUSES = (0.5, 1.5)
_CONNECT = 10.0
# The SDK takes for granted what comes over the wire: a broken event surfaces as whatever Python makes of it.
_BROKEN = (ValueError, LookupError, AttributeError, RuntimeError)


class AnthropicModel(LanguageModel):
    """One Claude model. Safe for threads; the key is asked for at each question, so that a new one counts at once."""

    local = False

    def __init__(
        self,
        model: str,
        key: Callable[[], str],
        base_url: str = BASE_URL,
        account: str = "anthropic",
        sleep: Callable[[float], object] = time.sleep,
        ca_file: str = "",
    ) -> None:
        self.name = f"anthropic:{model}"
        self._model = model
        self._facts = claude(model)
        self.price = self._facts.price
        self._key = key
        self._base_url = base_url
        self._account = account
        self._sleep = sleep
        self._ca_file = ca_file
        self._made: tuple[str, Anthropic] | None = None
        self._lock = threading.Lock()

    def ask(self, question: Question) -> Answer:
        deadline = Deadline(question.deadline)
        body = self._body(question)
        return _meant(question, self._patiently(deadline, lambda: self._ask(body, deadline)))

    def stream(self, question: Question) -> Iterator[Piece]:
        deadline = Deadline(question.deadline)
        body = self._body(question)
        stream = self._patiently(deadline, lambda: self._begun(body, deadline))
        with closing(stream), deadline.cutting(_socket(stream)):
            for piece in self._pieces(stream, deadline):
                yield piece if piece.answer is None else Piece(answer=_meant(question, piece.answer))

    def check(self) -> str:
        """Say in a sentence what works; raise our errors where it does not. It costs no tokens."""
        deadline = Deadline(_CONNECT)
        with self._translated(deadline):
            self._client().models.retrieve(self._model, timeout=deadline.left)
        end = _retired().get(self._model)
        return f"Anthropic accepts the key and has {self._model}" + (f", but only until {end}" if end else "")

    def _ask(self, body: dict[str, Any], deadline: Deadline) -> Answer:
        with self._translated(deadline):
            message = self._client().messages.create(**body, timeout=deadline.left)
        if not hasattr(message, "usage"):
            raise errors.broken()
        return answer_of(message, self._model)

    def _begun(self, body: dict[str, Any], deadline: Deadline) -> MessageStream[None]:
        """Open a stream as far as its first event; until then nothing was emitted and all may be tried again."""
        with self._translated(deadline):
            stream: MessageStream[None] = self._client().messages.stream(**body, timeout=deadline.left).__enter__()
        try:
            with self._translated(deadline):
                next(stream)
        except BaseException:
            stream.close()
            raise
        return stream

    def _pieces(self, stream: MessageStream[None], deadline: Deadline) -> Iterator[Piece]:
        with self._translated(deadline):
            for event in stream:
                if event.type == "text":
                    yield Piece(event.text)
            message = stream.current_message_snapshot
        if message.stop_reason is None and deadline.passed:
            raise errors.late()
        yield Piece(answer=answer_of(message, self._model))

    def _body(self, question: Question) -> dict[str, Any]:
        body = request(self._model, self._facts, question)
        if question.schema is not None:
            body["output_config"] = {"format": {"type": "json_schema", "schema": closed(question.schema)}}
        return body

    def _patiently(self, deadline: Deadline, attempt: Callable[[], _T]) -> _T:
        """Try a few times; give up where the wait would outlast the deadline."""
        return patiently(attempt, self._sleep, _PAUSES, lambda: deadline.left)

    def _client(self) -> Anthropic:
        """Return the SDK's client for the key that holds now; raise `SignInAgain` where there is none."""
        from anthropic import Anthropic, DefaultHttpxClient

        key = self._key()
        if not key:
            raise SignInAgain(f"{self._account} has no API key yet", account=self._account)
        with self._lock:
            if self._made is None or self._made[0] != key:
                self._warn_of_retirement()
                # At its debug level the SDK would log whole prompts, mail and all.
                logging.getLogger("anthropic").setLevel(logging.WARNING)
                trust = trusted(self._ca_file) if self._ca_file else True
                http = DefaultHttpxClient(verify=trust, follow_redirects=False)
                client = Anthropic(api_key=key, base_url=self._base_url, max_retries=0, http_client=http)
                weakref.finalize(self, client.close)
                self._made = (key, client)
            return self._made[1]

    def _warn_of_retirement(self) -> None:
        end = _retired().get(self._model)
        if end:
            log.warning("Anthropic retires this model", extra={"model": self._model, "ends": end})

    @contextmanager
    def _translated(self, deadline: Deadline) -> Iterator[None]:
        """Turn every failure of a call into ours. Its cause is not kept: it would carry the request along."""
        import httpx2
        from anthropic import AnthropicError

        try:
            yield
        except (AnthropicError, httpx2.HTTPError, httpx2.StreamError, StopIteration, *_BROKEN) as error:
            if deadline.passed:
                raise errors.late() from None
            log.info("a call to Anthropic failed", extra={"model": self._model, "cause": type(error).__name__})
            raise errors.trouble(error, account=self._account, model=self._model, key=self._key()) from None


def _meant(question: Question, answer: Answer) -> Answer:
    if question.schema is None:
        return answer
    return replace(answer, text=reopened(question.schema, answer.text))


def _retired() -> dict[str, str]:
    """The models that Anthropic has given notice of, and until when they answer."""
    from anthropic.resources.messages.messages import DEPRECATED_MODELS

    return DEPRECATED_MODELS


def _socket(stream: MessageStream[None]) -> socket.socket | None:
    connection = stream.response.extensions.get("network_stream")
    return connection.get_extra_info("socket") if connection is not None else None
