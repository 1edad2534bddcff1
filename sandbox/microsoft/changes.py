"""Cursors over what changed: the log behind every delta query, and its tokens."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import orjson

from sandbox.microsoft import filters, odata
from sandbox.microsoft.call import Call, JsonObject, Outcome
from sandbox.microsoft.errors import invalid, resync
from sandbox.misbehaviour import Fault


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to `key` in one place (a folder, a calendar, a channel); `shown` is the id it had there."""

    sequence: int
    place: str
    key: str
    shown: str


@dataclass(slots=True)
class ChangeLog:
    """Every change of one account in order; what is forgotten makes older tokens void."""

    sequence: int = 0
    _changes: list[Change] = field(default_factory=list)

    def note(self, place: str, key: str, shown: str) -> int:
        self.sequence += 1
        self._changes.append(Change(self.sequence, place, key, shown))
        return self.sequence

    def after(self, sequence: int, place: str) -> Iterator[Change]:
        first = max(0, sequence - (self.sequence - len(self._changes)))
        return (change for change in islice(self._changes, first, None) if change.place == place)

    def knows(self, sequence: int) -> bool:
        return self.sequence - len(self._changes) <= sequence <= self.sequence

    def forget(self) -> None:
        """Let every token that was given out grow too old."""
        self.sequence += 1
        self._changes.clear()


@dataclass(frozen=True, slots=True)
class Place:
    """What a delta query looks at.

    `present` yields (arrival, key) newest first, arrivals being numbers of the log; `show` is None for what is gone;
    `removed` tells of it (None where that is not told).
    """

    name: str
    log: ChangeLog
    present: Callable[[], Iterable[tuple[int, str]]]
    show: Callable[[str], JsonObject | None]
    removed: Callable[[Change], JsonObject | None]
    of: odata.Collection


@dataclass(frozen=True, slots=True)
class Token:
    """Where a client stands: `before` is set while it reads what was there at `since`."""

    place: str
    since: int
    before: int | None
    query: dict[str, str]

    def written(self) -> str:
        data = orjson.dumps([self.place, self.since, self.before, self.query])
        return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read(text: str) -> Token:
    try:
        data = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Token(str(data[0]), int(data[1]), data[2], dict(data[3]))
    except (ValueError, binascii.Error, IndexError, KeyError, TypeError) as wrong:
        raise invalid("Badly formed token.", "BadRequest") from wrong


@dataclass(frozen=True, slots=True)
class _Page:
    items: list[JsonObject]
    following: Token
    more: bool


def answer(call: Call, place: Place, expired: tuple[Fault, ...] = ()) -> Outcome:
    """One page of a delta query; its links carry the query that it began with."""
    text = call.text("$skiptoken") or call.text("$deltatoken")
    token = read(text) if text else Token(place.name, place.log.sequence, place.log.sequence + 1, _kept(call))
    if text and (expired or token.place != place.name or not place.log.knows(token.since)):
        raise resync(odata.link(call, {**token.query, "$deltatoken": ""}))
    asked = replace(call, query=token.query)
    page = _news(asked, place, token) if token.before is None else _standing(asked, place, token)
    name, parameter = ("nextLink", "$skiptoken") if page.more else ("deltaLink", "$deltatoken")
    link = odata.link(call, {parameter: page.following.written()})
    return Outcome(
        {"@odata.context": odata.context(call, place.of.context), f"@odata.{name}": link, "value": page.items}
    )


def _kept(call: Call) -> dict[str, str]:
    return {name: value for name, value in call.query.items() if name not in ("$skiptoken", "$deltatoken")}


def _size(call: Call, place: Place) -> int:
    preferred = call.prefers("odata.maxpagesize") or call.text("$top")
    return min(int(preferred), place.of.most) if preferred.isdigit() and int(preferred) else place.of.default


def _standing(call: Call, place: Place, token: Token) -> _Page:
    """A page of what is there, newest first; what came after the token began is left to the news."""
    matches = filters.parse(call.text("$filter")).matches if call.text("$filter") else None
    size, page, last = _size(call, place), list[JsonObject](), token.before or 0
    for arrival, key in place.present():
        if arrival >= (token.before or 0) or arrival > token.since:
            continue
        item = place.show(key)
        if item is None or (matches and not matches(item)):
            continue
        if len(page) == size:
            return _Page(page, replace(token, before=last), more=True)
        page.append(odata.select(call, item, place.of.properties, place.of.kind))
        last = arrival
    return _Page(page, replace(token, before=None), more=False)


def _news(call: Call, place: Place, token: Token) -> _Page:
    """A page of what changed, each thing once and as it is now."""
    size, found, since = _size(call, place), dict[str, Change](), token.since
    for change in place.log.after(token.since, place.name):
        if change.key not in found and len(found) == size:
            return _Page(_told(call, place, found), replace(token, since=since), more=True)
        found[change.key], since = change, change.sequence
    return _Page(_told(call, place, found), replace(token, since=place.log.sequence), more=False)


def _told(call: Call, place: Place, found: dict[str, Change]) -> list[JsonObject]:
    told = []
    for change in found.values():
        item = place.show(change.key)
        shown = odata.select(call, item, place.of.properties, place.of.kind) if item else place.removed(change)
        if shown is not None:
            told.append(shown)
    return told
