"""The make-believe Anthropic against Anthropic's own client: what it says, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.anthropic import AnthropicServer
from sandbox.perfect import Call, Reply

if TYPE_CHECKING:
    import anthropic as sdk

HELLO = [{"role": "user", "content": "Hello"}]
TOOL = {"name": "look", "description": "Looks.", "input_schema": {"type": "object", "properties": {}}}
USE = {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}]}
MARK = {"type": "ephemeral"}


def body(**more: object) -> dict[str, Any]:
    return {"model": "claude-sonnet-5-5", "max_tokens": 100, "messages": HELLO, **more}


def result(id: str) -> dict[str, object]:
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": id, "content": "seen"}]}


def text(words: str, **more: object) -> dict[str, object]:
    return {"type": "text", "text": words, **more}


def test_the_client_hears_every_event_of_a_stream(claude: AnthropicServer, client: sdk.Anthropic) -> None:
    claude.script([Reply("Let me look.", (Call("look", {"deep": {"a": [1, "ü"]}}),), thinking="Hm.")])
    with client.messages.stream(**body(tools=[TOOL], thinking={"type": "adaptive"})) as stream:
        kinds = {event.type for event in stream}
        message = stream.get_final_message()
    assert {"message_start", "thinking", "signature", "text", "input_json", "message_stop"} <= kinds
    assert [block.type for block in message.content] == ["thinking", "text", "tool_use"]
    assert (message.content[2].input, message.stop_reason) == ({"deep": {"a": [1, "ü"]}}, "tool_use")  # type: ignore[union-attr]


def test_a_whole_answer_says_the_same(claude: AnthropicServer, client: sdk.Anthropic) -> None:
    claude.script(["Good morning."])
    message = client.messages.create(**body())
    assert (message.content[0].text, message.stop_reason) == ("Good morning.", "end_turn")  # type: ignore[union-attr]


def test_tokens_are_counted(client: sdk.Anthropic) -> None:
    few = client.messages.count_tokens(model="claude-sonnet-5-5", messages=[{"role": "user", "content": "a"}])
    many = client.messages.count_tokens(model="claude-sonnet-5-5", messages=[{"role": "user", "content": "a" * 400}])
    assert many.input_tokens - few.input_tokens == pytest.approx(100, abs=1)


@pytest.mark.parametrize("header", [{"x-api-key": "{}"}, {"authorization": "Bearer {}"}])
def test_both_ways_of_showing_the_key_are_good(claude: AnthropicServer, header: dict[str, str]) -> None:
    shown = {name: value.format(claude.api_key) for name, value in header.items()}
    headers = {**shown, "anthropic-version": "2023-06-01"}
    assert httpx.post(f"{claude.base_url}/v1/messages", json=body(), headers=headers).status_code == 200


def test_another_key_opens_nothing(claude: AnthropicServer) -> None:
    from anthropic import Anthropic, AuthenticationError

    with Anthropic(api_key="wrong", base_url=claude.base_url) as client, pytest.raises(AuthenticationError):
        client.messages.create(**body())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"max_tokens": "many"}, "max_tokens"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"temperature": 0.5}, "sampling"),
        ({"messages": []}, "at least one message"),
        ({"messages": [{"role": "assistant", "content": "I"}, *HELLO]}, 'first message must use the "user" role'),
        ({"messages": [*HELLO, {"role": "assistant", "content": "I was"}]}, "prefill"),
        ({"messages": [{"role": "user", "content": " "}]}, "non-empty"),
        ({"messages": [*HELLO, USE, *HELLO]}, "toolu_1"),
        ({"messages": [*HELLO, USE, result("toolu_2")]}, "unexpected `tool_use_id`"),
        ({"messages": [result("toolu_1")]}, "unexpected `tool_use_id`"),
        ({"tools": [{**TOOL, "name": "no blanks"}]}, "name"),
        ({"tools": [TOOL, TOOL]}, "unique"),
        ({"tools": [{**TOOL, "input_schema": {"type": "string"}}]}, "input_schema"),
        ({"tools": [TOOL], "tool_choice": {"type": "any"}}, "tool_choice"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "thinking.type"),
        ({"thinking": {"type": "disabled"}}, "thinking.type"),
        ({"system": [text(str(n), cache_control=MARK) for n in range(5)]}, "maximum of 4 blocks"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}, "additionalProperties"),
    ],
)
def test_what_anthropic_refuses_is_refused(client: sdk.Anthropic, wrong: dict[str, object], said: str) -> None:
    from anthropic import BadRequestError

    with pytest.raises(BadRequestError, match=said):
        client.messages.create(**body(), extra_body=wrong)


def test_a_pair_of_call_and_result_is_taken(client: sdk.Anthropic) -> None:
    messages = [*HELLO, USE, result("toolu_1")]
    assert client.messages.create(**body(messages=messages, tools=[TOOL])).stop_reason == "end_turn"


def test_thinking_that_was_tampered_with_is_refused(claude: AnthropicServer, client: sdk.Anthropic) -> None:
    from anthropic import BadRequestError

    claude.script([Reply("", (Call("look"),), thinking="Hm.")])
    first = client.messages.create(**body(tools=[TOOL], thinking={"type": "adaptive"}))
    said = {"role": "assistant", "content": [block.to_dict() for block in first.content]}
    found = result(first.content[-1].id)  # type: ignore[union-attr]
    thinks = {"tools": [TOOL], "thinking": {"type": "adaptive"}}
    assert client.messages.create(**body(messages=[*HELLO, said, found], **thinks)).stop_reason == "end_turn"
    other = [{"role": "user", "content": "Hello again"}, said, found]
    with pytest.raises(BadRequestError, match="bound to a different conversation"):
        client.messages.create(**body(messages=other, **thinks))


def test_a_marked_prefix_is_written_once_and_read_again(claude: AnthropicServer, client: sdk.Anthropic) -> None:
    system = [text("You are a butler. " * 300, cache_control=MARK)]
    first = client.messages.create(**body(system=system)).usage
    second = client.messages.create(**body(system=system, messages=[{"role": "user", "content": "And now?"}])).usage
    claude.cache.forget()
    third = client.messages.create(**body(system=system)).usage
    assert (first.cache_read_input_tokens, second.cache_creation_input_tokens, third.cache_read_input_tokens) == (
        0,
        0,
        0,
    )
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens == third.cache_creation_input_tokens


def test_a_short_prefix_is_not_cached(client: sdk.Anthropic) -> None:
    usage = client.messages.create(**body(system=[text("You are a butler.", cache_control=MARK)])).usage
    assert (usage.cache_creation_input_tokens, usage.cache_read_input_tokens) == (0, 0)


@pytest.mark.parametrize("kind", ["unknown_tool", "wrong_arguments", "tool_loop"])
def test_a_bad_model_can_be_had(claude: AnthropicServer, client: sdk.Anthropic, kind: str) -> None:
    claude.misbehave(kind)
    calls = [client.messages.create(**body(tools=[TOOL])).content[0] for _ in range(3)]
    assert [call.type for call in calls] == ["tool_use"] * 3
    assert {call.name == "look" for call in calls} == {kind != "unknown_tool"}  # type: ignore[union-attr]


def test_every_request_is_on_record_without_the_key(claude: AnthropicServer, client: sdk.Anthropic) -> None:
    client.messages.create(**body())
    (kept,) = claude.record.mutations("messages.create")
    assert kept.arguments["messages"] == HELLO
    assert claude.api_key not in str(kept)
