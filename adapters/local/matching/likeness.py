"""How alike words are to what people say when they want something: a linear model over words and their beginnings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

from adapters.local.matching.dates import NAMES_A_TIME

SCALE = 16
"""Weights are kept in sixteenths, one signed byte for each label."""

_WORD = re.compile(r"[^\W_]+")
_STEM = 4


@dataclass(frozen=True, slots=True)
class Likeness:
    """Weights by feature, one per label; `temperature` makes the shares honest."""

    labels: tuple[str, ...]
    weights: Mapping[str, bytes]
    temperature: float = 1.0

    def shares(self, words: str) -> dict[str, float]:
        """Return the share of each label, adding up to one; `none` is what is none of ours. Empty with no labels."""
        if not self.labels:
            return {}
        rows = [self.weights[feature] for feature in features(words) if feature in self.weights]
        damping = 1 / (SCALE * sqrt(len(rows) or 1) * self.temperature)
        scores = [(sum(column) - 128 * len(rows)) * damping for column in zip(*rows, strict=True)]
        return _softmax(self.labels, scores or [float(label == "none") for label in self.labels])


def _softmax(labels: Iterable[str], scores: list[float]) -> dict[str, float]:
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return {label: power / total for label, power in zip(labels, powers, strict=True)}


def features(words: str) -> set[str]:
    """Return the words, their beginnings, pairs of neighbours, and what opens the sentence."""
    said = ["#" if word.isdigit() else word for word in _WORD.findall(words.lower().replace("'s ", " is "))]
    found = {"", *said, *(f"{one} {two}" for one, two in itertools.pairwise(["^", *said, "$"]))}
    found.update(f"{word[:_STEM]}*" for word in said if len(word) > _STEM)
    found.update(f"{one} _ {two}" for one, two in zip(said, said[2:], strict=False))
    if NAMES_A_TIME.search(words):
        found.add("@time")
    return found


def shipped() -> Likeness:
    """Read the weights that ship: labels on the first line, then a feature, a tab, and its weights, per line."""
    path = Path(__file__).with_name("likeness.tsv")
    first, *lines = path.read_text("utf-8").splitlines()
    temperature, *labels = first.split("\t")
    table = dict(line.split("\t") for line in lines)
    weights = {feature: bytes.fromhex(coded) for feature, coded in table.items()}
    return Likeness(tuple(labels), weights, float(temperature))
