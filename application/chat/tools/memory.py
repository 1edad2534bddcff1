"""Tools about memory: facts about the owner, kept only in his own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from application.chat.registry import Effect, Errand, Found, Tool, Workshop
from application.chat.tools.proposing import outcome_of, propose
from domain.actions import Action
from domain.chat import is_quoted_from, is_told_by
from domain.codec import Json
from domain.errors import Refused
from domain.kinds import Kind
from domain.tasks import Fact

MOST_RECALLED = 5
LEAST_LIKENESS = 0.2
MOST_OF_ALL = 50
OWNER = frozenset({"me", "myself", "us", "the owner", "mich", "moi", "mí", "mi", "saya"})


@dataclass(frozen=True, slots=True)
class Remember:
    fact: str = field(metadata={"doc": "the fact, in one sentence"})
    quote: str = field(metadata={"doc": "the owner's very words that say so"})


@dataclass(frozen=True, slots=True)
class Recall:
    about: str


def remember(workshop: Workshop, errand: Errand, wanted: Remember) -> Found:
    if not is_quoted_from(wanted.quote, errand.owner_words):
        raise Refused("only what the owner himself said is remembered; quote his very words", code="not_quoted")
    if not is_told_by(wanted.fact, wanted.quote):
        raise Refused("the quote does not say that; tell the fact in the owner's own words", code="not_quoted")
    kept: dict[str, Json] = {"fact": wanted.fact, "quote": wanted.quote}
    return outcome_of([_remembered(workshop, wanted.fact) or propose(workshop, errand, Kind.REMEMBER, "", kept)])


def _remembered(workshop: Workshop, fact: str) -> Action | None:
    """Return what had this very fact remembered, which a fact is called by; None where nothing did."""
    known = next((each for each in workshop.store.memory.all() if _bare(each.fact) == _bare(fact)), None)
    return workshop.store.actions.get(known.id) if known is not None else None


def _bare(fact: str) -> str:
    return " ".join(fact.split()).casefold().rstrip(".")


def recall(workshop: Workshop, _: Errand, wanted: Recall) -> Found:
    facts = _known(workshop, wanted.about.strip().lower())
    quoted = [f"{fact.fact} (the owner said: “{fact.quote}”)" for fact in facts]
    if not quoted:
        return Found("nothing is remembered about that", "Nothing is remembered about that")
    said = f"Recalled {len(quoted)} fact{'s' if len(quoted) != 1 else ''}"
    return Found("\n".join(quoted), said, lines=tuple(_told(fact) for fact in facts))


def _told(fact: Fact) -> str:
    """Say it to the owner, with his own words where they were others."""
    return fact.fact if fact.fact == fact.quote else f"{fact.fact} (you said: “{fact.quote}”)"


def _known(workshop: Workshop, about: str) -> Iterable[Fact]:
    """All facts are about the owner, so one who asks about himself means all of them."""
    if about in OWNER:
        return workshop.store.memory.all()[:MOST_OF_ALL]
    vector = workshop.embedder.embed([about])[0]
    near = workshop.store.memory.nearest(vector, MOST_RECALLED)
    return [fact for fact, likeness in near if likeness >= LEAST_LIKENESS]


TOOLS = (
    Tool(
        "remember",
        "Keep a fact about the owner, in his own words.",
        Remember,
        Effect.PROPOSES,
        remember,
        ("remember", "note that", "keep in mind", "don't forget"),
    ),
    Tool(
        "recall",
        "Recall facts about the owner by meaning.",
        Recall,
        Effect.READS,
        recall,
        ("recall", "remember", "know", "my", "prefer", "favourite", "usual"),
    ),
)
