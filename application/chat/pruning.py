"""Which tools a small model is shown: the few that fit the words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from application.chat.registry import Tool

MOST = 8
LEAST_SHARE = 0.01


def fitting(tools: Sequence[Tool], words: str, likely: Mapping[str, float], most: int = MOST) -> list[Tool]:
    """Return the tools that fit the words best, best first: by what people say who want them, then by the tools' words.

    Where nothing fits any better, the earlier tool comes first.
    """
    said = f" {re.sub(r'[^a-z0-9’-]+', ' ', words.lower())} "

    def rank(tool: Tool) -> tuple[float, int]:
        share = likely.get(tool.name, 0.0)
        return (share if share >= LEAST_SHARE else 0.0, sum(f" {word} " in said for word in tool.words))

    return sorted(tools, key=rank, reverse=True)[:most]
