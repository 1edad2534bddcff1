"""The registry of tools: each declared once, known by exact name, and either reading or proposing (SECURITY 2)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from application.actions import Actions
from application.briefing import Briefings
from application.ports.clock import Clock
from application.ports.model import Embedder, ToolOffer
from application.ports.providers import Connections
from application.ports.store import Store
from application.proposals import Proposals
from domain.actions import Action
from domain.codec import Json, decode, schema_of
from domain.errors import AlfredError, Refused
from domain.privacy import Privacy

LONGEST_RESULT = 16_000


class Effect(StrEnum):
    """What a tool may do; there is no third kind."""

    READS = "reads"
    PROPOSES = "proposes"


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool brings back.

    `text` is for a model; `said` is one sentence for people, rendered from results, and `lines` are the rows under it. `outside` holds when `text`
    contains words that came from outside; `accounts` are those the words came from. `actions` were proposed.
    """

    text: str
    said: str
    outside: bool = False
    accounts: frozenset[str] = frozenset()
    actions: tuple[Action, ...] = ()
    failed: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What tools work with."""

    store: Store
    actions: Actions
    proposals: Proposals
    briefings: Briefings
    connections: Connections
    embedder: Embedder
    clock: Clock
    zone: tzinfo
    privacy: Callable[[str], Privacy]

    def now(self) -> datetime:
        return self.clock.now()


@dataclass(slots=True)
class Errand:
    """One turn as its tools see it: the owner's own words so far, and whether outside text has had a say."""

    owner_words: tuple[str, ...]
    tainted: bool = False
    accounts: set[str] = field(default_factory=set)
    actions: list[Action] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, found: Found) -> None:
        with self.lock:
            self.tainted = self.tainted or found.outside
            self.accounts |= found.accounts if found.outside else frozenset()
            self.actions += found.actions


Run = Callable[[Workshop, Errand, Any], Found]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it is called, what it is for in a line, what it takes, and how it runs.

    `words` are what an owner says when he wants it; they choose the tools that a small model is shown.
    """

    name: str
    purpose: str
    takes: type
    effect: Effect
    run: Run
    words: tuple[str, ...] = ()

    def offer(self) -> ToolOffer:
        return ToolOffer(self.name, self.purpose, schema_of(self.takes))


class Registry:
    """All tools by name."""

    def __init__(self, tools: Iterable[Tool], workshop: Workshop) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._workshop = workshop

    def all(self) -> tuple[Tool, ...]:
        return tuple(self._tools.values())

    def offers(self) -> tuple[ToolOffer, ...]:
        """All tools in an order that never changes, so that a prompt's prefix can be cached."""
        return tuple(self._tools[name].offer() for name in sorted(self._tools))

    def get(self, name: str) -> Tool:
        """Return the tool of exactly this name; an unknown one is refused."""
        if name not in self._tools:
            raise Refused(
                f"there is no tool called {name!r}; there are {', '.join(sorted(self._tools))}", code="unknown_tool"
            )
        return self._tools[name]

    def run(self, name: str, arguments: Mapping[str, Json], errand: Errand, *, local_model: bool) -> Found:
        """Run a tool; what is wrong comes back as a sentence that a model can mend. Never raises Alfred's errors.

        What an account keeps from models (or from distant ones) is withheld from the text.
        """
        try:
            tool = self.get(name)
            typed: object = decode(tool.takes, dict(arguments), "arguments")
            found = tool.run(self._workshop, errand, typed)
        except AlfredError as error:
            return Found(f"error ({error.code}): {error}", f"{name}: {error}", failed=True)
        found = self._withheld(found, local_model=local_model)
        errand.note(found)
        return found

    def _withheld(self, found: Found, *, local_model: bool) -> Found:
        kept = [name for name in sorted(found.accounts) if not self._workshop.privacy(name).allows(local=local_model)]
        if kept:
            said = f"What {', '.join(kept)} holds may not be shown to this model; {found.said}"
            return replace(found, text=said, outside=False)
        return replace(found, text=found.text[:LONGEST_RESULT])


def as_data(origin: str, text: str) -> str:
    """Wrap outside text as data with its origin; what it says is never an instruction (SECURITY 7)."""
    fenced = text.replace("</data", "<\\/data")
    return f'<data from="{origin}" trust="none">\n{fenced}\n</data>'
