"""The OpenAPI 3.1 document, made from the operations themselves."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from domain.codec import Json, schema_of, type_hints
from web.api.cookies import NAME
from web.api.hooks import PREFIX as HOOKS
from web.api.operations import Call, Nothing, Operation
from web.api.resources import all_operations

PROBLEM: dict[str, Json] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "where": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail", "code"],
}
PROBLEMS = {
    401: "not signed in",
    403: "foreign host or origin",
    404: "there is no such thing",
    409: "not in a state that allows this",
    413: "more than is read",
    415: "no JSON",
    422: "the input is wrong; `where` names the place",
    429: "too often",
    500: "something broke inside Alfred; the log says what",
    502: "the outside refused",
    503: "try later",
}
OF_A_BODY = frozenset({413, 415})
OF_A_HOOK = (403, 404, 413, 422, 429, 500, 503)
LAST_EVENT: dict[str, Json] = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "schema": {"type": "integer", "minimum": 0},
}


def document(operations: Sequence[Operation], version: str, cookie: str = NAME) -> dict[str, Any]:
    """Return the OpenAPI document of these operations; `cookie` names the session's."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path.replace(":int}", "}"), {})[operation.method.lower()] = _described(operation)
    paths |= _hooks()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Alfred", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {
                "device": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
        "security": [{"device": []}, {"session": []}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _operation_id(operation),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation.query)],
        "responses": {str(operation.status): _success(operation), **_problems(operation)},
    }
    if operation.stream == "text/event-stream":
        described["parameters"].append(LAST_EVENT)
    if operation.body is not None:
        content = _json(schema_of(operation.body))
        described["requestBody"] = {"required": operation.needs_body, "content": content}
    if operation.open:
        described["security"] = []
    return described


def _hooks() -> dict[str, Any]:
    """Where outside services post; which of them are there follows from what is connected."""
    accepted = {"type": "object", "properties": {"accepted": {"type": "integer"}}, "required": ["accepted"]}
    said = {
        "202": {"description": "stored; how many events were new", "content": _json(accepted)},
        "200": {"description": "the answer to a challenge", "content": {"text/plain": {"schema": {"type": "string"}}}},
        "401": _problem("not authentic: the secret is missing, or is not the one that was agreed on"),
        "400": _problem("the body did not arrive whole"),
        "408": _problem("the body did not arrive in time"),
        **_told(OF_A_HOOK),
    }
    return {
        HOOKS + "/".join(f"{{{name}}}" for name in names): {
            "post": {
                "summary": "What an outside service tells, shown to be its own by the secret that was agreed on",
                "operationId": "_".join(("post_hooks", *names)),
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": _path_schema(is_number=False)}
                    for name in names
                ],
                "requestBody": {"required": True, "content": _json({})},
                "responses": said,
                "security": [],
            }
        }
        for names in (("service",), ("service", "what"))
    }


def _operation_id(operation: Operation) -> str:
    words = re.findall(r"\w+", operation.path.replace("/api/", ""))
    return "_".join([operation.method.lower(), *words])


def _success(operation: Operation) -> dict[str, Any]:
    if operation.stream:
        return {"description": operation.summary, "content": {operation.stream: {"schema": {"type": "string"}}}}
    if operation.answers is None:
        return {"description": "done"}
    schema = _complete(schema_of(operation.answers))
    return {"description": operation.summary, "content": _json(schema)}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _complete(schema: Any) -> Any:
    """Return the schema of an answer, in which no field of a form is ever left out."""
    if isinstance(schema, list):
        return [_complete(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    completed = {name: _complete(each) for name, each in schema.items()}
    if "properties" in schema:
        completed["required"] = list(schema["properties"])
    return completed


def _problems(operation: Operation) -> dict[str, Any]:
    has_body = operation.body is not None
    return _told(each for each in PROBLEMS if has_body or each not in OF_A_BODY)


def _told(problems: Iterable[int]) -> dict[str, Any]:
    return {str(status): _problem(PROBLEMS[status]) for status in problems}


def _problem(meaning: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": meaning, "content": content}


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(is_number=is_number)}
        for name, is_number in operation.parameters
    ]


def _path_schema(*, is_number: bool) -> dict[str, Json]:
    return {"type": "integer", "minimum": 0} if is_number else {"type": "string", "minLength": 1}


def _query_parameters(kind: type) -> list[dict[str, Any]]:
    if kind is Nothing:
        return []
    hints = type_hints(kind)
    return [
        {
            "name": field.name.rstrip("_"),
            "in": "query",
            "required": False,
            "schema": schema_of(hints[field.name]) | _bounds(field),
        }
        for field in dataclasses.fields(kind)
    ]


def _bounds(field: dataclasses.Field[Any]) -> dict[str, Json]:
    """Return what `up_to` declared of a number."""
    if "most" not in field.metadata:
        return {}
    bounds: dict[str, Any] = {"minimum": 1, "maximum": field.metadata["most"], "default": field.default}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def show(call: Call) -> dict[str, Any]:
    return document(all_operations(), call.services.web.version, call.services.web.cookies.plain)


OPERATIONS = (Operation("GET", "/api/openapi.json", "This document", show, dict[str, object]),)


def main() -> None:
    """Print the document of the whole API."""
    json.dump(document(all_operations(), "0.1.0"), sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
