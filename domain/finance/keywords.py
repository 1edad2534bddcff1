"""Words that tell what money was spent on: shipped, general, and behind those of the owner."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from domain.finance.categories import Spending

_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """Transactions whose wording holds `words` are of `category`; the owner's own come before the shipped ones."""

    words: str
    category: Spending


def category_by_own(description: str, merchant: str | None, own: Sequence[KeywordRule]) -> Spending | None:
    """Return what the owner's words tell, None where they tell nothing. The first that fits decides."""
    text = _read(description, merchant) if own else ""
    return next((rule.category for rule in own if rule.words.casefold() in text), None)


def category_by_keywords(description: str, merchant: str | None) -> Spending | None:
    """Return what the shipped words tell, None where they tell nothing. The longest that fits decides."""
    text = _read(description, merchant)
    known = _beginning_with()
    worth_trying = {category for run in _LETTERS.findall(text) if run in known for category in known[run]}
    if not worth_trying:
        return None
    patterns = ((category, pattern) for category, pattern in _shipped().items() if category in worth_trying)
    hits = [(len(hit), category) for category, pattern in patterns for hit in pattern.findall(text)]
    return max(hits, key=lambda each: each[0])[1] if hits else None


def _read(description: str, merchant: str | None) -> str:
    text = f"{description} {merchant or ''}".casefold()
    return f"{text} {text.replace('*', ' ')}" if "*" in text else text


@cache
def _words() -> dict[Spending, list[str]]:
    listed = tomllib.loads(files(__package__).joinpath("keywords.toml").read_text(encoding="utf-8"))
    return {Spending(category): [each.casefold() for each in words] for category, words in listed.items()}


@cache
def _shipped() -> dict[Spending, re.Pattern[str]]:
    """Return one pattern per category, in the file's order: whole words, the longest of those that begin at a place."""
    return {category: _any_of(words) for category, words in _words().items()}


@cache
def _beginning_with() -> dict[str, set[Spending]]:
    """Return by the first run of letters which categories have a word with it; the others need not be tried."""
    found: dict[str, set[Spending]] = {}
    for category, words in _words().items():
        for word in words:
            found.setdefault(_LETTERS.findall(word)[0], set()).add(category)
    return found


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W\d_])")
