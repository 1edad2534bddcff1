"""A small, quick linear model over words: six weights packed in one integer, so that adding words is one `sum`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

CLASSES = 6
SCALE = 16
"""Weights are kept in sixteenths, from -8 to just under 8."""

STEP = 4.0
"""By how much one correction moves a mail of the same words, in log-odds."""

_BYTES = 3
_BITS = 8 * _BYTES
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
    spread = bytearray(CLASSES * _BYTES)
    spread[::_BYTES] = bytes.fromhex(coded)
    return int.from_bytes(spread, "little")


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
    """The word weights that ship."""

    def __init__(self, table: dict[str, int]) -> None:
        self._table = table
        self._words = frozenset(table)

    def scores(self, found: set[str]) -> list[float]:
        """Return what the words in `found` say, one figure per category."""
        hits = [self._table[word] for word in found & self._words]
        factor = damping(len(hits))
        return [score * factor for score in unpack(sum(hits), len(hits))]


class OwnerWeights:
    """What the owner's corrections changed, beside the weights that ship; false while there is nothing."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * CLASSES)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def scores(self, found: set[str]) -> list[float]:
        """Return what the owner's corrections add for the words in `found`."""
        rows = [self._rows[word] for word in self._rows.keys() & found]
        return [sum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * CLASSES

    def nudge(self, found: set[str], shown: Sequence[float], right: int) -> None:
        """Move one step towards category `right` for a mail that was given the shares `shown`.

                The step is shared among the words: the very same words move by `STEP`,
        others by how much they have in common.
        """
        step = STEP / max(1, len(found))
        for word in found:
            row = self._rows[word]
            for place, share in enumerate(shown):
                row[place] += step * ((place == right) - share)
