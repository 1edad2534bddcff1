"""Dataclasses to JSON values and back, strictly, with errors that name the place.

One mechanism for action payloads, rules, tool arguments and settings of the owner. Supported: dataclasses, enums,
`datetime` and `date` (RFC 3339), `Decimal` (string), tuples, frozensets, `dict[str, …]`, unions with `None`, and the
JSON scalars.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from domain.errors import Invalid

type_hints = cache(typing.get_type_hints)
T = TypeVar("T")
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_SCALARS: dict[type, tuple[str, str]] = {
    str: ("string", "text"),
    bool: ("boolean", "true or false"),
    int: ("integer", "a whole number"),
    float: ("number", "a number"),
}
_PLAIN = frozenset(_SCALARS) | {types.NoneType}


def encode(value: object) -> Json:
    """Return `value` as JSON values; frozensets come out sorted so that equal values encode equally."""
    kind = type(value)
    if kind in _PLAIN:
        return typing.cast(Json, value)
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if dataclasses.is_dataclass(kind):
        fields = ((name, getattr(value, attribute)) for name, attribute in _names_of(kind))
        return {name: each if type(each) in _PLAIN else encode(each) for name, each in fields}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted((encode(item) for item in value), key=str)
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"no JSON form for {kind.__name__}")


def canonical(value: Mapping[str, Json]) -> str:
    """Return JSON values as the one text that is hashed: keys sorted, no blanks."""
    return _CANONICAL.encode(value)


@cache
def _names_of(kind: type) -> tuple[tuple[str, str], ...]:
    """Return the fields of a dataclass, each by its name in JSON and as an attribute."""
    return tuple((_named(field), field.name) for field in dataclasses.fields(kind))


def decode(kind: type[T], value: object, where: str = "") -> T:
    """Read JSON values as `kind`; raise `Invalid` naming the place of the first thing that is wrong."""
    return typing.cast(T, _decode(kind, value, where))


def _decode(kind: Any, value: object, where: str) -> object:
    if kind is Any:
        return value
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(kind, value, where)
    if origin in (tuple, frozenset, list):
        return _decode_many(kind, origin, value, where)
    if origin is dict:
        return _decode_mapping(kind, value, where)
    if origin is typing.Literal:
        return _one_of(typing.get_args(kind), value, where)
    if dataclasses.is_dataclass(kind):
        return _decode_fields(kind, value, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_one_of([member.value for member in kind], value, where))
    return _decode_scalar(kind, value, where)


def _decode_union(kind: Any, value: object, where: str) -> object:
    options = [option for option in typing.get_args(kind) if option is not type(None)]
    if value is None and len(options) < len(typing.get_args(kind)):
        return None
    if len(options) != 1:
        raise TypeError(f"ambiguous union {kind}")
    return _decode(options[0], value, where)


def _decode_many(kind: Any, origin: Any, value: object, where: str) -> object:
    if not isinstance(value, list | tuple | frozenset):
        raise Invalid(f"a list is needed, not {_shown(value)}", where=where)
    item = typing.get_args(kind)[0]
    return origin(_decode(item, each, f"{where}[{index}]") for index, each in enumerate(value))


def _decode_mapping(kind: Any, value: object, where: str) -> object:
    if not isinstance(value, Mapping):
        raise Invalid(f"an object is needed, not {_shown(value)}", where=where)
    item = typing.get_args(kind)[1]
    return {str(key): _decode(item, each, _join(where, str(key))) for key, each in value.items()}


def _decode_fields(kind: Any, value: object, where: str) -> object:
    if not isinstance(value, Mapping):
        raise Invalid(f"an object is needed, not {_shown(value)}", where=where)
    fields = {_named(field): field for field in dataclasses.fields(kind) if field.init}
    unknown = sorted(set(map(str, value)) - set(fields))
    if unknown:
        raise Invalid(f"unknown; known are {', '.join(sorted(fields)) or 'none'}", where=_join(where, unknown[0]))
    hints = type_hints(kind)
    found = {
        field.name: _decode(hints[field.name], value[name], _join(where, name))
        for name, field in fields.items()
        if name in value
    }
    for name, field in fields.items():
        if (
            field.name not in found
            and field.default is dataclasses.MISSING
            and field.default_factory is dataclasses.MISSING
        ):
            raise Invalid("missing", where=_join(where, name))
    try:
        return kind(**found)
    except Invalid as error:
        raise Invalid(str(error), where=where) from error


def _one_of(allowed: typing.Iterable[object], value: object, where: str) -> object:
    choices = list(allowed)
    if value not in choices:
        raise Invalid(f"{_shown(value)} is not one of {', '.join(map(str, choices))}", where=where)
    return value


def _decode_scalar(kind: Any, value: object, where: str) -> object:
    if kind is datetime:
        return _decode_time(value, where)
    if kind in (date, Decimal):
        return _decode_text_form(kind, value, where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind not in _SCALARS:
        return _unreadable(kind)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Invalid(f"{_SCALARS[kind][1]} is needed, not {_shown(value)}", where=where)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Invalid(f"{_shown(value)} is too large a number", where=where)
    return value


def _unreadable(kind: Any) -> object:
    raise TypeError(f"no way to read {kind}")


def _decode_time(value: object, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid(f"a time such as 2026-11-23T08:30:00Z is needed, not {_shown(value)}", where=where) from None
    if moment.tzinfo is None:
        raise Invalid(f"the time {value} names no zone", where=where)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Invalid(f"the time {value} lies beyond the years 1 to 9999", where=where) from None


def _decode_text_form(kind: Any, value: object, where: str) -> object:
    try:
        return date.fromisoformat(str(value)) if kind is date else Decimal(str(value))
    except (ValueError, InvalidOperation):
        form = "a date such as 2026-11-23" if kind is date else "a decimal number"
        raise Invalid(f"{form} is needed, not {_shown(value)}", where=where) from None


def of_text(kind: Any, text: str) -> Json:
    """Return the JSON value that a person wrote as text where `kind` is read, for `decode` to judge.

    Numbers, true and false, and lists with commas are understood; a list whose parts have commas may be JSON.
    """
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        option = next(each for each in typing.get_args(kind) if each is not types.NoneType)
        return None if not text and option is not str else of_text(option, text)
    if origin in (tuple, frozenset, list):
        return _list_of_text(typing.get_args(kind)[0], text)
    if kind is bool:
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    try:
        return typing.cast(Json, kind(text)) if kind in (int, float) else text
    except ValueError:
        return text


def _list_of_text(item: Any, text: str) -> Json:
    if text.lstrip().startswith("["):
        try:
            return typing.cast(Json, json.loads(text))
        except ValueError:
            return text
    return [of_text(item, part.strip()) for part in text.split(",") if part.strip()]


def schema_of(kind: Any) -> dict[str, Json]:
    """Return the JSON schema (draft 2020-12) of what `decode(kind, …)` accepts; field docs come from `metadata`."""
    if kind in (Any, object):
        return {}
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        options = [schema_of(o) if o is not type(None) else {"type": "null"} for o in typing.get_args(kind)]
        return {"anyOf": typing.cast(Json, options)}
    if origin in (tuple, frozenset, list):
        return {"type": "array", "items": schema_of(typing.get_args(kind)[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(typing.get_args(kind)[1])}
    if origin is typing.Literal:
        return {"enum": list(typing.get_args(kind))}
    if dataclasses.is_dataclass(kind):
        return _schema_of_fields(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    return _schema_of_scalar(kind)


def _schema_of_scalar(kind: Any) -> dict[str, Json]:
    forms: dict[Any, dict[str, Json]] = {
        datetime: {"type": "string", "format": "date-time"},
        date: {"type": "string", "format": "date"},
        Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    }
    return forms[kind] if kind in forms else {"type": _SCALARS[kind][0]}


def _schema_of_fields(kind: Any) -> dict[str, Json]:
    hints = type_hints(kind)
    properties: dict[str, Json] = {}
    required: list[Json] = []
    for field in dataclasses.fields(kind):
        schema = schema_of(hints[field.name])
        if "doc" in field.metadata:
            schema["description"] = field.metadata["doc"]
        properties[_named(field)] = schema
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            required.append(_named(field))
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _named(field: dataclasses.Field[Any]) -> str:
    """Return the field's name in JSON: `from_` stands for the reserved word `from`."""
    return field.name.rstrip("_")


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
