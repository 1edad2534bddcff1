"""Sources: what time each has covered, where Alfred was blind, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

OWN_ACCOUNT = "alfred"
"""Whose account it is in what concerns his own books: tasks, notes, reminders."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Everything that arrived at `source` between `start` and `end` was looked at."""

    source: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A time that a source has not covered."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source fares. `error_code` is an error's code; `paused` until the owner signs in again."""

    source: str
    last_success: datetime | None = None
    last_attempt: datetime | None = None
    error: str | None = None
    error_code: str | None = None
    paused: bool = False
    retry_at: datetime | None = None
    failures: int = 0


def account_of(source: str) -> str:
    """Return whose `source` is; empty where there is none."""
    return source.partition("/")[0]


def merge(stretches: list[Covered]) -> list[Covered]:
    """Join stretches of one source that touch or overlap; the result is in order."""
    merged: list[Covered] = []
    for stretch in sorted(stretches, key=lambda each: each.start):
        if merged and stretch.start <= merged[-1].end:
            last = merged.pop()
            stretch = Covered(last.source, last.start, max(last.end, stretch.end))
        merged.append(stretch)
    return merged


def gaps(stretches: list[Covered], since: datetime, until: datetime) -> list[Gap]:
    """Return what lies between `since` and `until` that no stretch covers, in order."""
    found: list[Gap] = []
    at = since
    for stretch in merge(stretches):
        if stretch.start > at:
            found.append(Gap(at, min(stretch.start, until)))
        at = max(at, stretch.end)
        if at >= until:
            break
    if at < until:
        found.append(Gap(at, until))
    return [gap for gap in found if gap.end > gap.start]
