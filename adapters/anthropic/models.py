"""What is known of each Claude model: its price, the least that is cached, how it is asked to think or not to.

Prices per million tokens: https://platform.claude.com/docs/en/about-claude/pricing, seen 2026-10-24; cache writes for
five minutes. Least prefixes: https://platform.claude.com/docs/en/build-with-claude/prompt-caching, seen 2026-10-24.
Thinking: https://platform.claude.com/docs/en/build-with-claude/thinking, seen 2026-10-24.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from application.ports.model import Price, Role, Usage

DEFAULTS = {
    Role.CLASSIFY: "claude-haiku-5-5",
    Role.EXTRACT: "claude-haiku-5-5",
    Role.COMPOSE: "claude-sonnet-5-5",
    Role.CRITIC: "claude-haiku-5-5",
}


class Quiet(Enum):
    """How a model is asked not to think: by a word, by silence since it does not by itself, or not at all."""

    DISABLED = "disabled"
    BETWEEN_TOOLS = "between_tools"
    BY_ITSELF = "by itself"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class TwoBandPrice(Price):
    """A price that is `times` as high for every token of a request whose prompt is longer than `above` tokens."""

    above: int = 100_000
    times: float = 5.0

    def of(self, usage: Usage) -> float:
        """Return the dollars that this usage of one request costs."""
        long = usage.input + usage.cached + usage.cache_written > self.above
        return Price.of(self, usage) * (self.times if long else 1.0)


@dataclass(frozen=True, slots=True)
class Claude:
    """One model. `least_cached` is in tokens; `adaptive` means it can be left to think as much as it needs."""

    price: Price
    least_cached: int
    quiet: Quiet = Quiet.BY_ITSELF
    adaptive: bool = True


_FABLE_5_1 = Claude(Price(10, 50, 0.25, 12.5), 512, Quiet.NEVER)
_FABLE_5 = Claude(Price(10, 50, 1, 12.5), 512, Quiet.NEVER)
_OPUS = Price(5, 25, 0.5, 6.25)
_SONNET = Price(3, 15, 0.3, 3.75)
_KNOWN = {
    "claude-haiku-5-5": Claude(TwoBandPrice(0.10, 0.50, 0.01, 0.125), 512, Quiet.DISABLED),
    "claude-sonnet-5-5": Claude(Price(2, 10, 0.10, 2.5), 512, Quiet.BETWEEN_TOOLS),
    "claude-opus-5-5": Claude(Price(4, 20, 0.20, 5), 512, Quiet.NEVER),
    "claude-fable-5-1": _FABLE_5_1,
    "claude-mythos-5-1": _FABLE_5_1,
    "claude-fable-5": _FABLE_5,
    "claude-mythos-5": _FABLE_5,
    "claude-opus-5": Claude(_OPUS, 512, Quiet.DISABLED),
    "claude-sonnet-5": Claude(Price(2, 10, 0.20, 2.5), 1024, Quiet.DISABLED),
    "claude-opus-4-8": Claude(_OPUS, 1024),
    "claude-opus-4-7": Claude(_OPUS, 2048),
    "claude-opus-4-6": Claude(_OPUS, 4096),
    "claude-sonnet-4-6": Claude(_SONNET, 2048),
    "claude-opus-4-5": Claude(_OPUS, 4096, adaptive=False),
    "claude-sonnet-4-5": Claude(_SONNET, 1024, adaptive=False),
    "claude-haiku-4-5": Claude(Price(1, 5, 0.10, 1.25), 4096, adaptive=False),
}
_UNKNOWN = Claude(Price(known=False), 4096, Quiet.NEVER, adaptive=False)


def claude(name: str) -> Claude:
    """Return what is known of a model, dated names included; of an unknown one the price is unknown."""
    undated = name[:-9] if name[-8:].isdigit() else name
    return _KNOWN.get(undated, _UNKNOWN)
