"""What stands in the calendars of the tests, and what an executor is asked to do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.action_events import Origin
from domain.actions import Action, Status
from domain.calendar import Response, Span
from domain.kinds import Kind, Nothing, Risk

OWNER = "jo@example.com"
SABRINA = "sabrina@example.org"
TOM = "tom@example.org"
BERLIN = "Europe/Berlin"
HOUR = timedelta(hours=1)


def at(text: str, zone: str = BERLIN) -> datetime:
    """A moment by a clock in `zone`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


WEEK = Span(at("2026-11-23T00:00"), at("2026-11-30T00:00"))
TUESDAY = at("2026-11-24T15:00")


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as a test puts it into the owner's calendar; `rule` (an RRULE) makes it a series."""

    title: str = "Planning"
    start: datetime = TUESDAY
    end: datetime = TUESDAY + HOUR
    zone: str = BERLIN
    all_day: bool = False
    attendees: tuple[tuple[str, Response], ...] = ()
    organizer: str = OWNER
    free: bool = False
    private: bool = False
    location: str = ""
    rule: str = ""


INVITED = ((OWNER, Response.NEEDS_ACTION), (SABRINA, Response.ACCEPTED), (TOM, Response.NEEDS_ACTION))


def an_action(kind: Kind, target: str = "", payload: object = None, basis: str = "", attempts: int = 1) -> Action:
    return Action(
        id="0b6d8c5e-5f0a-4c39-9b1b-0a1f2e3d4c5b",
        kind=kind,
        target=f"work:{target}" if target else "",
        account="work",
        source="work/calendar",
        payload=Nothing() if payload is None else payload,
        digest="",
        status=Status.EXECUTING,
        risk=Risk.APPROVAL,
        title="",
        reason="",
        origin=Origin.OWNER,
        proposed_at=TUESDAY,
        changed_at=TUESDAY,
        basis=basis,
        attempts=attempts,
    )
