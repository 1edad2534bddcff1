"""A small, quick linear model over words: six weights packed in one integer, so that adding words is one `sum`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

CLASSES = 6
SCALE = 16
"""Weights are kept in sixteenths, from -8 to just under 8."""

_BITS = 24
_OFFSET = 128
_MASK = (1 << _BITS) - 1
_SHIFTS = tuple(_BITS * place for place in range(CLASSES))
_PRIOR_WORDS = 12.0
"""Words add up like evidence at first and ever less as they repeat each other: divided by the root of their number."""


def encoded(weights: Sequence[float]) -> str:
    """Return six weights as the hexadecimal text that is kept."""
    return bytes(max(-128, min(127, round(float(weight) * SCALE))) + _OFFSET for weight in weights).hex()


def packed(coded: str) -> int:
    """Return the six weights of `encoded` text as one integer; its fields add without overflow for 60,000 words."""
    return sum(byte << shift for byte, shift in zip(bytes.fromhex(coded), _SHIFTS, strict=True))


def unpack(total: int, count: int) -> list[float]:
    """Return the sums of `count` packed weights."""
    return [((total >> shift & _MASK) - _OFFSET * count) / SCALE for shift in _SHIFTS]


def damping(count: int) -> float:
    """Return what the sum of `count` word weights is multiplied with."""
    return 1.0 / sqrt(1.0 + count / _PRIOR_WORDS)


def probabilities(scores: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Return the softmax of `scores`."""
    highest = max(scores)
    shares = [exp((score - highest) / temperature) for score in scores]
    total = sum(shares)
    return [share / total for share in shares]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the training script wrote: packed weights by word, and the temperature that makes confidence honest."""

    table: dict[str, int]
    temperature: float


def shipped() -> Weights:
    """Read the weights that ship: a word or word pair, a tab, and its weights, per line."""
    lines = Path(__file__).with_name("weights.tsv").read_text("utf-8").splitlines()
    table = dict(line.split("\t") for line in lines)
    temperature = float(table.pop("#temperature", "1"))
    return Weights({word: packed(coded) for word, coded in table.items()}, temperature)


class LinearModel:
    """Word weights that ship, and beside them what the owner's corrections changed."""

    def __init__(self, table: dict[str, int]) -> None:
        self._table = table
        self._learnt: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * CLASSES)

    def scores(self, found: Iterable[str]) -> list[float]:
        """Return what the words in `found` say, one figure per category."""
        hits = [weight for weight in map(self._table.get, found) if weight is not None]
        factor = damping(len(hits))
        total = [score * factor for score in unpack(sum(hits), len(hits))]
        if self._learnt:
            self._add_learnt(total, found)
        return total

    def nudge(self, found: set[str], shown: Sequence[float], right: int, rate: float) -> None:
        """Move the owner's own weights one step towards category `right` for a mail that got the shares `shown`."""
        step = rate / max(4.0, sqrt(len(found)))
        for word in found:
            row = self._learnt[word]
            for place, share in enumerate(shown):
                row[place] += step * ((place == right) - share)

    def forget(self) -> None:
        """Drop everything that was learnt from the owner."""
        self._learnt.clear()

    def _add_learnt(self, total: list[float], found: Iterable[str]) -> None:
        for word in self._learnt.keys() & found:
            row = self._learnt[word]
            for place in range(CLASSES):
                total[place] += row[place]
