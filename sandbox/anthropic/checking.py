"""Refuses what Anthropic refuses in a request (https://platform.claude.com/docs/en/api/messages)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar, cast

from sandbox.anthropic import models
from sandbox.anthropic.errors import Refusal
from sandbox.anthropic.turns import check_turns

Json = Mapping[str, object]
T = TypeVar("T")
_KNOWN_WORDS = (
    "max_tokens messages model cache_control container diagnostics inference_geo metadata output_config "
    "service_tier speed stop_sequences stream system thinking tool_choice tools"
)
_KNOWN = frozenset(_KNOWN_WORDS.split())
_SAMPLING = frozenset({"temperature", "top_p", "top_k"})
_TOOL_FIELDS_WORDS = (
    "name description input_schema cache_control type strict eager_input_streaming input_examples "
    "defer_loading allowed_callers"
)
_TOOL_FIELDS = frozenset(_TOOL_FIELDS_WORDS.split())
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_UNSUPPORTED_WORDS = (
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems"
)
_UNSUPPORTED = frozenset(_UNSUPPORTED_WORDS.split())
_MOST_MARKS = 4


def check(body: Json, *, counting: bool = False) -> None:
    """Raise `Refusal` for the first thing that Anthropic would not take."""
    for unknown in sorted(set(body) - _KNOWN):
        said = (
            "this model does not take sampling parameters" if unknown in _SAMPLING else "Extra inputs are not permitted"
        )
        raise Refusal(f"{unknown}: {said}")
    model = _of(body, "model", str)
    if not models.exists(model):
        raise Refusal(f"model: {model}", 404)
    if not counting and _of(body, "max_tokens", int) < 0:
        raise Refusal("max_tokens: Input should be greater than or equal to 0")
    check_turns(model, _of(body, "messages", list))
    _check_thinking(model, body)
    _check_tools(model, body)
    _check_output(body)
    marks = sum(1 for block in blocks(body) if block.get("cache_control")) + bool(body.get("cache_control"))
    if marks > _MOST_MARKS:
        raise Refusal(f"A maximum of {_MOST_MARKS} blocks with cache_control may be provided. Found {marks}.")


def blocks(body: Json) -> Iterator[Json]:
    """Every block that may bear a cache mark, in the order of the prefix: tools, system, messages."""
    yield from cast(list[Json], body.get("tools") or [])
    yield from texts(body.get("system"))
    for message in cast(list[Json], body["messages"]):
        yield from texts(message["content"])


def texts(content: object) -> list[Json]:
    """Content as a list of blocks; a string is a text block."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return cast(list[Json], content or [])


def _of(body: Json, name: str, kind: type[T]) -> T:
    if name not in body:
        raise Refusal(f"{name}: Field required")
    found = body[name]
    if not isinstance(found, kind) or isinstance(found, bool):
        raise Refusal(f"{name}: Input should be a valid {kind.__name__}")
    return found


def _check_thinking(model: str, body: Json) -> None:
    thinking = cast(Json | None, body.get("thinking"))
    if thinking is None:
        return
    kind = str(thinking.get("type"))
    if kind not in models.thinking_types(model):
        raise Refusal(f'thinking.type: "{kind}" is not supported on {model}')
    if kind == "enabled" and not 1024 <= cast(int, thinking.get("budget_tokens", 0)) < cast(int, body["max_tokens"]):
        raise Refusal("thinking.budget_tokens: must be at least 1024 and less than max_tokens")
    choice = cast(Json, body.get("tool_choice") or {}).get("type", "auto")
    if kind in ("enabled", "adaptive") and choice in ("any", "tool"):
        raise Refusal("Thinking may not be enabled when tool_choice forces tool use.")


def _check_tools(model: str, body: Json) -> None:
    tools = cast(list[Json], body.get("tools") or [])
    choice = cast(Json, body.get("tool_choice") or {})
    if choice.get("type") in ("any", "tool") and not models.takes_forced_tools(model):
        raise Refusal(f'tool_choice: "{choice["type"]}" is not supported on {model}')
    if choice and not tools:
        raise Refusal("tool_choice may only be specified while providing tools")
    for place, tool in enumerate(tools):
        _check_tool(f"tools.{place}", tool)
    names = [tool["name"] for tool in tools]
    if len(names) != len(set(names)):
        raise Refusal("tools: Tool names must be unique.")


def _check_tool(where: str, tool: Json) -> None:
    for unknown in sorted(set(tool) - _TOOL_FIELDS):
        raise Refusal(f"{where}.custom.{unknown}: Extra inputs are not permitted")
    if not _TOOL_NAME.fullmatch(str(tool.get("name", ""))):
        raise Refusal(f"{where}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
    schema = tool.get("input_schema")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise Refusal(f"{where}.custom.input_schema.type: Input should be 'object'")


def _check_output(body: Json) -> None:
    """Structured output (https://platform.claude.com/docs/en/build-with-claude/structured-outputs)."""
    form = cast(Json | None, cast(Json, body.get("output_config") or {}).get("format"))
    if form is None:
        return
    if form.get("type") != "json_schema" or not isinstance(form.get("schema"), dict):
        raise Refusal("output_config.format: Input should be a json_schema with a schema")
    _check_schema("output_config.format.schema", cast(Json, form["schema"]))


def _check_schema(where: str, schema: Json) -> None:
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise Refusal(f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false")
    for word in sorted(_UNSUPPORTED & set(schema)):
        raise Refusal(f"{where}: For '{schema.get('type')}' type, property '{word}' is not supported")
    for name, inner in cast(Mapping[str, Json], schema.get("properties") or {}).items():
        _check_schema(f"{where}.{name}", inner)
    if isinstance(schema.get("items"), dict):
        _check_schema(f"{where}.items", cast(Json, schema["items"]))
