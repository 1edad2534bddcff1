"""The make-believe Ollama against Ollama's own client."""

from __future__ import annotations

from typing import cast

import ollama as sdk
import pytest

from sandbox.ollama import OllamaServer
from sandbox.perfect import Call, Reply

HELLO = [{"role": "user", "content": "Hello"}]


def look(deep: int) -> str:
    """Looks.

    Args:
      deep: how deep
    """
    return str(deep)


def test_it_lists_and_shows_its_models(local: sdk.Client) -> None:
    assert "qwen3:8b" in [model.model for model in local.list().models]
    assert local.show("gemma3:4b").capabilities == ["completion"]


def test_it_answers_whole_and_in_pieces(ollama: OllamaServer, local: sdk.Client) -> None:
    ollama.script(["Good morning, sir.", "Good morning, sir."])
    whole = local.chat("qwen3:8b", HELLO)
    pieces = list(local.chat("qwen3:8b", HELLO, stream=True))
    assert whole.message.content == "Good morning, sir." == "".join(piece.message.content or "" for piece in pieces)
    assert ([piece.done for piece in pieces][-2:], whole.done_reason) == ([False, True], "stop")


def test_it_calls_tools(ollama: OllamaServer, local: sdk.Client) -> None:
    ollama.script([Reply("", (Call("look", {"deep": 3}),))])
    (call,) = local.chat("qwen3:8b", HELLO, tools=[look]).message.tool_calls or ()
    assert (call.function.name, call.function.arguments) == ("look", {"deep": 3})


def test_it_answers_in_the_format_that_is_asked_for(local: sdk.Client) -> None:
    schema = {"type": "object", "properties": {"fine": {"type": "boolean"}}, "required": ["fine"]}
    assert local.chat("qwen3:8b", HELLO, format=schema).message.content == '{"fine": true}'


def test_it_generates_and_embeds(local: sdk.Client) -> None:
    assert local.generate("qwen3:8b", "Hello").response
    assert len(local.embed("nomic-embed-text", ["a", "b"]).embeddings) == 2


def test_a_model_can_be_fetched(local: sdk.Client) -> None:
    with pytest.raises(sdk.ResponseError) as missing:
        local.chat("mistral", HELLO)
    local.pull("mistral")
    assert (missing.value.status_code, local.chat("mistral", HELLO).done) == (404, True)


@pytest.mark.parametrize(
    ("model", "more", "said"),
    [
        ("gemma3:4b", {"tools": [look]}, "does not support tools"),
        ("gemma3:4b", {"think": True}, "does not support thinking"),
        ("nomic-embed-text", {}, "does not support chat"),
    ],
)
def test_what_a_model_cannot_do_is_refused(local: sdk.Client, model: str, more: dict[str, object], said: str) -> None:
    with pytest.raises(sdk.ResponseError, match=said) as refused:
        local.chat(model, HELLO, **more)  # type: ignore[call-overload]
    assert refused.value.status_code == 400


def test_it_can_fail_to_read_a_call(ollama: OllamaServer, local: sdk.Client) -> None:
    ollama.misbehave("tool_parse", count=1)
    with pytest.raises(sdk.ResponseError, match="error parsing tool call") as failed:
        local.chat("qwen3:8b", HELLO, tools=[look])
    assert failed.value.status_code == 500
    assert cast(bool, local.chat("qwen3:8b", HELLO, tools=[look]).done)
