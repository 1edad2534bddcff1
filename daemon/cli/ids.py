"""Short ids: what a listing shows of an id, and the way back from what the owner typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

from daemon.cli.client import Api
from domain.errors import Invalid, NotFound

SHORTEST = 4
SHOWN_OF_ACTION = 8
SHOWN_OF_MESSAGE = 6
WALKED = 5000
PAGE = 200


def short_message(id: str) -> str:
    """Return the end of a message's id: providers count up, so ids of one morning begin alike."""
    return id[-SHOWN_OF_MESSAGE:]


def short_action(id: str) -> str:
    return id[:SHOWN_OF_ACTION]


def find_message(reached: Api, text: str) -> str:
    """Return the whole id of the message that `text` names: its id, or the beginning or end of one among the newest."""
    if ":" in text:
        return text
    found = _only(walk(reached, "/api/messages"), "message", text, _names_message)
    return str(found["id"])


def find_action(reached: Api, text: str) -> dict[str, Any]:
    """Return the action that `text` names: its id, or the beginning of one among those that changed last."""
    if len(text) >= 32:
        whole: dict[str, Any] = reached.call("GET", f"/api/actions/{quoted(text)}")
        return whole
    return _only(walk(reached, "/api/actions"), "action", text, str.startswith)


def find_fact(reached: Api, text: str) -> dict[str, Any]:
    """Return the memory whose id is `text`, or begins with it."""
    return _only(reached.call("GET", "/api/memory")["items"], "memory", text, str.startswith)


def find_path(reached: Api, text: str) -> str:
    """Return where the message or action that `text` names is read."""
    if len(text) >= 32 and ":" not in text:
        return f"/api/actions/{quoted(text)}"
    try:
        return f"/api/messages/{quoted(find_message(reached, text))}"
    except NotFound:
        return f"/api/actions/{find_action(reached, text)['id']}"


def quoted(id: str) -> str:
    """Return an id as one part of a path."""
    return quote(id, safe="")


def walk(reached: Api, path: str, query: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Yield all items of a listing, page after page."""
    cursor: str | None = None
    while True:
        page = reached.call("GET", path, query={**(query or {}), "limit": PAGE, "cursor": cursor})
        yield from page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return


def _only(items: Iterable[dict[str, Any]], noun: str, text: str, names: Callable[[str, str], bool]) -> dict[str, Any]:
    if len(text) < SHORTEST:
        raise Invalid(f"{text!r} is too short; give at least {SHORTEST} letters of the id", where="id")
    found = [item for item in islice(items, WALKED) if names(item["id"], text)]
    if not found:
        raise NotFound(f"no recent {noun} has an id with {text!r}; --json lists whole ids")
    if len(found) > 1:
        raise Invalid(f"{len(found)} {noun}s have an id with {text!r}; give more letters of it", where="id")
    return found[0]


def _names_message(id: str, text: str) -> bool:
    return id.endswith(text) or id.partition(":")[2].startswith(text)
