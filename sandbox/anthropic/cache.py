"""Tokens and the prompt cache, simulated: what was sent before under a mark costs less now."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from sandbox.anthropic import models
from sandbox.anthropic.checking import blocks

Json = Mapping[str, object]
_BYTES_PER_TOKEN = 4
_LIFETIMES = {"5m": 300.0, "1h": 3600.0}


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens of a prompt: neither read nor written, written to the cache, read from it."""

    fresh: int
    written: int
    read: int

    @property
    def all(self) -> int:
        return self.fresh + self.written + self.read


class PromptCache:
    """Remembers prefixes for as long as their mark says; reading renews them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def spend(self, body: Json) -> Spent:
        """Count the tokens of a request, and remember its marked prefixes."""
        model = str(body["model"])
        total, read, marked = 0, 0, 0
        prefix = hashlib.sha256(model.encode())
        written: dict[str, float] = {}
        with self._lock:
            for block in blocks(body):
                bare = orjson.dumps(
                    {k: v for k, v in block.items() if k != "cache_control"}, option=orjson.OPT_SORT_KEYS
                )
                prefix.update(bare)
                total += max(1, len(bare) // _BYTES_PER_TOKEN)
                name = prefix.hexdigest()
                if self._renewed(name):
                    read = total
                mark = block.get("cache_control")
                if isinstance(mark, Mapping) and total >= models.least_cached(model):
                    marked = total
                    written[name] = _LIFETIMES[str(mark.get("ttl", "5m"))]
            self._until.update({name: (self._clock() + life, life) for name, life in written.items()})
        read = min(read, marked)
        return Spent(total - max(marked, read), max(0, marked - read), read)

    def forget(self) -> None:
        """Let every prefix expire."""
        with self._lock:
            self._until.clear()

    def _renewed(self, name: str) -> bool:
        until, life = self._until.get(name, (0.0, 0.0))
        if until <= self._clock():
            return False
        self._until[name] = (self._clock() + life, life)
        return True


def tokens(text: str) -> int:
    """About how many tokens a text has."""
    return max(1, len(text.encode()) // _BYTES_PER_TOKEN) if text else 0
