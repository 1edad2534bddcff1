"""The registry of tools: each declared once, known by exact name, and either reading or proposing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from application.acting.actions import Actions
from application.calendars.desk import Calendars
from application.chat.resolve import Ambiguous
from application.finance.desk import Finance
from application.intake.searching import Searching
from application.models.outside_words import as_data
from application.ports.clock import Clock
from application.ports.model import Embedder, ToolOffer
from application.ports.providers import Connections
from application.ports.store import Store
from application.proposing.rule_book import RuleBook
from application.telling.briefing import Briefings
from application.work.desk import Work
from domain.actions import Action
from domain.codec import Json, decode, schema_of
from domain.errors import AlfredError, Invalid, NotFound, Refused
from domain.privacy import Privacy, Reader

LONGEST_RESULT = 16_000
OWN_WORDS = (Invalid, NotFound, Refused)
"""What Alfred says himself, of what a tool was given; other trouble may quote a provider or a thing's name."""


class Effect(StrEnum):
    """What a tool may do; there is no third kind."""

    READS = "reads"
    PROPOSES = "proposes"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words from outside, and the account that they came from; an empty one is nobody's to withhold.

    `besides` are further accounts that had a part in it: it is shown where all of them may be. One that is `ours`
    is in Alfred's own words, such as a sum of what accounts hold: it may be withheld, but it taints nothing.
    """

    account: str
    text: str
    besides: frozenset[str] = frozenset()
    ours: bool = False

    @property
    def accounts(self) -> frozenset[str]:
        return frozenset(name for name in (self.account, *self.besides) if name)


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool brings back.

    `text` is Alfred's own words for a model, and `passages` are those from outside, which it is shown as data from
    `origin`. `said` is one sentence for people, rendered from results, and `lines` are the rows under it. `actions`
    were found or proposed. `touched` are all the accounts it came from, also those withheld. With `sums` its amounts
    of money are the books' own, and say what is right. `caveats` are phrases without which its sums would mislead.
    """

    text: str
    said: str
    passages: tuple[Passage, ...] = ()
    origin: str = "mail"
    actions: tuple[Action, ...] = ()
    failed: bool = False
    lines: tuple[str, ...] = ()
    touched: frozenset[str] = frozenset()
    sums: bool = False
    caveats: tuple[str, ...] = ()

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts whose words these are."""
        return frozenset(name for passage in self.passages for name in passage.accounts)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What tools work with."""

    store: Store
    actions: Actions
    rule_book: RuleBook
    briefings: Briefings
    calendars: Calendars
    finance: Finance
    work: Work
    connections: Connections
    searching: Searching
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
    proposed: dict[str, Action] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, found: Found) -> None:
        with self.lock:
            self.tainted = self.tainted or any(not passage.ours for passage in found.passages)
            self.accounts |= found.accounts


Run = Callable[[Workshop, Errand, Any], Found]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it is called, what it is for in a line, what it takes, and how it runs.

    `words` are what an owner says when he wants it; they choose the tools that a small model is shown. One that is
    `owners` (to approve, to undo) is run for the owner's own words alone and never for a model.
    """

    name: str
    purpose: str
    takes: type
    effect: Effect
    run: Run
    words: tuple[str, ...] = ()
    owners: bool = False

    def offer(self) -> ToolOffer:
        return ToolOffer(self.name, self.purpose, schema_of(self.takes))


class Registry:
    """All tools by name."""

    def __init__(self, tools: Iterable[Tool], workshop: Workshop) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._offers = {tool.name: tool.offer() for tool in self.all()}
        self._workshop = workshop

    def all(self) -> tuple[Tool, ...]:
        """All tools that a model may call."""
        return tuple(tool for tool in self._tools.values() if not tool.owners)

    def offers(self) -> tuple[ToolOffer, ...]:
        """The tools that a model may call, in an order that never changes, so that a prompt's prefix can be cached."""
        return tuple(self._offers[name] for name in sorted(self._offers))

    def offer(self, name: str) -> ToolOffer:
        return self._offers[name]

    def get(self, name: str, reader: Reader) -> Tool:
        """Return the tool of exactly this name; an unknown one is refused, and to a model what is the owner's alone."""
        tool = self._tools.get(name)
        if tool is None or (tool.owners and reader is not Reader.OWNER):
            known = ", ".join(sorted(each.name for each in self.all()))
            raise Refused(f"there is no tool called {name!r}; there are {known}", code="unknown_tool")
        return tool

    def proposes(self, name: str) -> bool:
        return name in self._tools and self._tools[name].effect is Effect.PROPOSES

    def run(self, name: str, arguments: Mapping[str, Json], errand: Errand, reader: Reader) -> Found:
        """Run a tool; what is wrong comes back as a sentence that a model can mend. Never raises Alfred's errors.

        What an account keeps from `reader` is left out; what is left in is noted on the errand.
        """
        try:
            tool = self.get(name, reader)
            typed: object = decode(tool.takes, dict(arguments), "arguments")
            found = tool.run(self._workshop, errand, typed)
        except AlfredError as error:
            found = self._failed(error)
        found = self._for(reader, found)
        errand.note(found)
        return found

    def _failed(self, error: AlfredError) -> Found:
        """Return a failure: its sentence is Alfred's own where it quotes nobody, else it is shown as others' words."""
        said, told = str(error), f"error ({error.code})"
        if isinstance(error, Ambiguous):
            offered = tuple(self._whose(id, f"[{id}] {name}") for id, name in error.offered)
            return Found(f"{told}: which {error.what} is meant?", said, offered, "names", failed=True)
        if isinstance(error, OWN_WORDS):
            return Found(f"{told}: {error}", said, failed=True)
        return Found(told, said, (self._whose("", str(error)),), "an error", failed=True)

    def _whose(self, id: str, text: str) -> Passage:
        """File words under the account that an id names, else under all: it might be the words of any of them."""
        known = frozenset(each.account.name for each in self._workshop.connections.all())
        account, named, _ = id.partition(":")
        return Passage(account, text) if named and account in known else Passage("", text, known)

    def _for(self, reader: Reader, found: Found) -> Found:
        """Return what `reader` may see, with `text` as it is shown to him."""
        kept = {name for name in found.accounts if not self._workshop.privacy(name).lets(reader)}
        shown = tuple(passage for passage in found.passages if not passage.accounts & kept)
        parts = [found.text] if found.text else []
        parts += [passage.text for passage in shown if passage.ours]
        outside = [passage.text for passage in shown if not passage.ours]
        if outside:
            parts.append(as_data(found.origin, "\n".join(outside)[:LONGEST_RESULT]))
        if kept:
            hidden = len(found.passages) - len(shown)
            parts.append(f"({hidden} more from {', '.join(sorted(kept))} may not be shown to this model.)")
        return replace(found, text="\n".join(parts), passages=shown, touched=found.accounts)
