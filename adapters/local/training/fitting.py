"""Fits the word weights: softmax regression on top of the hand-set evidence, where several answers may be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from adapters.local import evidence
from adapters.local.evidence import CATEGORIES
from adapters.local.linear import damping
from adapters.local.reading import Reader
from adapters.local.training.corpora import Example

Floats = NDArray[np.float64]
VOCABULARY = 12_000
_ROUNDS = 14
_RATE = 0.4
_SHRINK = 0.0004
_LARGEST = 7.5


@dataclass(frozen=True, slots=True)
class Case:
    """An example as figures: its words, what the evidence says, and which categories are right."""

    words: frozenset[str]
    offset: Floats
    right: Floats
    source: str


def cases(examples: Sequence[Example]) -> list[Case]:
    """Read every example as the brain reads it."""
    reader = Reader(ZoneInfo("UTC"), frozenset())
    found = []
    for example in examples:
        reading = reader.read(example.message)
        offset = np.array(evidence.weigh(list(reading.signals)))
        right = np.array([category in example.right for category in CATEGORIES], dtype=np.float64)
        found.append(Case(frozenset(filter(_general, reading.words)), offset, right, example.source))
    return found


def _general(word: str) -> bool:
    return len(word) <= 40 and not any(letter.isdigit() for letter in word)


def fit(taught: Sequence[Case], seed: int = 1) -> dict[str, Floats]:
    """Return six weights per word, the strongest words only."""
    index = {word: row for row, word in enumerate(_shared(taught))}
    rows = [
        np.fromiter((index[word] for word in sorted(case.words) if word in index), dtype=np.int64) for case in taught
    ]
    weights = np.zeros((len(index), len(CATEGORIES)))
    importance = _importance(taught)
    order = list(range(len(taught)))
    random = Random(seed)
    for turn in range(_ROUNDS):
        random.shuffle(order)
        for place in order:
            rate = importance[place] * _RATE / (1 + turn / 4)
            _step(weights, rows[place], taught[place], rate)
        weights *= 1 - _SHRINK * len(taught) / 1000
    strength = np.abs(weights).max(axis=1)
    kept = sorted(index, key=lambda word: -strength[index[word]])[:VOCABULARY]
    return {word: np.clip(weights[index[word]], -_LARGEST, _LARGEST) for word in sorted(kept)}


def shares(case: Case, weights: dict[str, Floats], temperature: float = 1.0) -> Floats:
    """Return the probabilities of the categories."""
    hits = [weights[word] for word in case.words if word in weights]
    by_words = np.sum(hits, axis=0) * damping(len(hits)) if hits else np.zeros(len(CATEGORIES))
    return _softmax(_lifted(case.offset + by_words) / temperature)


def temperature(judged: Sequence[tuple[Floats, Case]]) -> float:
    """Return the temperature at which held-out scores are most honest: the least surprise (Guo et al. 2017)."""
    tried = [step / 10 for step in range(6, 31)]
    return min(tried, key=lambda heat: sum(-log(max(1e-9, _right_share(p, case, heat))) for p, case in judged))


def _right_share(held_out: Floats, case: Case, heat: float) -> float:
    return float(_softmax(np.log(held_out + 1e-12) / heat) @ case.right)


def _step(weights: Floats, rows: NDArray[np.int64], case: Case, rate: float) -> None:
    factor = damping(len(rows))
    scores = case.offset + weights[rows].sum(axis=0) * factor
    given = _softmax(_lifted(scores))
    wanted = given * case.right
    wanted /= max(wanted.sum(), 1e-12)
    slope = wanted - given
    slope[_people(scores)] += slope[0]
    weights[rows] += rate * factor * slope * 0.5


def _lifted(scores: Floats) -> Floats:
    return np.array(evidence.lifted(scores.tolist()))


def _people(scores: Floats) -> int:
    """The category whose score counts for urgent too."""
    return 1 if scores[1] > scores[2] else 2


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


def _importance(taught: Sequence[Case]) -> list[float]:
    """Give each category the same say, however many examples it has."""
    counts = np.sum([case.right / case.right.sum() for case in taught], axis=0)
    mean = counts.mean()
    return [float(np.sqrt(mean / (counts @ case.right / case.right.sum()))) for case in taught]


def _shared(taught: Sequence[Case]) -> list[str]:
    """Keep what more than one source says, so that no list's or sender's own words count; written sets are general."""
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for case in taught:
        for word in case.words:
            sources[word].add(case.source)
    return sorted(word for word, seen in sources.items() if len(seen) > 1 or min(seen).startswith("written"))
