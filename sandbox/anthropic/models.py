"""What the make-believe Anthropic knows of Claude models (https://platform.claude.com/docs/en/about-claude/models/overview)."""

from __future__ import annotations

import re

from sandbox.perfect import PERFECT

_CLAUDE = re.compile(r"claude-(haiku|sonnet|opus|fable|mythos)-[45](-\d)?(-\d{8})?")
_ALWAYS_THINK = re.compile(r"claude-(opus-5-5|fable-5|mythos-5)")
# https://platform.claude.com/docs/en/build-with-claude/prompt-caching: the least that is cached.
_LEAST_CACHED = (
    (re.compile(r"claude-(haiku|sonnet|opus)-5-5|claude-(opus|fable|mythos)-5|" + PERFECT), 512),
    (re.compile(r"claude-opus-4-7"), 2048),
    (re.compile(r"claude-(opus-4-[56]|haiku-4-5)"), 4096),
)
# https://platform.claude.com/docs/en/build-with-claude/preserved-thinking/prefix-checks
_CHECKS_THINKING = re.compile(r"claude-(fable|mythos)-5-[12]|claude-(opus|sonnet|haiku)-5-5")


def exists(model: str) -> bool:
    return model == PERFECT or _CLAUDE.fullmatch(model) is not None


def thinking_types(model: str) -> frozenset[str]:
    """The values of `thinking.type` that a model accepts."""
    if model.startswith("claude-sonnet-5-5"):
        return frozenset({"adaptive", "between_tools"})
    if _ALWAYS_THINK.match(model):
        return frozenset({"adaptive"})
    if re.match(r"claude-(haiku-5|sonnet-5|opus-5|opus-4-[678]|sonnet-4-6)", model) or model == PERFECT:
        return frozenset({"adaptive", "disabled"})
    return frozenset({"enabled", "disabled"})


def takes_forced_tools(model: str) -> bool:
    return not re.match(r"claude-(sonnet|opus|haiku)-5-5", model)


def takes_prefill(model: str) -> bool:
    return bool(re.match(r"claude-\w+-4-5", model))


def checks_thinking(model: str) -> bool:
    """Whether a thinking block must stand in the very conversation that it came from."""
    return bool(_CHECKS_THINKING.match(model))


def least_cached(model: str) -> int:
    """The shortest prefix, in tokens, that is put into the cache."""
    return next((least for pattern, least in _LEAST_CACHED if pattern.match(model)), 1024)
