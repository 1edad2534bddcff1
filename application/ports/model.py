"""Language models: what Alfred asks of one, whoever runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.codec import Json


class Role(StrEnum):
    """What a model is used for; settings name an ordered list of models for each."""

    CLASSIFY = "classify"
    EXTRACT = "extract"
    COMPOSE = "compose"
    CRITIC = "critic"
    EMBED = "embed"


class Speaker(StrEnum):
    OWNER = "user"
    MODEL = "assistant"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to call a tool. `id` pairs it with its result; `arguments` are unchecked JSON."""

    id: str
    name: str
    arguments: dict[str, Json]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered, as text for the model."""

    call_id: str
    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry of the conversation with a model. `thinking` is opaque and goes back to the same model unchanged."""

    speaker: Speaker
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    results: tuple[ToolResult, ...] = ()
    thinking: Json = None


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """A tool as a model sees it: exact name, one line of purpose, JSON schema of the arguments."""

    name: str
    purpose: str
    schema: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked.

    `system` is the stable prefix (persona, manner), `context` what changes each time; `schema` asks for JSON of that
    form; `think` lets a model that can think do so; `deadline` is in seconds for the whole answer.
    """

    turns: tuple[Turn, ...]
    system: str = ""
    context: str = ""
    tools: tuple[ToolOffer, ...] = ()
    schema: dict[str, Json] | None = None
    max_tokens: int = 1024
    think: bool = False
    deadline: float = 120.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `cached` came from the prompt cache, `cache_written` went into it; `input` excludes both."""

    input: int = 0
    output: int = 0
    cached: int = 0
    cache_written: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `stop` is `end`, `tools` or `length`; text is JSON where a schema was asked for."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    stop: str = "end"
    usage: Usage = Usage()
    model: str = ""
    thinking: Json = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a streamed answer: some text, or at the very end the whole answer."""

    text: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """Money per million tokens, in US dollars, as the provider publishes it; zero for local models.

    Where nobody knows the price it is zero too, and not `known`.
    """

    input: float = 0.0
    output: float = 0.0
    cached: float = 0.0
    cache_written: float = 0.0
    known: bool = True

    def of(self, usage: Usage) -> float:
        """Return the dollars that this usage costs."""
        per_million = (
            usage.input * self.input
            + usage.output * self.output
            + usage.cached * self.cached
            + usage.cache_written * self.cache_written
        )
        return per_million / 1_000_000


class LanguageModel(Protocol):
    """One model of one provider. `name` is `provider:model`; `local` means nothing leaves the machine.

    Raises `TryLater` (busy, out of reach, cut off, past the deadline), `SignInAgain` (key refused) or `CannotBe`
    (credit gone, model unknown, request refused). Calls are retried only where nothing was emitted yet. A stream that
    ends without a reason to stop is a `TryLater`.
    """

    name: str
    local: bool
    price: Price

    def ask(self, question: Question) -> Answer: ...

    def stream(self, question: Question) -> Iterator[Piece]:
        """Yield text as it comes, and last a piece with the whole answer. Closing the iterator cuts the call off."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors of one length; near in meaning is near in angle."""

    name: str
    local: bool

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]: ...
