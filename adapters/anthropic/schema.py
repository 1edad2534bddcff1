"""JSON schemas as Anthropic's structured output takes them, and its answers as our schemas mean them.

https://platform.claude.com/docs/en/build-with-claude/structured-outputs: every object is closed, so that one of any
shape has to travel as JSON text.
"""

from __future__ import annotations

import json

from domain.codec import Json

_CLOSED: dict[str, Json] = {"type": "null"}
_AS_TEXT: dict[str, Json] = {"type": "string", "description": "JSON, as text"}


def closed(schema: dict[str, Json]) -> dict[str, Json]:
    """Return `schema` with closed objects; what is not supported becomes a part of the descriptions."""
    from anthropic import transform_schema

    return transform_schema(_fitted(schema))


def reopened(schema: dict[str, Json], text: str) -> str:
    """Return an answer with the JSON that travelled as text put in its place; broken JSON is left as it is."""
    try:
        told = json.loads(text)
    except ValueError:
        return text
    return json.dumps(_unpacked(schema, told), ensure_ascii=False)


def _fitted(schema: dict[str, Json]) -> dict[str, Json]:
    """Return `schema` without open objects, and with `anyOf` in place of lists of types."""
    if _is_open(schema):
        return _AS_TEXT
    inner = {name: value if name in ("enum", "const") else _inside(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        inner["properties"] = {name: _inside(each) for name, each in _object(schema["properties"]).items()}
    kinds = inner.get("type")
    if not isinstance(kinds, list):
        return inner
    rest = {name: value for name, value in inner.items() if name not in ("type", "description")}
    told: dict[str, Json] = {"description": inner["description"]} if "description" in inner else {}
    return told | {"anyOf": [{"type": kind} | ({} if kind == "null" else rest) for kind in kinds]}


def _inside(value: Json) -> Json:
    if isinstance(value, dict):
        return _fitted(value)
    return [_inside(each) for each in value] if isinstance(value, list) else value


def _is_open(schema: dict[str, Json]) -> bool:
    """Whether the schema allows anything, or an object with names of its own."""
    if not set(schema) - {"description", "title", "default"}:
        return True
    return (
        schema.get("type") == "object"
        and not schema.get("properties")
        and schema.get("additionalProperties") is not False
    )


def _unpacked(schema: dict[str, Json], told: Json) -> Json:
    if _is_open(schema) and isinstance(told, str):
        return _loaded(told)
    if isinstance(told, dict):
        parts = _object(schema.get("properties"))
        return {name: _unpacked(_object(parts.get(name, _CLOSED)), each) for name, each in told.items()}
    if isinstance(told, list):
        return [_unpacked(_object(schema.get("items", _CLOSED)), each) for each in told]
    return told


def _loaded(text: str) -> Json:
    try:
        found: Json = json.loads(text)
    except ValueError:
        return text
    return found


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
