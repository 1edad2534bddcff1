"""What a subject of conversation is made of: intents, each with patterns, examples, and how its arguments are filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from application.ports.matcher import Talk
from domain.codec import Json

_WORDS = {
    "MAIL": r"(?:e-?mails?|mails?|messages?|letters?|correspondence|nachrichten?|courriels?|correos?|mensajes?|emel|mesej)",
    "MY": r"(?:(?:all|any|each|every|some|the|of|my|our|this|these|those|a|an|me|meine[nrs]?|alle[nrs]?|tou(?:te)?s|tod[oa]s|die|das|der|mes|les|mis|los|las|semua) )*",
    "SHOW": r"(?:(?:show|tell|give|list|read|get|fetch|bring|pull|display|see|hear|find|check|look|zeig|montre|muestra|tunjuk(?:kan)?)"
    r"(?: (?:me|us|out|off|up|back|over|to me|at|for|through|mir|moi))* )",
    "TODO": r"(?:to[ -]?dos?|tasks?|chores?|reminders?|errands?|aufgaben?|erinnerungen|t[aâ]ches?|tareas?|recordatorios?|tugasan)",
    "LIST": r"(?:list(?:e|a)?|lists|agenda|pile)",
}
_SLOT = re.compile(r"\{(?P<name>[a-z_]+)\}")
_GROUP = re.compile(r"\(\?P<(?P<name>[a-z]+)>")
_MACRO = re.compile(r"<(?P<name>[A-Z]+)>")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: the plain words, the owner's very words, the slots a pattern found, and the time in his zone."""

    words: str
    original: str
    now: datetime
    slots: dict[str, str] = field(default_factory=dict)

    def slot(self, name: str) -> str:
        return self.slots.get(name, "").strip(' ,.:;"')


@dataclass(frozen=True, slots=True)
class Filled:
    """The arguments, and the name of one that the words leave open."""

    arguments: dict[str, Json]
    lacks: str = ""


Fill = Callable[[Said], Filled | None]


def nothing(_: Said) -> Filled:
    """Fill in nothing: the tool takes no arguments, or its defaults are meant."""
    return Filled({})


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that people ask for.

    `patterns` are enough by themselves; `hints` hold where the classifier does not object. Both are regular
    expressions over the whole of the plain words, where `{name}` is a slot and `<MAIL>` stands for words that recur.
    `examples` teach the classifier; `[when]` and the like in them are filled in. `by_likeness` holds where the
    classifier alone may choose this intent.
    """

    tool: str
    examples: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    fill: Fill = nothing
    talk: Talk | None = None
    by_likeness: bool = False

    @property
    def label(self) -> str:
        return self.tool or f"talk:{self.talk}"


@dataclass(frozen=True, slots=True)
class Subject:
    """A table of intents that belong together; patterns of earlier intents are tried first."""

    name: str
    intents: tuple[Intent, ...]


def compiled(patterns: tuple[str, ...]) -> Iterator[re.Pattern[str]]:
    """Yield the patterns as regular expressions."""
    for pattern in patterns:
        spelled = _SLOT.sub(r"(?P<\g<name>>.+?)", _MACRO.sub(lambda macro: _WORDS[macro["name"]], pattern))
        yield re.compile(_GROUP.sub(lambda group: f"(?P<{group['name']}_{group.start()}>", spelled), re.IGNORECASE)


def slots(hit: re.Match[str]) -> dict[str, str]:
    """Return what the slots of a pattern hold; a slot may stand in several branches of it."""
    return {name.rpartition("_")[0]: held for name, held in hit.groupdict().items() if held is not None}
