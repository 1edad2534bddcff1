"""Takes what a question leaves open from the one before it: “is that more than January?”, “and in March?”."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from application.ports.matcher import Match
from domain.chat import Entry, Step
from domain.codec import Json

AGENDA = "list_events"
COMPARE, SPENDING = "compare_spending", "spending"
_ASKED = frozenset({SPENDING, COMPARE, "find_transactions", "largest_transactions", "cash_flow"})
_A_DAY = timedelta(hours=25)  # when the clocks go back
_KEPT = ("since", "until", "category", "merchant", "text")


def carried_on(match: Match, history: Sequence[Entry]) -> Match:
    """Return `match` with what it lacks, or as it is where nothing before it fits."""
    before = _last(history, _ASKED)
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


def is_of_the_calendars(history: Sequence[Entry]) -> bool:
    """Whether “and this week?” goes on from a question about the calendars, not from one about money."""
    before = _last(history, _ASKED | {AGENDA})
    return before is not None and before.tool == AGENDA


def day_asked_before(history: Sequence[Entry]) -> datetime | None:
    """Return from when on the calendars were last read, or None where they were not, or for more than a day."""
    before = _last(history, frozenset({AGENDA}))
    since, until = (before.arguments.get(name) if before else None for name in ("since", "until"))
    if not isinstance(since, str):
        return None
    begins = datetime.fromisoformat(since)
    ends = datetime.fromisoformat(until) if isinstance(until, str) else begins
    return begins if ends - begins <= _A_DAY else None


def _last(history: Sequence[Entry], tools: Container[str]) -> Step | None:
    """Return the last question that one of `tools` answered."""
    steps = (step for entry in reversed(history) for step in reversed(entry.steps))
    return next((step for step in steps if step.tool in tools and not step.failed), None)
