"""$filter and $orderby, as far as a mail and calendar client uses them (OData 4.01, part 2, section 5.1.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.microsoft.errors import Refusal, bad_query

Test = Callable[[Mapping[str, object]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)|(?P<number>-?\d+)"
    r"|(?P<name>[A-Za-z@][\w/.@]*)|(?P<mark>[():,]))"
)
_ORDERS: Mapping[str, Callable[[int], bool]] = {
    "eq": lambda sign: sign == 0,
    "ne": lambda sign: sign != 0,
    "gt": lambda sign: sign > 0,
    "ge": lambda sign: sign >= 0,
    "lt": lambda sign: sign < 0,
    "le": lambda sign: sign <= 0,
}
_TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed $filter, and the properties that it names, in order."""

    matches: Test
    names: tuple[str, ...]


def parse(text: str) -> Filter:
    """Understand a $filter or refuse it."""
    parser = _Parser(_tokens(text))
    matches = parser.alternatives()
    if parser.tokens:
        raise bad_query(f"Syntax error at '{parser.tokens[0].text}' in '{text}'.")
    return Filter(matches, tuple(parser.names))


def order(text: str) -> list[tuple[str, bool]]:
    """The properties of an $orderby, each with whether it goes downwards."""
    parts = [part.split() for part in text.split(",") if part.strip()]
    if any(len(part) > 2 or (len(part) == 2 and part[1].lower() not in ("asc", "desc")) for part in parts):
        raise bad_query(f"Invalid $orderby '{text}'.")
    return [(part[0], len(part) == 2 and part[1].lower() == "desc") for part in parts]


def too_complex() -> Refusal:
    return Refusal(400, "InefficientFilter", "The restriction or sort order is too complex for this operation.")


def find(item: object, path: str) -> object:
    """The value at `from/emailAddress/address`."""
    for name in path.split("/"):
        item = item.get(name) if isinstance(item, Mapping) else None
    return item


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise bad_query(f"Syntax error at position {at} in '{text}'.")
        tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.names: list[str] = []

    def alternatives(self) -> Test:
        tests = [self.conjunction()]
        while self._skip("or"):
            tests.append(self.conjunction())
        return tests[0] if len(tests) == 1 else lambda item: any(test(item) for test in tests)

    def conjunction(self) -> Test:
        tests = [self.single()]
        while self._skip("and"):
            tests.append(self.single())
        return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)

    def single(self) -> Test:
        if self._skip("not"):
            inner = self.single()
            return lambda item: not inner(item)
        if self._skip("("):
            inner = self.alternatives()
            self._expect(")")
            return inner
        name = self._next("name").text
        if self.tokens and self.tokens[0].text == "(":
            return self._text_test(name) if name in _TEXT_TESTS else self._lambda(name)
        return self._comparison(name)

    def _text_test(self, function: str) -> Test:
        self._expect("(")
        path = self._property(self._next("name").text)
        self._expect(",")
        wanted = str(self._literal()).lower()
        self._expect(")")
        test = _TEXT_TESTS[function]
        return lambda item: test(str(find(item, path) or "").lower(), wanted)

    def _lambda(self, name: str) -> Test:
        path, _, quantifier = name.rpartition("/")
        if quantifier not in ("any", "all"):
            raise bad_query(f"Unknown function '{name}'.")
        self._expect("(")
        self._next("name")
        self._expect(":")
        self.names.append(path)
        outer, self.names = self.names, []
        inner = self.alternatives()
        self.names = outer
        self._expect(")")
        several = any if quantifier == "any" else all
        return lambda item: several(inner({"": one}) for one in _collection(find(item, path)))

    def _comparison(self, name: str) -> Test:
        operator = self._next("name").text
        if operator not in _ORDERS:
            raise bad_query(f"Unknown operator '{operator}'.")
        path, wanted, fits = self._property(name), self._literal(), _ORDERS[operator]
        return lambda item: _compared(_lookup(item, path), wanted, fits)

    def _property(self, name: str) -> str:
        self.names.append(name)
        return name

    def _literal(self) -> object:
        token = self.tokens.pop(0) if self.tokens else _Token("", "")
        if token.kind == "text":
            return token.text[1:-1].replace("''", "'")
        if token.kind == "moment":
            return _moment(token.text)
        if token.kind == "number":
            return int(token.text)
        words: dict[str, object] = {"true": True, "false": False, "null": None}
        if token.text not in words:
            raise bad_query(f"'{token.text}' is no value.")
        return words[token.text]

    def _skip(self, text: str) -> bool:
        if not self.tokens or self.tokens[0].text != text or self.tokens[0].kind == "text":
            return False
        self.tokens.pop(0)
        return True

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise bad_query(f"'{text}' expected.")

    def _next(self, kind: str) -> _Token:
        if not self.tokens or self.tokens[0].kind != kind:
            raise bad_query(f"A {kind} was expected.")
        return self.tokens.pop(0)


def _lookup(item: Mapping[str, object], path: str) -> object:
    """A property of the item, or inside a lambda the variable itself or a property of it."""
    if "" not in item:
        return find(item, path)
    return find(item[""], path.partition("/")[2]) if "/" in path else item[""]


def _collection(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _compared(value: object, wanted: object, fits: Callable[[int], bool]) -> bool:
    if isinstance(wanted, datetime) and isinstance(value, str):
        value = _moment(value)
    if isinstance(value, str) and isinstance(wanted, str):
        value, wanted = value.lower(), wanted.lower()
    if value is None or wanted is None or type(value) is not type(wanted):
        return fits(0 if value == wanted else 1) if wanted is None or isinstance(wanted, bool) else False
    return fits((value > wanted) - (value < wanted))  # type: ignore[operator]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise bad_query(f"'{text}' is no date.") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
