"""JSON schemas as Anthropic's structured output takes them."""

from __future__ import annotations

from domain.codec import Json


def closed(schema: dict[str, Json]) -> dict[str, Json]:
    """Return `schema` with closed objects; what is not supported becomes a part of the descriptions.

    https://platform.claude.com/docs/en/build-with-claude/structured-outputs
    """
    from anthropic import transform_schema

    return transform_schema(_without_type_lists(schema))


def _without_type_lists(schema: dict[str, Json]) -> dict[str, Json]:
    """Return `schema` with `anyOf` in place of lists of types, which the SDK's transformation does not know."""
    inner = {name: _inside(value) for name, value in schema.items()}
    kinds = inner.get("type")
    if not isinstance(kinds, list):
        return inner
    rest = {name: value for name, value in inner.items() if name not in ("type", "enum", "description")}
    told: dict[str, Json] = {"description": inner["description"]} if "description" in inner else {}
    if "enum" in inner:
        return told | {"enum": inner["enum"]}
    return told | {"anyOf": [{"type": kind} | ({} if kind == "null" else rest) for kind in kinds]}


def _inside(value: Json) -> Json:
    if isinstance(value, dict):
        return _without_type_lists(value)
    return [_inside(each) for each in value] if isinstance(value, list) else value
