"""The OpenAPI 3.1 document, made from the operations themselves."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Sequence
from typing import Any

from domain.codec import Json, schema_of, type_hints
from web.api.operations import Nothing, Operation

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
    "401": "not signed in",
    "403": "foreign host or origin",
    "404": "there is no such thing",
    "409": "not in a state that allows this",
    "422": "the input is wrong; `where` names the place",
    "429": "too often",
    "502": "the outside refused",
    "503": "try later",
}


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Return the OpenAPI document of these operations."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(re.sub(r":\w+}", "}", operation.path), {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Alfred", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {
                "device": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "alfred"},
            },
        },
        "security": [{"device": []}, {"session": []}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _operation_id(operation),
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation.query)],
        "responses": {str(operation.status): _success(operation), **_problems()},
    }
    if operation.body is not None:
        schema = schema_of(operation.body)
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if operation.open:
        described["security"] = []
    return described


def _operation_id(operation: Operation) -> str:
    words = re.findall(r"\w+", operation.path.replace("/api/", ""))
    return "_".join([operation.method.lower(), *words])


def _success(operation: Operation) -> dict[str, Any]:
    if operation.stream:
        return {"description": operation.summary, "content": {operation.stream: {"schema": {"type": "string"}}}}
    if operation.answers is None:
        return {"description": "done"}
    schema = schema_of(operation.answers)
    return {"description": operation.summary, "content": {"application/json": {"schema": schema}}}


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": meaning, "content": content} for status, meaning in PROBLEMS.items()}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer" if kind == ":int" else "string"}}
        for name, kind in re.findall(r"{(\w+)(:\w+)?}", path)
    ]


def _query_parameters(kind: type) -> list[dict[str, Any]]:
    if kind is Nothing:
        return []
    hints = type_hints(kind)
    return [
        {"name": field.name.rstrip("_"), "in": "query", "required": False, "schema": schema_of(hints[field.name])}
        for field in dataclasses.fields(kind)
    ]


def main() -> None:
    """Print the document of the whole API."""
    from web.api.app import OPERATIONS

    json.dump(document(OPERATIONS, "0.1.0"), sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
