"""From a name as it was said to the thing that is meant, in three steps."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from application.ports.model import Embedder
from domain.errors import AlfredError, Invalid, NotFound

log = logging.getLogger(__name__)

TAKE_IT = 0.75
OFFER_IT = 0.5
MOST_OFFERED = 3
LEAST_PART = 3
"""Letters that a part of a word must have to stand for a name."""


class Ambiguous(Invalid):
    """Several things bear what was said; `offered` are their ids and names, and the names may be others' words."""

    def __init__(self, what: str, offered: Mapping[str, str]) -> None:
        self.what = what
        self.offered = tuple(offered.items())[:MOST_OFFERED]
        shown = ", ".join(f"“{name}”" for _, name in self.offered)
        super().__init__(f"which {what} is meant: {shown}?", where="name")


def resolve(said: str, names: Mapping[str, str], what: str, embedder: Embedder | None = None) -> str:
    """Return the id whose name is meant by `said`.

    Normalised equality first, then part of a name, then similarity: from 0.75 it is taken, from 0.5 up to three are
    offered (`Ambiguous`), below that there is no such thing (`NotFound`). What several fit equally well is offered.
    """
    wanted = normalised(said)
    for near in (_equal(wanted, names), _partial(wanted, names)):
        if len(near) == 1:
            return near[0]
        if near:
            raise Ambiguous(what, {id: names[id] for id in near})
    return _by_similarity(said, names, what, embedder)


def _equal(wanted: str, names: Mapping[str, str]) -> list[str]:
    return [id for id, name in names.items() if normalised(name) == wanted] if wanted else []


def _partial(wanted: str, names: Mapping[str, str]) -> list[str]:
    """Whole words of a name before mere letters of it."""
    if not wanted:
        return []
    whole = [id for id, name in names.items() if f" {wanted} " in f" {normalised(name)} "]
    if whole or len(wanted) < LEAST_PART:
        return whole
    return [id for id, name in names.items() if wanted in normalised(name)]


def _by_similarity(said: str, names: Mapping[str, str], what: str, embedder: Embedder | None) -> str:
    scores = likenesses(said, list(names.values()), embedder) if normalised(said) else []
    ranked = sorted(zip(scores, names, strict=False), key=lambda each: -each[0])
    sure = [id for score, id in ranked if score >= TAKE_IT]
    if len(sure) == 1:
        return sure[0]
    offered = sure or [id for score, id in ranked if score >= OFFER_IT]
    if offered:
        raise Ambiguous(what, {id: names[id] for id in offered})
    raise NotFound(f"there is no {what} like “{said}”")


def likenesses(said: str, names: Sequence[str], embedder: Embedder | None) -> list[float]:
    """Return how alike `said` is to each name, 0 to 1: by meaning where vectors can be had, else by spelling."""
    if embedder is not None and names:
        try:
            wanted, *vectors = embedder.embed([normalised(text) for text in (said, *names)])
            return [cosine(wanted, vector) for vector in vectors]
        except AlfredError as error:
            log.info("names compared by spelling: %s", error.code)
    return [spelling(said, name) for name in names]


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two vectors, 0 where they point apart or one is nothing."""
    lengths = sum(a * a for a in one) * sum(b * b for b in other)
    return min(1.0, max(0.0, sum(a * b for a, b in zip(one, other, strict=True)) / lengths**0.5)) if lengths else 0.0


def spelling(one: str, other: str) -> float:
    """Return how alike two names are in spelling, 0 to 1."""
    return SequenceMatcher(None, normalised(one), normalised(other)).ratio()


def normalised(name: str) -> str:
    """Return `name` without case, accents, punctuation and double spaces."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", letters).strip()
