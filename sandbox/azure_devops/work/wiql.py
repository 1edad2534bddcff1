"""The query language of work items, as far as flat queries go.

Source: https://learn.microsoft.com/azure/devops/boards/queries/wiql-syntax
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.azure_devops import errors
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.work.items import Value, WorkItem

Test = Callable[[WorkItem], bool]
_TOKEN = re.compile(r"\s*(\[[^\]]+\]|'(?:[^']|'')*'|\"[^\"]*\"|<>|>=|<=|[=<>(),]|@?[\w.]+(?:\s*[+-]\s*\d+)?|\S)")
_QUERY = re.compile(
    r"\s*select\s+(?P<columns>.+?)\s+from\s+workitems(?:\s+where\s+(?P<where>.+?))?"
    r"(?:\s+order\s+by\s+(?P<order>.+?))?\s*", re.IGNORECASE | re.DOTALL
)  # fmt: skip
_TODAY = re.compile(r"@today\s*(?:([+-])\s*(\d+))?", re.IGNORECASE)
_SHORT = {
    "id": "System.Id", "title": "System.Title", "state": "System.State", "assigned to": "System.AssignedTo",
    "work item type": "System.WorkItemType", "tags": "System.Tags", "changed date": "System.ChangedDate",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and in which project."""

    me: Identity
    project: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood."""

    columns: tuple[str, ...]
    wanted: Test
    order: tuple[tuple[str, bool], ...]


def parse(text: str, asker: Asker) -> Query:
    """Understand a query, or refuse it as the vendor does."""
    found = _QUERY.fullmatch(text)
    if found is None:
        raise _wrong("Expecting SELECT … FROM WorkItems", text)
    columns = tuple(_name(column) for column in found["columns"].split(","))
    wanted = _Reader(_TOKEN.findall(found["where"]), asker).all() if found["where"] else lambda item: True
    return Query(columns, wanted, tuple(_ordering(part) for part in (found["order"] or "").split(",") if part.strip()))


def run(query: Query, items: list[WorkItem]) -> list[WorkItem]:
    """The items that a query wants, in its order, else by id."""
    found = sorted((item for item in items if query.wanted(item)), key=lambda item: item.id)
    for name, descending in reversed(query.order):
        found.sort(key=lambda item: _sortable(_value(item, name)), reverse=descending)
    return found


@dataclass(slots=True)
class _Reader:
    """Reads a condition, token by token."""

    tokens: list[str]
    asker: Asker
    at: int = field(default=0)

    def all(self) -> Test:
        test = self._any()
        if self.at != len(self.tokens):
            raise _wrong("Unexpected word", self.tokens[self.at])
        return test

    def _any(self) -> Test:
        tests = [self._every()]
        while self._take("or"):
            tests.append(self._every())
        return lambda item: any(test(item) for test in tests)

    def _every(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            inner = self._one()
            return lambda item: not inner(item)
        if self._take("("):
            grouped = self._any()
            self._expect(")")
            return grouped
        return self._comparison(_name(self._next()))

    def _comparison(self, name: str) -> Test:
        negated = self._take("not")
        operator = self._next().lower()
        if operator == "in":
            values = self._list()
            return lambda item: (_text(_value(item, name)) in values) is not negated
        if operator == "contains":
            self._take("words")
        wanted = self._literal(self._next())
        compare = _COMPARISONS.get(operator)
        if compare is None:
            raise _wrong("Unknown operator", operator)
        return lambda item: compare(_value(item, name), wanted) is not negated

    def _list(self) -> set[str]:
        self._expect("(")
        values = {_text(self._literal(self._next()))}
        while self._take(","):
            values.add(_text(self._literal(self._next())))
        self._expect(")")
        return values

    def _literal(self, token: str) -> Value:
        if token[:1] in "'\"":
            return token[1:-1].replace("''", "'")
        if token.lower() == "@me":
            return self.asker.me
        if token.lower() == "@project":
            return self.asker.project or ""
        today = _TODAY.fullmatch(token)
        if today:
            days = int(today[2] or 0) * (-1 if today[1] == "-" else 1)
            return (datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days)).isoformat()
        if token.isdigit():
            return int(token)
        raise _wrong("Expecting a value", token)

    def _next(self) -> str:
        if self.at >= len(self.tokens):
            raise _wrong("Expecting more", "end of query")
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, word: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].lower() == word:
            self.at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise _wrong(f"Expecting {word}", self._next())


def _value(item: WorkItem, name: str) -> Value:
    return item.id if name == "System.Id" else item.values().get(name)


def _text(value: Value) -> str:
    if isinstance(value, Identity):
        return value.address
    return "" if value is None else str(value).lower()


def _equal(found: Value, wanted: Value) -> bool:
    if isinstance(found, Identity) and isinstance(wanted, str):
        return wanted.lower() in (found.address, found.name.lower(), f"{found.name} <{found.address}>".lower())
    return _text(found) == _text(wanted)


def _sortable(value: Value) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, _text(value))


def _under(found: Value, wanted: Value) -> bool:
    return _text(found) == _text(wanted) or _text(found).startswith(f"{_text(wanted)}\\")


_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": _equal,
    "<>": lambda found, wanted: not _equal(found, wanted),
    ">": lambda found, wanted: _sortable(found) > _sortable(wanted),
    "<": lambda found, wanted: _sortable(found) < _sortable(wanted),
    ">=": lambda found, wanted: _sortable(found) >= _sortable(wanted),
    "<=": lambda found, wanted: _sortable(found) <= _sortable(wanted),
    "contains": lambda found, wanted: _text(wanted) in _text(found),
    "under": _under,
}


def _name(written: str) -> str:
    plain = written.strip().strip("[]")
    return _SHORT.get(plain.lower(), plain)


def _ordering(written: str) -> tuple[str, bool]:
    name, _, way = written.strip().rpartition(" ")
    return (_name(name), way.lower() == "desc") if way.lower() in ("asc", "desc") else (_name(written), False)


def _wrong(what: str, near: str) -> errors.Refusal:
    message = f"TF51006: The query statement is not valid. {what}. The error is caused by «{near[:60]}»."
    return errors.work_invalid("WorkItemTrackingQueryException", message)
