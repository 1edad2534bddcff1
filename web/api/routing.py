"""Finds the operation of a request by the path as it was sent: an id may hold an encoded slash."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from web.api.addresses import PARAMETER, is_of_api
from web.api.resources import word_of

if TYPE_CHECKING:
    from web.api.endpoint import Serving


@dataclass(slots=True)
class _Node:
    """One place in the tree of path segments."""

    literal: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    endpoints: dict[str, Serving] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The endpoints of a path, by method, and what stands in the places of its parameters."""

    endpoints: Mapping[str, Serving]
    values: tuple[str, ...] = ()


class Table:
    """All endpoints by path. A literal segment counts before a parameter."""

    def __init__(self, endpoints: Iterable[Serving]) -> None:
        self._root = _Node()
        self._patterns: list[tuple[re.Pattern[str], _Node]] = []
        for endpoint in endpoints:
            node = self._root
            for segment in endpoint.operation.path.strip("/").split("/"):
                node = _step(node, segment)
            if not node.endpoints and node is not self._root:
                self._patterns.append((_pattern(endpoint.operation.path), node))
            node.endpoints[endpoint.operation.method] = endpoint
        self._patterns.sort(key=lambda each: len(each[0].pattern), reverse=True)

    def find(self, raw_path: str) -> Found | None:
        """Return what is at a path as it was sent; an id whose slashes were not encoded is found as well."""
        segments = raw_path[1:].split("/")
        found = _walk(self._root, segments, 0, ())
        return found or self._find_unencoded(unquote(raw_path))

    def _find_unencoded(self, path: str) -> Found | None:
        for pattern, node in self._patterns:
            match = pattern.fullmatch(path)
            if match is not None:
                return Found(node.endpoints, match.groups())
        return None


def _step(node: _Node, segment: str) -> _Node:
    if PARAMETER.fullmatch(segment) is None:
        return node.literal.setdefault(segment, _Node())
    if node.parameter is None:
        node.parameter = _Node()
    return node.parameter


def _pattern(path: str) -> re.Pattern[str]:
    places = [re.escape(piece) for piece in re.split(r"{[^}]+}", path)]
    return re.compile("(.+)".join(places), re.DOTALL)


def _walk(node: _Node, segments: list[str], at: int, values: tuple[str, ...]) -> Found | None:
    if at == len(segments):
        return Found(node.endpoints, values) if node.endpoints else None
    segment = segments[at]
    literal = node.literal.get(segment)
    if literal is not None:
        found = _walk(literal, segments, at + 1, values)
        if found is not None:
            return found
    if node.parameter is None or not segment:
        return None
    return _walk(node.parameter, segments, at + 1, (*values, unquote(segment)))


class Directory:
    """All endpoints, in a table for each word that addresses begin with; a table is made when it is first needed."""

    def __init__(self, endpoints_of: Callable[[str], Iterable[Serving]]) -> None:
        self._endpoints_of = endpoints_of
        self._tables: dict[str, Table] = {}

    def find(self, raw_path: str) -> Found | None:
        """Return what is at a path as it was sent."""
        word = word_of(unquote(raw_path))
        if word not in self._tables:
            endpoints = tuple(self._endpoints_of(word))
            if not endpoints:
                return None
            self._tables[word] = Table(endpoints)
        return self._tables[word].find(raw_path)


class ApiRoutes(BaseRoute):
    """All operations as one Starlette route."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or not is_of_api(scope["path"]):
            return Match.NONE, {}
        return Match.FULL, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._directory.find(raw_path_of(scope))
        if found is None:
            raise HTTPException(404, "there is nothing at this address")
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        endpoint = found.endpoints.get(method)
        if endpoint is None:
            allowed = ", ".join(sorted(found.endpoints))
            raise HTTPException(405, f"here only {allowed}", {"Allow": allowed})
        await endpoint.serve(found.values, scope, receive, send)


def raw_path_of(scope: Scope) -> str:
    """Return the path as it was sent, still encoded."""
    raw: bytes | None = scope.get("raw_path")
    return raw.decode("ascii", "replace") if raw else str(scope["path"])
