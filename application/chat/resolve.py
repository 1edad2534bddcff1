"""From a name as it was said to the thing that is meant, in three steps (PRODUCT 4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher

from domain.errors import Invalid, NotFound

TAKE_IT = 0.75
OFFER_IT = 0.5
MOST_OFFERED = 3
Likeness = Callable[[str, str], float]


def resolve(said: str, names: Mapping[str, str], what: str, likeness: Likeness | None = None) -> str:
    """Return the id whose name is meant by `said`.

    Normalised equality first, then part of a name, then similarity: from 0.75 it is taken, from 0.5 up to three are
    offered (`Invalid`), below that there is no such thing (`NotFound`).
    """
    wanted = normalised(said)
    equal = [id for id, name in names.items() if normalised(name) == wanted]
    if len(equal) == 1:
        return equal[0]
    partial = [id for id, name in names.items() if wanted and wanted in normalised(name)]
    if len(partial) == 1:
        return partial[0]
    return _by_similarity(said, partial or list(names), names, what, likeness or alike)


def _by_similarity(said: str, ids: Sequence[str], names: Mapping[str, str], what: str, likeness: Likeness) -> str:
    ranked = sorted(((likeness(said, names[id]), id) for id in ids), reverse=True)
    sure = [id for score, id in ranked if score >= TAKE_IT]
    if len(sure) == 1:
        return sure[0]
    offered = [names[id] for score, id in ranked if score >= OFFER_IT][:MOST_OFFERED]
    if offered or len(sure) > 1:
        raise Invalid(f"which {what} is meant: {', '.join(f'“{name}”' for name in offered)}?", where="name")
    raise NotFound(f"there is no {what} like “{said}”")


def normalised(name: str) -> str:
    """Return `name` without case, accents, punctuation and double spaces."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", letters).strip()


def alike(one: str, other: str) -> float:
    """Return how alike two names are in spelling, 0 to 1."""
    return SequenceMatcher(None, normalised(one), normalised(other)).ratio()
