"""Acting on events: what is done, and what is seen afterwards."""

from __future__ import annotations

from domain.actions import Action
from domain.calendar import Event, Response
from domain.kinds import ChangeEvent, Kind, NewEvent
from tests.contract.calendar.orders import (
    BERLIN,
    HOUR,
    INVITED,
    OWNER,
    SABRINA,
    TOM,
    TUESDAY,
    Draft,
    an_action,
)
from tests.contract.calendar.worlds import CalendarWorld

NEW = NewEvent("Planning", TUESDAY, TUESDAY + HOUR, zone=BERLIN, location="Room 4", description="Bring figures")
RENAME = ChangeEvent(title="Planning, moved", start=TUESDAY + 2 * HOUR)
HALF_INVITED = ((OWNER, Response.TENTATIVE), *INVITED[1:])
OURS = ((OWNER, Response.ACCEPTED), (SABRINA, Response.ACCEPTED), (TOM, Response.TENTATIVE))


def seen(world: CalendarWorld, id: str) -> Event:
    return world.calendar.event(id)


def on(world: CalendarWorld, kind: Kind, id: str, payload: object = None) -> Action:
    """An action on an event as it was seen just now."""
    return an_action(kind, id, payload, basis=seen(world, id).version)


def prepared(world: CalendarWorld, action: Action) -> str:
    token = world.executor.prepare(action, None)
    assert token is not None
    return token


def done(world: CalendarWorld, action: Action) -> dict[str, str]:
    return dict(world.executor.execute(action, prepared(world, action)))


def answers(event: Event) -> dict[str, Response]:
    return {each.address.address: each.response for each in event.attendees}


def an_invitation(world: CalendarWorld) -> str:
    return world.enter(Draft("Invited", attendees=HALF_INVITED, organizer=SABRINA))
