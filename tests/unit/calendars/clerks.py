"""Who proposes answers to invitations, and invitations to propose on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.memory.store import MemoryStore
from application.acting.actions import Actions
from application.acting.drafting import Proposal
from application.calendars.asked import Asked
from domain.action_events import Superseded
from domain.actions import Action
from domain.calendar import Attendee, Event, Response, Span
from domain.errors import TryLater
from domain.invitations import Invitation, Method
from domain.kinds import Kind
from domain.messages import Address
from tests.contract.store.samples import mail, proposed

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
LUNCH = Span(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))


class Clerk(Actions):
    """Writes down what is proposed; the first time he may be busy, and over one thing he may slip."""

    def __init__(self, store: MemoryStore) -> None:
        self._log = store.actions
        self.proposed: list[Proposal] = []
        self.is_busy = False
        self.is_away = False
        self.breaks_over = ""

    def withdraw(self, action_id: str, reason: str) -> Action:
        return self._log.append(action_id, [Superseded(reason)], actor="alfred", at=NOW)

    def can(self, kind: Kind) -> bool:
        if self.is_away:
            raise TryLater("away")
        return True

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        if proposal.target and proposal.target == self.breaks_over:
            raise RuntimeError("a slip of ours")
        if self.is_busy:
            self.is_busy = False
            raise TryLater("busy")
        self.proposed.append(proposal)
        written = proposed(proposal.target, kind=proposal.kind, arguments=proposal.arguments, origin=proposal.origin)
        return self._log.append(f"a{len(self.proposed)}", [written], actor=actor, at=NOW)


class Clock:
    def now(self) -> datetime:
        return NOW


def asked(sender: str = "ann@example.org", sequence: int = 0) -> Asked:
    invitation = Invitation(Method.REQUEST, "lunch@example.org", "Lunch", LUNCH, sequence=sequence)
    return Asked(mail(sender=Address("", sender)), invitation)


INVITED = Event(
    "home:1", "home", "memory", "home/calendar", "Lunch", LUNCH.start, LUNCH.end, "UTC",
    response=Response.NEEDS_ACTION, organizer=Address("Ann", "ann@example.org"),
    attendees=(Attendee(Address("", "jo@home.example"), is_owner=True),),
)  # fmt: skip


def weekly(number: int, response: Response = Response.NEEDS_ACTION) -> list[Event]:
    """The days of a series, each a week after the other."""
    weeks = [timedelta(weeks=week) for week in range(number)]
    return [
        replace(
            INVITED,
            id=f"home:s_{week.days}",
            series_id="s",
            start=LUNCH.start + week,
            end=LUNCH.end + week,
            response=response,
        )
        for week in weeks
    ]


def moved(event: Event) -> Event:
    """An event that its organizer moved: the answer that was given is asked for again."""
    later = timedelta(hours=2)
    return replace(event, start=event.start + later, end=event.end + later, response=Response.NEEDS_ACTION)


DENTIST = replace(INVITED, id="home:dentist", title="Dentist", response=Response.ACCEPTED)
