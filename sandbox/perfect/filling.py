"""Fills JSON of a given schema with facts: the fields are known by their names, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sandbox.perfect import choosing
from sandbox.perfect.asked import Offer

Schema = Mapping[str, object]
_MEANS = {
    "id": ("id", "i", "message_id", "ref"),
    "number": ("n", "no", "number", "index"),
    "category": ("category", "cat", "c"),
    "priority": ("priority", "prio", "p"),
    "summary": ("summary", "s"),
    "actions": ("actions", "action_items", "a"),
    "text": ("text", "t"),
    "due": ("due", "d"),
    "follow_up": ("follow_up", "needed", "f"),
    "by": ("by", "b"),
    "confidence": ("confidence", "conf", "k"),
    "suspicion": ("suspicion", "w"),
}
_MEANING = {name: fact for fact, names in _MEANS.items() for name in names}
_ID = re.compile(r"""(?:"id"\s*:\s*"|\bid="|\[)([\w.:@+-]{3,})""")
_OF_MESSAGES = re.compile(r"(^|_)(ids?|targets?|messages?)$")
_EMPTY: dict[str, object] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}
_NUMBER = re.compile(r"\d{2,}")
_NUMBERED = ("pull_request", "work_item")
_WORDS = ("query", "about", "name", "words")
_MOST = 20
_DRAFT = "Thank you for your message. I shall come back to you shortly."


def listing(schema: Schema, items: Sequence[Mapping[str, object]]) -> object:
    """The value of `schema` whose list (itself, or its one property that is a list) holds an object per item."""
    if kind_of(schema) == "array":
        return [value(cast(Schema, schema.get("items", {})), item) for item in items]
    return {name: _part(inner, items) for name, inner in properties(schema).items()}


def value(schema: Schema, facts: Mapping[str, object], name: str = "") -> object:
    """The value of `schema` that tells the facts; what the facts do not tell is empty."""
    kind = kind_of(schema)
    known = facts.get(_fact(name, kind))
    if kind == "object":
        return {inner: value(each, facts, inner) for inner, each in properties(schema).items()}
    if kind == "array":
        inside = cast(Schema, schema.get("items", {}))
        return [_entry(inside, fact) for fact in cast(Iterable[object], known or ())]
    return _scalar(schema, kind, known)


def arguments(offer: Offer, question: str, findings: Sequence[str]) -> dict[str, object]:
    """Arguments that fit a tool's schema, taken from the question and from ids in what was found."""
    needed = set(cast(Sequence[str], offer.schema.get("required", ())))
    ids = list(dict.fromkeys(id for text in findings for id in _ID.findall(text)))[:_MOST]
    told: dict[str, object] = {}
    for name, inner in properties(offer.schema).items():
        named = choosing.named(choices(inner), question)
        if named is not None:
            told[name] = named
        elif kind_of(inner) == "boolean" and choosing.meant(name, question):
            told[name] = True
        elif name in needed:
            told[name] = _argument(name, inner, question, ids)
    return told | _wider(offer, question, told)


def fits(offer: Offer, question: str, findings: Sequence[str]) -> bool:
    """Whether everything is known that a tool needs; what is about one thing needs its id, or its number."""
    needed = cast(Sequence[str], offer.schema.get("required", ()))
    known = bool(_NUMBER.search(question) or any(map(_ID.search, findings)))
    return known or all(
        choices(inner) or kind_of(inner) != "string" or name in _WORDS
        for name, inner in properties(offer.schema).items()
        if name in needed
    )


def properties(schema: Schema) -> Mapping[str, Schema]:
    return cast(Mapping[str, Schema], schema.get("properties", {}))


def kind_of(schema: Schema) -> str:
    """The type that is not null; an enum's is that of its values."""
    kind = schema.get("type")
    if isinstance(kind, list):
        return str(next((each for each in kind if each != "null"), "null"))
    if kind is None and isinstance(schema.get("anyOf"), list):
        return next(
            (found for each in cast(list[Schema], schema["anyOf"]) if (found := kind_of(each)) != "null"), "string"
        )
    return str(kind or ("object" if "properties" in schema else "string"))


def choices(schema: Schema) -> Sequence[object]:
    """The values that are allowed, where they are counted out."""
    either = cast(Sequence[Schema], schema.get("anyOf", ()))
    own = cast(Sequence[object], schema.get("enum", ()))
    return own or [choice for each in either for choice in choices(each)]


def _wider(offer: Offer, question: str, told: Mapping[str, object]) -> dict[str, object]:
    """What a search wants besides: the words where nothing else narrows it, and room for many."""
    known = properties(offer.schema)
    if "query" not in known or "query" in told or True in told.values():
        return {}
    if "urgent" in question.lower() and "max_priority" in known:
        return {"max_priority": 2}
    return {"limit": _MOST} if told and "limit" in known else {"query": choosing.subject(question)}


def _fact(name: str, kind: str) -> str:
    """The fact that a field stands for: one that is text and means a follow-up tells its date."""
    fact = _MEANING.get(name, name)
    return "by" if fact == "follow_up" and kind == "string" else fact


def _part(schema: Schema, items: Sequence[Mapping[str, object]]) -> object:
    return listing(schema, items) if kind_of(schema) == "array" else value(schema, {})


def _entry(schema: Schema, fact: object) -> object:
    if isinstance(fact, Mapping) and kind_of(schema) != "object":
        return fact.get("text", "")
    return value(schema, cast(Mapping[str, object], fact)) if isinstance(fact, Mapping) else fact


def _scalar(schema: Schema, kind: str, known: object) -> object:
    allowed = choices(schema)
    if known is not None and (not allowed or known in allowed):
        return known if allowed or kind != "string" else str(known)
    if _may_be_null(schema):
        return None
    return allowed[0] if allowed else _EMPTY.get(kind)


def _argument(name: str, schema: Schema, question: str, ids: Sequence[str]) -> object:
    kind = kind_of(schema)
    if choices(schema):
        return choices(schema)[0]
    if kind == "array":
        return list(ids) if _OF_MESSAGES.search(name) else []
    if kind != "string":
        return 1 if kind == "integer" else _EMPTY.get(kind)
    if ids and _OF_MESSAGES.search(name):
        return ids[0]
    if name in _WORDS:
        return choosing.subject(question)
    number = _NUMBER.search(question)
    if number and name in _NUMBERED:
        return number[0]
    return _DRAFT if name == "text" else choosing.errand(question)


def _may_be_null(schema: Schema) -> bool:
    kind = schema.get("type")
    either = cast(Sequence[Schema], schema.get("anyOf", ()))
    return kind == "null" or (isinstance(kind, list) and "null" in kind) or any(_may_be_null(each) for each in either)
