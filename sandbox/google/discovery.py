"""The vendor's own discovery document as the law: routes, scopes, parameters and bodies of every method.

The documents ship inside google-api-python-client (`googleapiclient/discovery_cache/documents`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast
from urllib.parse import unquote

from sandbox.google.errors import Refusal, malformed

JsonObject = dict[str, object]
Schema = Mapping[str, object]
Query = Sequence[tuple[str, str]]

_QUESTIONS = frozenset({"calendar.freebusy.query"})
"""Methods that change nothing although they are asked by POST."""

_TYPE_NAMES = {"string": "TYPE_STRING", "boolean": "TYPE_BOOL", "integer": "TYPE_INT32", "uint32": "TYPE_UINT32"}
_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str, int),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an API, as its discovery document describes it."""

    id: str
    verb: str
    path: str
    scopes: tuple[str, ...]
    parameters: Mapping[str, Schema]
    request: str | None
    response: str | None
    uploads: tuple[str, ...]

    @property
    def writes(self) -> bool:
        return self.verb != "GET" and self.id not in _QUESTIONS


@dataclass(frozen=True, slots=True)
class Route:
    """A method, the path parameters of one request to it, and whether its body is media."""

    method: Method
    path_params: Mapping[str, str]
    uploads: bool = False


class Document:
    """A discovery document, ready to route requests and to refuse what does not fit."""

    def __init__(self, content: JsonObject) -> None:
        self.name = cast(str, content["name"])
        self.host = cast(str, content["rootUrl"]).removeprefix("https://").rstrip("/")
        self.schemas = cast(Mapping[str, Schema], content["schemas"])
        self.scopes = frozenset(cast(dict[str, dict[str, Schema]], content["auth"])["oauth2"]["scopes"])
        self.methods = {method.id: method for method in _methods(content, cast(str, content["servicePath"]))}
        self._common = cast(Mapping[str, Schema], content["parameters"])
        self._routes = sorted(_routes(self.methods.values()), key=lambda route: route[1].pattern.count("[^/]"))

    def route(self, verb: str, path: str) -> Route | None:
        """Find the method for a request; a literal segment goes before a parameter."""
        for method, pattern, uploads in self._routes:
            if method.verb == verb and (found := pattern.fullmatch(path)):
                return Route(method, {name: unquote(value) for name, value in found.groupdict().items()}, uploads)
        return None

    def parameters(self, method: Method, query: Query) -> dict[str, list[str]]:
        """The query by name, or a refusal of what the method does not know."""
        found: dict[str, list[str]] = {}
        for name, value in query:
            schema = method.parameters.get(name) or self._common.get(name)
            if schema is None or schema.get("location") == "path":
                raise malformed("", _unknown_parameter(name))
            _check_parameter(name, value, schema)
            found.setdefault(name, []).append(value)
        return found

    def body(self, method: Method, content: bytes) -> JsonObject:
        """The JSON body, or a refusal of what the method's request schema does not hold."""
        if not content.strip():
            return {}
        try:
            body = json.loads(content)
        except ValueError as error:
            raise malformed("", f"Invalid JSON payload received. {error}") from error
        if method.request is None:
            if body:
                raise malformed("", _unknown_name(next(iter(body)), ""))
            return {}
        self._check(body, {"$ref": method.request}, "")
        return cast(JsonObject, body)

    def _check(self, value: object, schema: Schema, path: str) -> None:
        reference = schema.get("$ref")
        shape = self.schemas[cast(str, reference)] if reference else schema
        kind = cast(str, shape.get("type", "any"))
        if value is None or kind == "any":
            return
        if not isinstance(value, _PYTHON_TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
            raise _bad_value(path, _TYPE_NAMES.get(kind, "type.googleapis.com"), value)
        if isinstance(value, list):
            for position, item in enumerate(value):
                self._check(item, cast(Schema, shape["items"]), f"{path}[{position}]")
        if isinstance(value, dict):
            self._check_members(value, shape, path)

    def _check_members(self, value: JsonObject, shape: Schema, path: str) -> None:
        known = cast(Mapping[str, Schema], shape.get("properties", {}))
        for name, member in value.items():
            inner = known.get(name) or cast(Schema | None, shape.get("additionalProperties"))
            if inner is None:
                raise malformed(path, _unknown_name(name, path))
            self._check(member, inner, f"{path}.{name}" if path else name)


@cache
def load(name: str, version: str) -> Document:
    """The document that ships inside the vendor's client, e.g. `load("gmail", "v1")`."""
    package = find_spec("googleapiclient.discovery_cache")
    if package is None or package.origin is None:
        raise RuntimeError("google-api-python-client is not installed: it holds the discovery documents.")
    path = Path(package.origin).parent / "documents" / f"{name}.{version}.json"
    return Document(json.loads(path.read_text(encoding="utf-8")))


def _methods(resource: JsonObject, service_path: str) -> Iterator[Method]:
    for content in cast(dict[str, JsonObject], resource.get("methods", {})).values():
        yield _method(content, service_path)
    for inner in cast(dict[str, JsonObject], resource.get("resources", {})).values():
        yield from _methods(inner, service_path)


def _method(content: JsonObject, service_path: str) -> Method:
    upload = cast(dict[str, dict[str, dict[str, str]]], content.get("mediaUpload", {}))
    return Method(
        id=cast(str, content["id"]),
        verb=cast(str, content["httpMethod"]),
        path=f"/{service_path}{content['path']}",
        scopes=tuple(cast(list[str], content.get("scopes", []))),
        parameters=cast(Mapping[str, Schema], content.get("parameters", {})),
        request=cast(dict[str, str], content.get("request", {})).get("$ref"),
        response=cast(dict[str, str], content.get("response", {})).get("$ref"),
        uploads=tuple(protocol["path"] for protocol in upload.get("protocols", {}).values()),
    )


def _routes(methods: Iterable[Method]) -> Iterator[tuple[Method, re.Pattern[str], bool]]:
    for method in methods:
        yield method, _pattern(method.path), False
        for path in method.uploads:
            yield method, _pattern(path), True


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\\?\+?(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _check_parameter(name: str, value: str, schema: Schema) -> None:
    kind = cast(str, schema.get("type", "string"))
    if kind == "integer" and not re.fullmatch(r"-?\d+", value):
        raise _bad_value(name, _TYPE_NAMES.get(cast(str, schema.get("format")), "TYPE_INT32"), value)
    if kind == "integer" and schema.get("format") == "uint32" and value.startswith("-"):
        raise _bad_value(name, "TYPE_UINT32", value)
    if kind == "boolean" and value.lower() not in ("true", "false", "0", "1"):
        raise _bad_value(name, "TYPE_BOOL", value)
    if schema.get("format") in ("uint64", "int64") and not re.fullmatch(r"\d+", value):
        raise _bad_value(name, "TYPE_UINT64", value)
    allowed = cast(list[str] | None, schema.get("enum"))
    if allowed and name != "$.xgafv" and value not in allowed and value.lower() not in allowed:
        raise _bad_value(name, "TYPE_ENUM", value)


def _bad_value(path: str, kind: str, value: object) -> Refusal:
    return malformed(path, f"Invalid value at '{path}' ({kind}), {json.dumps(value, ensure_ascii=False)}")


def _unknown_parameter(name: str) -> str:
    return (
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )


def _unknown_name(name: str, path: str) -> str:
    where = f" at '{path}'" if path else ""
    return f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
