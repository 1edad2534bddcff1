"""While Alfred only watches, invitations and pull requests wait too; nothing of them is lost by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.memory.store import MemoryStore
from application.acting.actions import Actions
from application.acting.drafting import Proposal
from application.calendars.invitations import Invitations, Once
from application.proposing.rule_book import WATCHING
from domain.actions import Action
from domain.calendar import Attendee, Event, Response
from domain.kinds import Kind
from domain.messages import Address
from tests.contract.work.orders import an_action

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
NOON = NOW + timedelta(days=1)


class Clerk(Actions):
    """Writes down what is proposed."""

    def __init__(self) -> None:
        self.proposed: list[Proposal] = []

    def can(self, kind: Kind) -> bool:
        return True

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        self.proposed.append(proposal)
        return an_action(proposal.kind)


class Clock:
    def now(self) -> datetime:
        return NOW


def test_an_invitation_waits_until_the_owner_has_agreed() -> None:
    store, clerk = MemoryStore(), Clerk()
    invitations = Invitations(store, Once(store, clerk, Clock()), Clock(), UTC)
    owner = Attendee(Address("", "jo@home.example"), is_owner=True)
    event = Event("home:1", "home", "memory", "home/calendar", "Lunch", NOON, NOON + timedelta(hours=1), "UTC")
    asking = replace(
        event, organizer=Address("Ann", "ann@example.org"), response=Response.NEEDS_ACTION, attendees=(owner,)
    )
    store.events.put([asking])
    store.preferences.put(WATCHING, True)
    invitations.propose_answers()
    assert clerk.proposed == []
    store.preferences.delete(WATCHING)
    invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == ["home:1"]
