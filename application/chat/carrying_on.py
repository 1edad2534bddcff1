"""Takes what a question leaves open from the one before it: “is that more than January?”, “and in March?”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from application.ports.matcher import Match
from domain.chat import Entry, Step
from domain.codec import Json

COMPARE, SPENDING = "compare_spending", "spending"
_ASKED = frozenset({SPENDING, COMPARE, "find_transactions", "largest_transactions", "cash_flow"})
_KEPT = ("since", "until", "category", "merchant", "text")


def carried_on(match: Match, history: Sequence[Entry]) -> Match:
    """Return `match` with what it lacks, or as it is where nothing before it fits."""
    before = _last(history)
    if before is None:
        return match
    tool = match.tool if COMPARE in (match.tool, before.tool) else before.tool
    kept: dict[str, Json] = {name: before.arguments[name] for name in _KEPT if before.arguments.get(name)}
    if tool in (SPENDING, COMPARE) and "text" in kept:
        kept["merchant"] = kept.pop("text")
    arguments = kept | match.arguments
    if tool == COMPARE and not {"since", "until"} <= arguments.keys():
        return match
    return replace(match, tool=tool, arguments=arguments, lacks="")


def _last(history: Sequence[Entry]) -> Step | None:
    """Return the last question about money that was answered."""
    steps = (step for entry in reversed(history) for step in reversed(entry.steps))
    return next((step for step in steps if step.tool in _ASKED and not step.failed), None)
