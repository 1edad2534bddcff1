"""The components and properties of an iCalendar text, by the library's reading of lines and none of its own objects.

Its objects build time zones from what the text says and keep them for every later text: one mail could then change
how the next is read, and a rule of every second since 1601 would be counted through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.expressions import expression

MAX_TEXT = 256 * 1024
MAX_LINES = 20_000
MAX_LINE = 64 * 1024
MAX_DEPTH = 8
_ESCAPE = expression(r"\\([\\;,nN])")


@dataclass(frozen=True, slots=True)
class Property:
    """One line: its name and parameters in capitals, its value as it stands."""

    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a TEXT property, without its escapes (RFC 5545, 3.3.11)."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value).strip()


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def every(self, name: str) -> Iterator[Property]:
        return (each for each in self.properties if each.name == name)

    def text(self, name: str) -> str:
        found = self.first(name)
        return found.text if found else ""

    def named(self, name: str) -> Iterator[Component]:
        return (part for part in self.parts if part.name == name)


def components(text: str) -> Component:
    """Return a nameless component that holds what the text holds; lines that are none are passed over."""
    root = Component("")
    open_ones = [root]
    for line in properties(text):
        if line.name == "BEGIN" and len(open_ones) <= MAX_DEPTH:
            part = Component(line.value.strip().upper())
            open_ones[-1].parts.append(part)
            open_ones.append(part)
        elif line.name == "END" and len(open_ones) > 1:
            _close(open_ones, line.value.strip().upper())
        else:
            open_ones[-1].properties.append(line)
    return root


def properties(text: str) -> Iterator[Property]:
    from icalendar.parser import Contentlines

    lines = Contentlines.from_ical(  # type: ignore[no-untyped-call]
        text[:MAX_TEXT].lstrip("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    )
    for line in lines[:MAX_LINES]:
        if not line or len(line) > MAX_LINE:
            continue
        try:
            name, parameters, value = line.raw_parts()
        except (ValueError, IndexError, KeyError):
            continue
        yield Property(name.upper(), {key.upper(): _one(each) for key, each in parameters.items()}, value)


def _close(open_ones: list[Component], name: str) -> None:
    """Close the innermost open component of that name; an end without a beginning closes nothing."""
    for depth in range(len(open_ones) - 1, 0, -1):
        if open_ones[depth].name == name:
            del open_ones[depth:]
            return


def _one(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)
