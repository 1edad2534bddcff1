"""Google's calendars beside the primary: the owner's own, and other people's that he sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.calendar import Event, Response
from domain.clashes import clashes_among, takes_time
from domain.errors import CannotBe, CursorExpired
from domain.kinds import ChangeEvent, InvitationAnswer, Kind
from sandbox.google import GoogleServer
from sandbox.google.calendar.store import Calendar
from tests.contract.calendar.acting import done, on, prepared
from tests.contract.calendar.google_world import GoogleWorld
from tests.contract.calendar.orders import HOUR, OWNER, SABRINA, TOM, TUESDAY, WEEK, Draft

ACCEPT = InvitationAnswer(Response.ACCEPTED)
FAMILY = "family@group.calendar.google.com"


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer([OWNER, SABRINA, TOM], quota=None) as server:
        yield server


@pytest.fixture
def world(google: GoogleServer) -> GoogleWorld:
    return GoogleWorld(google)


@pytest.fixture
def family(google: GoogleServer) -> Calendar:
    calendar = google.calendar(FAMILY)
    calendar.data_owner = OWNER
    calendar.share(OWNER, "owner")
    return calendar


@pytest.fixture
def sabrinas(google: GoogleServer) -> Calendar:
    calendar = google.calendar(SABRINA)
    calendar.share(OWNER, "owner")
    return calendar


def enter(calendar: Calendar, title: str, **more: object) -> str:
    times = {"start": TUESDAY, "end": TUESDAY + HOUR}
    body = {"summary": title, **{name: {"dateTime": at.isoformat()} for name, at in times.items()}, **more}
    return calendar.add(body, organizer={"email": TOM} if "attendees" in more else None).id  # type: ignore[arg-type]


def listed(world: GoogleWorld) -> tuple[dict[str, Event], str]:
    pages = list(world.calendar.listing(WEEK))
    assert pages[-1].cursor is not None
    return {event.title: event for page in pages for event in page.events}, pages[-1].cursor


def changed(world: GoogleWorld, cursor: str) -> tuple[set[str], set[str]]:
    pages = list(world.calendar.changes(cursor))
    return {event.title for page in pages for event in page.events}, {id for page in pages for id in page.gone}


def test_an_own_secondary_calendar_takes_the_owners_time(world: GoogleWorld, family: Calendar) -> None:
    world.enter(Draft("Planning"))
    id = enter(family, "Dinner")
    events, _ = listed(world)
    assert (events["Dinner"].provider_id, events["Dinner"].foreign) == (f"{id}~{FAMILY}", False)
    assert len(clashes_among(events.values())) == 1
    assert world.calendar.event(f"{id}~{FAMILY}") == events["Dinner"]


def test_what_others_let_the_owner_see_is_shown_and_is_none_of_his(world: GoogleWorld, sabrinas: Calendar) -> None:
    invited = [{"email": SABRINA, "responseStatus": "needsAction"}, {"email": TOM, "responseStatus": "accepted"}]
    id = f"{enter(sabrinas, 'Board', attendees=invited)}~{SABRINA}"
    event = listed(world)[0]["Board"]
    assert event == world.calendar.event(id)
    assert (event.foreign, event.is_organized_by_owner, takes_time(event)) == (True, False, False)
    assert {each.address.address for each in event.others} == {SABRINA, TOM}


def test_nobody_is_answered_for_in_a_calendar_that_he_shares(world: GoogleWorld, sabrinas: Calendar) -> None:
    id = f"{enter(sabrinas, 'Board', attendees=[{'email': SABRINA}, {'email': TOM}])}~{SABRINA}"
    with pytest.raises(CannotBe, match="not among those invited"):
        prepared(world, on(world, Kind.RESPOND_EVENT, id, ACCEPT))


def test_a_change_in_any_of_the_calendars_is_told_once(
    world: GoogleWorld, family: Calendar, sabrinas: Calendar
) -> None:
    kept, gone = enter(family, "Dinner"), enter(sabrinas, "Run")
    _, cursor = listed(world)
    family.alter(kept, {"summary": "Late dinner"})
    sabrinas.remove(gone)
    assert changed(world, cursor) == ({"Late dinner"}, {f"{gone}~{SABRINA}"})
    after = list(world.calendar.changes(cursor))[-1].cursor
    assert after is not None
    assert changed(world, after) == (set(), set())


@pytest.mark.parametrize("tick", ["another", "none", "owner"])
def test_another_choice_of_calendars_asks_for_a_whole_listing(
    google: GoogleServer, world: GoogleWorld, family: Calendar, tick: str
) -> None:
    _, cursor = listed(world)
    if tick == "another":
        google.calendar(TOM).share(OWNER, "reader")
    elif tick == "none":
        family.ticked.clear()
    else:
        family.data_owner = SABRINA
    with pytest.raises(CursorExpired):
        changed(world, cursor)


def test_what_stands_in_another_calendar_is_changed_and_put_back_there(world: GoogleWorld, family: Calendar) -> None:
    id = enter(family, "Dinner")
    rename = on(world, Kind.UPDATE_EVENT, f"{id}~{FAMILY}", ChangeEvent(title="Late dinner"))
    receipt = done(world, rename)
    assert family.existing(id).properties["summary"] == "Late dinner"
    world.executor.undo(rename, receipt)
    assert family.existing(id).properties["summary"] == "Dinner"
    remove = on(world, Kind.DELETE_EVENT, f"{id}~{FAMILY}")
    receipt = done(world, remove)
    assert family.existing(id).cancelled
    world.executor.undo(remove, receipt)
    assert not family.existing(id).cancelled


def test_a_calendar_that_may_only_be_read_is_not_written_to(google: GoogleServer, world: GoogleWorld) -> None:
    calendar = google.calendar(TOM)
    calendar.share(OWNER, "reader")
    id = f"{enter(calendar, 'Run')}~{TOM}"
    with pytest.raises(CannotBe):
        done(world, on(world, Kind.UPDATE_EVENT, id, ChangeEvent(title="Walk")))


def test_a_guest_who_sees_no_others_still_answers_his_organizer(world: GoogleWorld) -> None:
    id = world.enter(Draft("Board", attendees=((OWNER, Response.NEEDS_ACTION),), organizer=SABRINA))
    done(world, on(world, Kind.RESPOND_EVENT, id, ACCEPT))
    assert world.told() == {SABRINA}
