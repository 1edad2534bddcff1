"""Tool calls in plain text, for models that know no other: how to ask for them, and how to read them with patience."""

from __future__ import annotations

import ast
import json
import re
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from application.ports.model import ToolCall, ToolOffer, Turn
from domain.codec import Json

_FENCE = re.compile(r"```[ \t]*(?:json|tool_call|tool_code|tool)?[ \t]*\n?(.*?)```", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(tool_call|function_call)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_OPENING = re.compile(r"[{\[]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WORDS = {"true": "True", "false": "False", "null": "None"}
_WORD = re.compile(r"\b(?:true|false|null)\b")
_NAMES = ("name", "tool", "tool_name", "function")
_ARGUMENTS = ("arguments", "parameters", "args", "input", "params")
_MARKS = "{[<`"


@dataclass(frozen=True, slots=True)
class Read:
    """What a text holds: the calls in it, and the words around them."""

    text: str
    calls: tuple[ToolCall, ...]


def read(text: str, offered: Collection[str]) -> Read:
    """Find tool calls in what a model wrote.

    Understood are `<tool_call>`, fenced blocks and bare objects, with trailing commas, single quotes and cut-off ends.
    Outside of the tags only names in `offered` count, since an answer may hold JSON for its own sake.
    """
    for places in (_tagged(text), _fenced(text), _bare(text)):
        found = [(start, end, calls) for start, end, calls in places if _wanted(calls, offered, text[start:end])]
        if found:
            calls = tuple(call for _, _, each in found for call in each)
            return Read(_without(text, [(start, end) for start, end, _ in found]), calls)
    return Read(text, ())


def sure_words(text: str) -> int:
    """Return how many characters of a growing text certainly belong to no call, so that they may be shown."""
    return next((place for place, letter in enumerate(text) if letter in _MARKS), len(text))


def instruction(tools: Sequence[ToolOffer]) -> str:
    """Return what to tell a model about the tools, and how it is to call them."""
    lines = "\n".join(f"- {tool.name}: {tool.purpose} Arguments: {json.dumps(tool.schema)}" for tool in tools)
    return (
        "You may call these tools:\n"
        f"{lines}\n"
        "To call one, answer with nothing but a line of this form, one line for each call:\n"
        '<tool_call>{"name": "tool name", "arguments": {}}</tool_call>\n'
        "The results are then shown to you. When you need no tool, answer in plain words."
    )


def as_text(turn: Turn) -> str:
    """Return a turn with its calls and results in that same form."""
    calls = [
        f"<tool_call>{json.dumps({'name': call.name, 'arguments': call.arguments}, ensure_ascii=False)}</tool_call>"
        for call in turn.calls
    ]
    results = [f"<tool_result>{result.text}</tool_result>" for result in turn.results]
    return "\n".join(part for part in (*results, turn.text, *calls) if part)


Found = tuple[int, int, tuple[ToolCall, ...]]


def _tagged(text: str) -> Iterator[Found]:
    for tag in _TAG.finditer(text):
        yield tag.start(), tag.end(), _calls(tag.group(2))


def _fenced(text: str) -> Iterator[Found]:
    for fence in _FENCE.finditer(text):
        yield fence.start(), fence.end(), _calls(fence.group(1))


def _bare(text: str) -> Iterator[Found]:
    place = 0
    while opening := _OPENING.search(text, place):
        place = _end_of(text, opening.start())
        yield opening.start(), place, _calls(text[opening.start() : place])


def _wanted(calls: tuple[ToolCall, ...], offered: Collection[str], around: str) -> bool:
    return bool(calls) and (around.startswith("<") or all(call.name in offered for call in calls))


def _calls(text: str) -> tuple[ToolCall, ...]:
    """Return the calls in JSON text: one object, a list of them, or one per line."""
    whole = _loaded(text)
    values = whole if isinstance(whole, list) else [whole]
    if whole is None:
        values = [_loaded(line) for line in text.splitlines() if line.strip()]
    made = [_call(value) for value in values]
    return tuple(call for call in made if call is not None)


def _call(value: Json) -> ToolCall | None:
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("function"), dict):
        return _call(value["function"])
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
    given = next((value[key] for key in _ARGUMENTS if key in value), {})
    given = _loaded(given) if isinstance(given, str) else given
    if not isinstance(name, str) or not isinstance(given, dict):
        return None
    return ToolCall(f"call_{uuid.uuid4().hex[:12]}", name.strip(), given)


def _loaded(text: str) -> Json:
    """Return the JSON value that a text means, or None."""
    stripped = text.strip()
    closed = stripped + _missing_end(stripped)
    for attempt in (stripped, _TRAILING_COMMA.sub(r"\1", closed)):
        try:
            return _plain(json.loads(attempt, strict=False))
        except (ValueError, RecursionError):
            continue
    return _as_python(_TRAILING_COMMA.sub(r"\1", closed))


def _as_python(text: str) -> Json:
    """Read single quotes: with `true`, `false` and `null` put into Python's words it is a Python literal."""
    words = _outside_strings(text)
    try:
        return _plain(ast.literal_eval(words))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def _plain(value: object) -> Json:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool) else None


def _outside_strings(text: str) -> str:
    parts: list[str] = []
    last = 0
    for string in _STRING.finditer(text):
        parts += [_WORD.sub(lambda word: _WORDS[word.group()], text[last : string.start()]), string.group()]
        last = string.end()
    return "".join([*parts, _WORD.sub(lambda word: _WORDS[word.group()], text[last:])])


def _missing_end(text: str) -> str:
    """Return the brackets that a cut-off text still lacks."""
    return "".join(reversed(_open_brackets(text)))


def _open_brackets(text: str) -> list[str]:
    waiting: list[str] = []
    for letter in _STRING.sub("", text):
        if letter in "{[":
            waiting.append("}" if letter == "{" else "]")
        elif letter in "}]" and waiting:
            waiting.pop()
    return waiting


def _end_of(text: str, start: int) -> int:
    """Return where the object or list that opens at `start` is closed, or the end of the text."""
    depth, place = 0, start
    while place < len(text):
        string = _STRING.match(text, place)
        if string:
            place = string.end()
            continue
        depth += (text[place] in "{[") - (text[place] in "}]")
        place += 1
        if depth == 0:
            return place
    return len(text)


def _without(text: str, places: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(places):
        text = text[:start] + text[end:]
    return text.strip()
