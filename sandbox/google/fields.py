"""Partial answers: the `fields` parameter (https://developers.google.com/workspace/gmail/api/guides/performance)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from sandbox.google.errors import Refusal, invalid

Mask = dict[str, "Mask"]
_TOKEN = re.compile(r"[(),/]|[^(),/\s]+")


def parse(expression: str) -> Mask:
    """`messages(id,threadId),nextPageToken` or `payload/headers` as a tree; an empty branch takes everything."""
    tokens = _TOKEN.findall(expression)
    mask, rest = _fields(tokens)
    if rest or not mask:
        raise unknown(expression)
    return mask


def select(content: object, mask: Mask) -> object:
    """What the mask leaves of a JSON value; lists are masked item by item."""
    if not mask or mask.get("*") == {}:
        return content
    if isinstance(content, list):
        return [select(item, mask) for item in content]
    if not isinstance(content, Mapping):
        return content
    every = mask.get("*")
    chosen = {name: mask.get(name, every) for name in content if name in mask or every is not None}
    return {name: select(content[name], cast(Mask, inner)) for name, inner in chosen.items()}


def unknown(name: str) -> Refusal:
    return invalid(f"Request contains an invalid argument: Invalid field selection {name}")


def _fields(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while tokens:
        name, *tokens = tokens
        if name in "(),/":
            raise unknown(name)
        inner, tokens = _inner(tokens)
        mask[name] = {**mask.get(name, {}), **inner}
        if not tokens or tokens[0] == ")":
            break
        if tokens[0] != ",":
            raise unknown(tokens[0])
        tokens = tokens[1:]
    return mask, tokens


def _inner(tokens: list[str]) -> tuple[Mask, list[str]]:
    if tokens and tokens[0] == "/":
        if len(tokens) < 2:
            raise unknown("/")
        deeper, rest = _inner(tokens[2:])
        return {tokens[1]: deeper}, rest
    if tokens and tokens[0] == "(":
        mask, rest = _fields(tokens[1:])
        if not rest:
            raise unknown("(")
        return mask, rest[1:]
    return {}, tokens
