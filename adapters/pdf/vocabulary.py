"""The words by which tables, balances and signs are known; they stand in `vocabulary.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path

from domain.finance.dates import any_of


class Label(Enum):
    """What a line without a transaction of its own says."""

    OPENING = "opening"
    CLOSING = "closing"
    CARRY = "carry"
    TOTAL = "total"
    INTERIM = "interim"


@dataclass(frozen=True, slots=True)
class Found:
    label: Label
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    labels: Mapping[Label, re.Pattern[str]]
    dated: re.Pattern[str]
    """Each label that may bear a date, in the group of its name."""

    columns: Mapping[str, frozenset[str]]
    no_transactions: re.Pattern[str]
    carried: re.Pattern[str]
    out: re.Pattern[str]
    into: re.Pattern[str]

    def with_words(self, words: Mapping[str, Sequence[str]]) -> Vocabulary:
        """Return a vocabulary that knows a bank's own words besides; keys as in `vocabulary.toml`."""
        labels = {label: _more(pattern, words.get(label.value, ())) for label, pattern in self.labels.items()}
        out, into = _more(self.out, words.get("out", ())), _more(self.into, words.get("in", ()))
        return replace(self, labels=labels, dated=_dated(labels), out=out, into=into)

    def label_in(self, lowered: str, lead: int) -> Found | None:
        """Return the label of a line whose words begin at `lead`.

        Openings and closings may stand anywhere in a line that does not begin with a date, all else at its beginning;
        what is carried or summed up bears no date of its own.
        """
        words = _WORD.search(lowered, lead)
        if words is None:
            return None
        if lead:
            match = self.dated.match(lowered, words.start())
            return Found(Label(match.lastgroup), *match.span()) if match else None
        for label, pattern in self.labels.items():
            anywhere = label in (Label.OPENING, Label.CLOSING)
            match = pattern.search(lowered) if anywhere else pattern.match(lowered, words.start())
            if match is not None and (label is not Label.TOTAL or self._is_sum(lowered[match.end() :])):
                return Found(label, match.start(), match.end())
        return None

    def carries_on(self, lowered: Iterable[str]) -> bool:
        """Tell whether the last closing balance of the lines is one that is carried to a further page."""
        closings = [line for line in lowered if self.labels[Label.CLOSING].search(line)]
        return any(self.carried.search(line) for line in closings[-1:])

    def speaks_of_sums(self, lowered: str) -> bool:
        match = self.labels[Label.TOTAL].search(lowered)
        return match is not None and self._is_sum(lowered[match.end() :])

    def _is_sum(self, rest: str) -> bool:
        """Tell whether what follows the word speaks of columns alone, so that it is no shop of that name."""
        words = _LETTERS.findall(rest)
        money = self.columns["debit"] | self.columns["credit"] | self.columns["amount"] | self.columns["balance"]
        return all(word in _SMALL.split() for word in words) or any(word in money for word in words)

    def wording(self, lowered: str) -> int:
        """Return -1 for money out, 1 for money in, 0 where the words do not say or contradict each other."""
        into, out = self.into.search(lowered), self.out.search(lowered)
        if into and out:
            return (into.start() < out.start()) - (out.start() < into.start())
        return 1 if into else -1 if out else 0


_WORD = re.compile(r"[^\W_]")
_LETTERS = re.compile(r"[^\W\d_]+")
_SMALL = "der die das des de du of in for all the eur usd gbp chf myr sgd per am and und von s h cr dr due"


def _words(phrases: Iterable[str]) -> re.Pattern[str]:
    """Match any of the phrases as whole words; blanks may be missing, as they are in some PDFs.

    Scripts that part no words, or join others to them, match anywhere.
    """
    joined = {each for each in phrases if _UNPARTED.search(each)}
    whole = any_of(set(phrases) - joined).replace(r"\ ", " ?")
    return re.compile(
        "|".join([*([rf"(?<!\w)(?:{whole})(?!\w)"] if whole else []), *([any_of(joined)] if joined else [])])
    )


_UNPARTED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def _more(pattern: re.Pattern[str], phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"{_words(phrases).pattern}|{pattern.pattern}") if phrases else pattern


def _dated(labels: Mapping[Label, re.Pattern[str]]) -> re.Pattern[str]:
    named = (Label.OPENING, Label.CLOSING, Label.INTERIM)
    return re.compile("|".join(f"(?P<{label.value}>{labels[label].pattern})" for label in named))


@cache
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary, read once."""
    said = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text("utf-8"))
    labels = {label: _words(said[label.value]) for label in Label}
    columns = ("date", "value_date", "description", "debit", "credit", "amount", "balance")
    return Vocabulary(
        labels,
        _dated(labels),
        {name: frozenset(said[name]) for name in columns},
        _words(said["no_transactions"]),
        _words(said["carried"]),
        _words(said["wording"]["out"]),
        _words(said["wording"]["in"]),
    )
