"""Reads with whom something is to be."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from adapters.local.matching.ahead import without_weeks
from adapters.local.matching.dates import when
from domain.expressions import expression

_PEOPLE = expression(
    r"\b(?:with|mit|avec|con|dengan) (?P<who>.+?)(?= (?:about|on|at|for|to|in|über|sur)\b|$)", re.IGNORECASE
)
AND = expression(r"\s*(?:,|\band\b|\bund\b|\bet\b|\by\b|\bdan\b)\s*", re.IGNORECASE)


def company(words: str) -> tuple[tuple[str, ...], str]:
    hit = _PEOPLE.search(words)
    if hit is None:
        return (), words
    found = when(without_weeks(hit["who"]), datetime.now(UTC)).rest
    people = tuple(name.strip() for name in AND.split(found) if name.strip())
    return people, f"{words[: hit.start()]} {words[hit.start('who') + len(hit['who']) :]} {dates_in(hit['who'])}"


def dates_in(words: str) -> str:
    """Return what of `words` is about time, so that "with Ann tomorrow at 3" keeps its tomorrow."""
    rest = when(without_weeks(words), datetime.now(UTC)).rest.split()
    return " ".join(word for word in words.split() if word not in rest)
