"""What Alfred asks of Google, least first (developers.google.com/workspace/gmail/api/auth/scopes and …/calendar/…)."""

from __future__ import annotations

from collections.abc import Iterable

_ROOT = "https://www.googleapis.com/auth/"
READ = f"{_ROOT}gmail.readonly"
MODIFY = f"{_ROOT}gmail.modify"
COMPOSE = f"{_ROOT}gmail.compose"
FULL = "https://mail.google.com/"
CALENDAR_READ = f"{_ROOT}calendar.readonly"
CALENDAR_EVENTS = f"{_ROOT}calendar.events"
CALENDAR_FULL = f"{_ROOT}calendar"

_GRANTS = {
    READ: {READ, MODIFY, FULL},
    MODIFY: {MODIFY, FULL},
    COMPOSE: {COMPOSE, MODIFY, FULL},
    CALENDAR_READ: {CALENDAR_READ, CALENDAR_FULL},
    CALENDAR_EVENTS: {CALENDAR_EVENTS, CALENDAR_FULL},
}


def missing(wanted: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """Return those of `wanted` that `granted` does not cover; a wider scope covers a narrower one."""
    held = set(granted)
    return tuple(scope for scope in wanted if not _GRANTS.get(scope, {scope}) & held)


def scopes_for(method: str) -> tuple[str, ...]:
    """Return the least scope that lets Alfred call `method`."""
    verb = method.rpartition(".")[2]
    if method.startswith("calendar."):
        return (CALENDAR_READ,) if verb in ("get", "list", "query") else (CALENDAR_EVENTS,)
    if verb in ("get", "list", "getProfile"):
        return (READ,)
    return (COMPOSE,) if ".drafts." in method else (MODIFY,)
