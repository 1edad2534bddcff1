"""Likeness of short texts by their letters: small vectors from hashed character n-grams, with no model at all."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from math import sqrt
from zlib import crc32

from application.ports.model import Embedder

DIMENSIONS = 256
_SIZES = (3, 4)
_WORD_WEIGHT = 2.0
_WORD = re.compile(r"\w+")


def embed(texts: Sequence[str]) -> list[array[float]]:
    """Return one vector of unit length and 256 dimensions per text, the same on every machine; zero for no letters."""
    return [_vector(text) for text in texts]


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two vectors of unit length: 1 for the same letters, about 0 for nothing in common."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def _vector(text: str) -> array[float]:
    vector = array("f", bytes(4 * DIMENSIONS))
    for word in _WORD.findall(text.lower()):
        _add(vector, f"={word}", _WORD_WEIGHT)
        padded = f" {word} "
        for size in _SIZES:
            for start in range(len(padded) - size + 1):
                _add(vector, padded[start : start + size], 1.0)
    length = sqrt(sum(value * value for value in vector))
    return array("f", (value / length for value in vector)) if length else vector


def _add(vector: array[float], piece: str, weight: float) -> None:
    """The hash chooses the place and the sign, so that collisions cancel out (Weinberger et al. 2009)."""
    code = crc32(piece.encode())
    vector[code % DIMENSIONS] += weight if code & 0x10000 else -weight


class LocalEmbedder(Embedder):
    """Embeds with no model: near in spelling is near in angle."""

    name = "local:n-grams"
    local = True

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        return [tuple(vector) for vector in embed(texts)]
