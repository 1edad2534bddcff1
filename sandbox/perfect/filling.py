"""Fills JSON of a given schema with facts: the fields are known by their names, whatever their order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sandbox.perfect import choosing
from sandbox.perfect.asked import Asked, Offer

Schema = Mapping[str, object]
_MEANS = {
    "id": ("id", "i", "message_id", "ref", "message"),
    "index": ("index", "n", "no", "number"),
    "category": ("category", "cat", "c"),
    "priority": ("priority", "prio", "p"),
    "summary": ("summary", "sum", "s"),
    "actions": ("actions", "action_items", "a", "items", "asks"),
    "text": ("text", "t", "action", "what"),
    "due": ("due", "d", "due_date"),
    "follow_up": ("follow_up", "needed", "f", "followup", "needs_follow_up"),
    "by": ("by", "follow_up_by", "b"),
    "confidence": ("confidence", "conf", "k"),
}
_MEANING = {name: fact for fact, names in _MEANS.items() for name in names}
_ID = re.compile(r"""(?:"id"\s*:\s*"|\bid="|\bid=|\[)([\w.:@+-]{3,})""")
_FINISHED = re.compile(
    r"<(results?|findings|found|tool_result)\b|\b(results so far|already found|earlier results)\b", re.IGNORECASE
)


def listing(schema: Schema, items: Sequence[Mapping[str, object]]) -> object:
    """The value of `schema` whose list (itself, or its one property that is a list) holds an object per item."""
    if _type(schema) == "array":
        return [value(cast(Schema, schema.get("items", {})), item) for item in items]
    return {name: _part(inner, items) for name, inner in _properties(schema).items()}


def value(schema: Schema, facts: Mapping[str, object], name: str = "") -> object:
    """The value of `schema` that tells the facts; what the facts do not tell is empty."""
    known = facts.get(_MEANING.get(name, name))
    kind = _type(schema)
    if kind == "object":
        return {inner: value(each, facts, inner) for inner, each in _properties(schema).items()}
    if kind == "array":
        inside = cast(Schema, schema.get("items", {}))
        return [_entry(inside, fact) for fact in cast(Iterable[object], known or ())]
    return _scalar(schema, kind, known)


def intents(asked: Asked) -> str:
    """JSON of what the user wants done; nothing more once results are shown."""
    schema = asked.schema or {}
    done = _FINISHED.search(asked.question) or asked.findings
    offers = [] if done else choosing.choose(asked.question, _named(schema, asked))
    wants = [_Want(offer, asked.question) for offer in offers]
    return json.dumps(_with_wants(schema, wants), ensure_ascii=False)


def arguments(offer: Offer, question: str, findings: Sequence[str]) -> dict[str, object]:
    """Arguments that fit a tool's schema, taken from the question and from ids in what was found."""
    needed = set(cast(Sequence[str], offer.schema.get("required", ())))
    ids = [id for text in findings for id in _ID.findall(text)]
    return {
        name: _argument(name, inner, question, ids)
        for name, inner in _properties(offer.schema).items()
        if name in needed
    }


class _Want:
    def __init__(self, offer: Offer, question: str) -> None:
        self.name = offer.name
        self.arguments = arguments(offer, question, ())


def _with_wants(schema: Schema, wants: Sequence[_Want]) -> object:
    if _type(schema) == "array":
        return [_want(cast(Schema, schema.get("items", {})), want) for want in wants]
    return {
        name: _with_wants(inner, wants) if _type(inner) == "array" else _scalar(inner, _type(inner), None)
        for name, inner in _properties(schema).items()
    }


def _want(schema: Schema, want: _Want) -> object:
    """An intent: the text property is the name, the object property the arguments, as JSON text where that is asked."""
    told: dict[str, object] = {}
    for name, inner in _properties(schema).items():
        if name in ("name", "intent", "tool", "kind"):
            told[name] = want.name
        elif name in ("arguments", "args", "parameters", "slots"):
            told[name] = want.arguments if _type(inner) == "object" else json.dumps(want.arguments)
        else:
            told[name] = _scalar(inner, _type(inner), want.arguments.get(name))
    return told


def _named(schema: Schema, asked: Asked) -> tuple[Offer, ...]:
    """The tools on offer, or those that the schema or the system prompt names."""
    if asked.tools:
        return asked.tools
    names = _enums(schema) or re.findall(r"^\s*[-*]?\s*`?(\w+)`?\s*(?:\(|:|—|-)", asked.system, re.MULTILINE)
    return tuple(Offer(str(name), _line_with(asked.system, str(name)), {}) for name in names)


def _enums(schema: object) -> list[object]:
    if not isinstance(schema, Mapping):
        return [found for each in schema for found in _enums(each)] if isinstance(schema, list) else []
    if isinstance(schema.get("enum"), list):
        return cast(list[object], schema["enum"])
    return [found for each in schema.values() for found in _enums(each)]


def _line_with(text: str, name: str) -> str:
    return next((line for line in text.splitlines() if name in line), name)


def _part(schema: Schema, items: Sequence[Mapping[str, object]]) -> object:
    return listing(schema, items) if _type(schema) == "array" else _scalar(schema, _type(schema), None)


def _entry(schema: Schema, fact: object) -> object:
    if isinstance(fact, Mapping) and _type(schema) != "object":
        return fact.get("text", "")
    return value(schema, cast(Mapping[str, object], fact)) if isinstance(fact, Mapping) else fact


def _scalar(schema: Schema, kind: str, known: object) -> object:
    choices = cast(Sequence[object], schema.get("enum", ()))
    if known is not None and (not choices or known in choices):
        return str(known) if kind == "string" else known
    if _may_be_null(schema):
        return None
    empty: dict[str, object] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}
    return choices[0] if choices else empty.get(kind)


def _argument(name: str, schema: Schema, question: str, ids: Sequence[str]) -> object:
    kind = _type(schema)
    choices = cast(Sequence[object], schema.get("enum", ()))
    if choices:
        return next((each for each in choices if str(each).replace("_", " ") in question.lower()), choices[0])
    if kind == "array":
        return list(dict.fromkeys(ids)) if "id" in name or "messages" in name or "target" in name else []
    if kind == "string" and ids and re.search(r"(^|_)(id|target|message)s?$", name):
        return ids[0]
    if kind == "object":
        return {}
    return choosing.subject(question) if kind == "string" else _scalar(schema, kind, 1 if kind == "integer" else None)


def _properties(schema: Schema) -> Mapping[str, Schema]:
    return cast(Mapping[str, Schema], schema.get("properties", {}))


def _type(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return str(next((each for each in kind if each != "null"), "null"))
    if kind is None and isinstance(schema.get("anyOf"), list):
        return next((_type(each) for each in cast(list[Schema], schema["anyOf"]) if _type(each) != "null"), "string")
    return str(kind or ("object" if "properties" in schema else "string"))


def _may_be_null(schema: Schema) -> bool:
    kind = schema.get("type")
    either = cast(Sequence[Schema], schema.get("anyOf", ()))
    return kind == "null" or (isinstance(kind, list) and "null" in kind) or any(_may_be_null(each) for each in either)
