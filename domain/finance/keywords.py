"""Words that tell what money was spent on: shipped, general, and behind those of the owner."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from domain.finance.categories import Spending


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """Transactions whose wording holds `words` are of `category`; the owner's own come before the shipped ones."""

    words: str
    category: Spending


def category_by_keywords(description: str, merchant: str | None, own: Sequence[KeywordRule] = ()) -> Spending | None:
    """Return the category that the wording tells, None where it tells nothing. The longest word that fits decides."""
    text = f"{description} {merchant or ''}".casefold()
    text = f"{text} {text.replace('*', ' ')}" if "*" in text else text
    for rule in own:
        if rule.words.casefold() in text:
            return rule.category
    hits = [(len(hit), category) for category, pattern in _shipped() for hit in pattern.findall(text)]
    return max(hits, key=lambda each: each[0])[1] if hits else None


@cache
def _shipped() -> tuple[tuple[Spending, re.Pattern[str]], ...]:
    """Return one pattern per category, in the file's order: whole words, the longest of those that begin at a place."""
    words = tomllib.loads(files(__package__).joinpath("keywords.toml").read_text(encoding="utf-8"))
    return tuple((Spending(category), _any_of(each)) for category, each in words.items())


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W\d_])")
