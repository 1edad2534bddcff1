"""What is Outlook's own: what it cannot take back, and what shows late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.memory.vault import MemoryVault
from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.auth import Grant, keep_grant
from adapters.microsoft.scopes import BASE, CALENDAR
from application.ports.executor import Outcome
from domain.calendar import Response, Span
from domain.errors import CannotBe, CursorExpired, OutcomeUnknown, SignInAgain, TryLater
from domain.free_time import Schedule, WorkingHours
from domain.kinds import ChangeEvent, InvitationAnswer, Kind, NewEvent
from sandbox.microsoft import MicrosoftServer
from tests.contract.calendar.microsoft_world import MicrosoftWorld
from tests.contract.calendar.orders import (
    BERLIN,
    HOUR,
    INVITED,
    OWNER,
    SABRINA,
    TOM,
    TUESDAY,
    WEEK,
    Draft,
    an_action,
)
from tests.contract.microsoft.setting import account_at
from tests.unit.application.desk import SetClock

HALF_INVITED = Draft(
    "Half invited", attendees=((OWNER, Response.TENTATIVE), (SABRINA, Response.ACCEPTED)), organizer=SABRINA
)
INVITATION = Draft("Invited", attendees=INVITED, organizer=SABRINA)
EDGES = (("start", "10"), ("end", "11"))
OFFICE = WorkingHours(ZoneInfo("UTC"), time(8), time(17))


@pytest.fixture
def server() -> Iterator[MicrosoftServer]:
    with MicrosoftServer([OWNER]) as server:
        yield server


@pytest.fixture
def world(server: MicrosoftServer) -> MicrosoftWorld:
    return MicrosoftWorld(server)


def lagging(server: MicrosoftServer, seconds: float) -> SetClock:
    """Let answers show so long after they were taken; return the clock that this goes by."""
    calendar, clock = server.calendar(OWNER), SetClock(datetime.now(UTC))
    calendar.clock, calendar.answering_seconds = lambda: clock.now().timestamp(), seconds
    return clock


def test_without_the_permission_there_is_no_calendar_and_it_is_said_what_lacks(world: MicrosoftWorld) -> None:
    connection = world.connected(BASE)
    assert connection.calendars == ()
    executor = connection.executor(Kind.CREATE_EVENT)
    assert executor is not None
    assert executor.missing_permission(Kind.CREATE_EVENT) == ("Calendars.ReadWrite",)


def on_tuesday(title: str) -> dict[str, object]:
    hours = {edge: {"dateTime": f"2026-11-24T{hour}:00:00", "timeZone": "UTC"} for edge, hour in EDGES}
    return {"subject": title, **hours}


def all_listed(world: MicrosoftWorld) -> tuple[set[str], str]:
    pages = list(world.calendar.listing(WEEK))
    assert pages[-1].cursor is not None
    return {event.title for page in pages for event in page.events}, pages[-1].cursor


def test_all_calendars_that_are_the_owners_own_are_read(world: MicrosoftWorld, server: MicrosoftServer) -> None:
    family = server.calendars.open(OWNER, "Family")
    server.calendars.open(OWNER, "Tom's", owner=TOM).create(on_tuesday("Tom's dentist"))
    server.calendars.open(OWNER, "Holidays", can_edit=False).create(on_tuesday("A holiday"))
    world.enter(Draft("Planning"))
    recital = family.create(on_tuesday("Recital"))
    titles, cursor = all_listed(world)
    assert titles == {"Planning", "Recital"} == {event.title for event in world.calendar.between(WEEK)}
    family.create(on_tuesday("Swimming"))
    family.delete(recital)
    [page] = world.calendar.changes(cursor)
    assert ([event.title for event in page.events], page.gone) == (["Swimming"], (recital.key,))
    assert page.cursor is not None
    assert [each.events for each in world.calendar.changes(page.cursor)] == [()]


def test_an_event_of_another_calendar_changes_where_it_stands(world: MicrosoftWorld, server: MicrosoftServer) -> None:
    family = server.calendars.open(OWNER, "Family")
    recital = family.create(on_tuesday("Recital"))
    change = an_action(Kind.UPDATE_EVENT, recital.key, ChangeEvent(title="Concert"))
    world.executor.execute(change, world.executor.prepare(change, None))
    assert [event.properties["subject"] for event in family.events.values()] == ["Concert"]


def test_another_choice_of_calendars_is_listed_anew(world: MicrosoftWorld, server: MicrosoftServer) -> None:
    _, cursor = all_listed(world)
    server.calendars.open(OWNER, "Family")
    with pytest.raises(CursorExpired):
        list(world.calendar.changes(cursor))


def test_a_cursor_from_when_one_calendar_was_read_is_too_old(world: MicrosoftWorld) -> None:
    before = '{"start":"2026-11-23T00:00:00+00:00","end":"2026-11-30T00:00:00+00:00","link":"https://x","series":[]}'
    with pytest.raises(CursorExpired):
        list(world.calendar.changes(before))


def test_a_calendar_that_was_asked_for_and_not_allowed_says_so(server: MicrosoftServer) -> None:
    account = account_at(server, "work", reads="mail, calendar")
    vault = MemoryVault()
    token = server.issue_refresh_token(OWNER, (*BASE, "openid", "profile", "offline_access"))
    keep_grant(account, vault, Grant(token, OWNER, "Jo", frozenset(BASE)))
    [calendar] = MicrosoftProvider().connect(account, vault).calendars
    with pytest.raises(SignInAgain, match="has not allowed Alfred to read your calendar") as caught:
        list(calendar.listing(WEEK))
    assert caught.value.scopes == (CALENDAR,)


def test_what_is_declined_leaves_the_calendar_and_cannot_be_taken_back(
    world: MicrosoftWorld, server: MicrosoftServer
) -> None:
    server.calendar(OWNER).keeps_declined = False
    id = world.enter(INVITATION)
    respond = an_action(Kind.RESPOND_EVENT, id, InvitationAnswer(Response.DECLINED))
    token = world.executor.prepare(respond, None)
    receipt = world.executor.execute(respond, token)
    assert world.titles() == []
    assert world.executor.look(respond, token).outcome is Outcome.HAPPENED
    with pytest.raises(CannotBe) as caught:
        world.executor.undo(respond, receipt)
    assert caught.value.code == "gone"


def test_a_first_answer_cannot_be_taken_back_to_none(world: MicrosoftWorld) -> None:
    respond = an_action(Kind.RESPOND_EVENT, world.enter(INVITATION), InvitationAnswer(Response.ACCEPTED))
    receipt = world.executor.execute(respond, world.executor.prepare(respond, None))
    with pytest.raises(CannotBe) as caught:
        world.executor.undo(respond, receipt)
    assert caught.value.code == "not_undoable"


def test_an_answer_that_does_not_show_yet_is_never_sent_again_by_itself(
    world: MicrosoftWorld, server: MicrosoftServer
) -> None:
    clock = lagging(server, seconds=60)
    respond = an_action(Kind.RESPOND_EVENT, world.enter(INVITATION), InvitationAnswer(Response.ACCEPTED))
    token = world.executor.prepare(respond, None)
    world.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        world.executor.execute(respond, token)
    with pytest.raises(TryLater):
        world.executor.look(replace(respond, changed_at=datetime.now(UTC)), token)
    assert world.executor.look(respond, token).outcome is Outcome.NOT_YET
    assert respond.kind in world.executor.shows_late
    clock.advance(seconds=61)
    assert world.executor.look(respond, token).outcome is Outcome.HAPPENED
    assert world.writes() == 1


def test_an_answer_is_not_taken_back_before_it_shows(world: MicrosoftWorld, server: MicrosoftServer) -> None:
    clock = lagging(server, seconds=90)
    respond = an_action(Kind.RESPOND_EVENT, world.enter(HALF_INVITED), InvitationAnswer(Response.ACCEPTED))
    receipt = world.executor.execute(respond, world.executor.prepare(respond, None))
    with pytest.raises(TryLater):
        world.executor.undo(respond, receipt)
    clock.advance(seconds=91)
    world.executor.undo(respond, receipt)
    clock.advance(seconds=91)
    assert world.calendar.event(respond.target.removeprefix("work:")).response is Response.TENTATIVE
    assert world.writes() == 2


def test_an_answer_that_was_taken_back_is_told_by_a_look_once_it_shows(
    world: MicrosoftWorld, server: MicrosoftServer
) -> None:
    respond = an_action(Kind.RESPOND_EVENT, world.enter(HALF_INVITED), InvitationAnswer(Response.ACCEPTED))
    receipt = world.executor.execute(respond, world.executor.prepare(respond, None))
    clock = lagging(server, seconds=90)
    world.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        world.executor.undo(respond, receipt)
    with pytest.raises(TryLater):
        world.executor.look_undone(respond, receipt, datetime.now(UTC))
    assert world.executor.look_undone(respond, receipt, TUESDAY).outcome is Outcome.NOT_YET
    clock.advance(seconds=91)
    assert world.executor.look_undone(respond, receipt, TUESDAY).outcome is Outcome.HAPPENED


def test_the_same_answer_given_again_is_told_from_the_one_before(world: MicrosoftWorld) -> None:
    again = an_action(Kind.RESPOND_EVENT, world.enter(HALF_INVITED), InvitationAnswer(Response.TENTATIVE, "Perhaps"))
    token = world.executor.prepare(again, None)
    assert world.executor.look(again, token).outcome is Outcome.NOT_YET
    world.executor.execute(again, token)
    assert world.executor.look(again, token).outcome is Outcome.HAPPENED


def test_an_event_that_is_put_back_reminds_as_before_and_it_is_said_what_it_lacks(
    world: MicrosoftWorld, server: MicrosoftServer
) -> None:
    calendar = server.calendar(OWNER)
    world.enter(Draft(rule="FREQ=DAILY;COUNT=3"))
    [day, *_] = calendar.between(WEEK.start, WEEK.end)
    day.has_attachments = True
    calendar.update(day, {"reminderMinutesBeforeStart": 45, "categories": ["Travel"]})
    delete = an_action(Kind.DELETE_EVENT, day.key)
    receipt = world.executor.execute(delete, world.executor.prepare(delete, None))
    assert receipt["caveat"] == "as an event of its own beside its series, without its attachments"
    made = calendar.find(world.executor.undo(delete, receipt)["event"])
    assert made is not None
    assert (made.properties["reminderMinutesBeforeStart"], made.properties["categories"]) == (45, ["Travel"])


def an_online_meeting(world: MicrosoftWorld) -> str:
    create = an_action(
        Kind.CREATE_EVENT, payload=NewEvent("Call", TUESDAY, TUESDAY + HOUR, description="x", online=True)
    )
    return str(world.executor.execute(create, world.executor.prepare(create, None))["event"])


def test_an_online_meeting_goes_on_when_its_notes_are_changed(world: MicrosoftWorld) -> None:
    id = an_online_meeting(world)
    before = world.calendar.event(id)
    change = an_action(Kind.UPDATE_EVENT, id, ChangeEvent(description="1 < 2\nBring figures"))
    receipt = world.executor.execute(change, token := world.executor.prepare(change, None))
    after = world.calendar.event(id)
    assert (before.description[:2], after.description[:19]) == ("x\n", "1 < 2\nBring figures")
    assert after.join_url == before.join_url != ""
    assert world.executor.look(change, token).outcome is Outcome.HAPPENED
    world.executor.undo(change, receipt)
    assert world.calendar.event(id).description == before.description


def test_notes_that_do_not_tell_how_to_join_are_left_alone(world: MicrosoftWorld, server: MicrosoftServer) -> None:
    id = an_online_meeting(world)
    event = server.calendar(OWNER).find(id)
    assert event is not None
    event.properties["body"] = {"contentType": "html", "content": "<p>Join somehow</p>"}
    with pytest.raises(CannotBe, match="end the online meeting"):
        world.executor.prepare(an_action(Kind.UPDATE_EVENT, id, ChangeEvent(description="New")), None)


def test_an_online_meeting_that_is_put_back_tells_of_its_new_address_alone(world: MicrosoftWorld) -> None:
    delete = an_action(Kind.DELETE_EVENT, an_online_meeting(world))
    receipt = world.executor.execute(delete, world.executor.prepare(delete, None))
    world.executor.undo(delete, receipt)
    [event] = world.calendar.between(WEEK)
    assert event.join_url
    assert event.description.count("Join the meeting") == 1


def test_a_meeting_of_somebody_elses_is_not_written_anew_in_the_owners_name(world: MicrosoftWorld) -> None:
    delete = an_action(Kind.DELETE_EVENT, world.enter(INVITATION))
    receipt = world.executor.execute(delete, world.executor.prepare(delete, None))
    with pytest.raises(CannotBe) as caught:
        world.executor.undo(delete, receipt)
    assert caught.value.code == "not_undoable"
    assert world.titles() == []


@pytest.mark.parametrize(
    ("draft", "caveat"),
    [
        (Draft(), None),
        (Draft(attendees=INVITED), f"invites {SABRINA}, {TOM} again"),
        (Draft(rule="FREQ=DAILY;COUNT=3"), "without the days that were changed in the series"),
    ],
    ids=["alone", "with others", "a series"],
)
def test_the_receipt_of_a_removal_says_what_taking_it_back_would_do_besides(
    world: MicrosoftWorld, draft: Draft, caveat: str | None
) -> None:
    delete = an_action(Kind.DELETE_EVENT, world.enter(draft))
    token = world.executor.prepare(delete, None)
    receipt = world.executor.execute(delete, token)
    assert receipt.get("caveat") == caveat
    assert world.executor.look(delete, token).receipt == receipt
    from_before = {name: said for name, said in receipt.items() if name != "caveat"}
    assert world.executor.caveat(delete, from_before) == (caveat or "")


def test_a_repetition_that_outlook_cannot_say_is_refused_before_anything_is_written(world: MicrosoftWorld) -> None:
    odd = NewEvent("Odd", TUESDAY, TUESDAY + HOUR, zone=BERLIN, recurrence=("RRULE:FREQ=HOURLY",))
    with pytest.raises(CannotBe) as caught:
        world.executor.prepare(an_action(Kind.CREATE_EVENT, payload=odd), None)
    assert caught.value.code == "recurrence"
    assert world.writes() == 0


@pytest.mark.parametrize("at", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])
def test_either_half_past_two_of_an_autumn_night_goes_to_outlook_as_it_is(world: MicrosoftWorld, at: str) -> None:
    start = datetime.fromisoformat(at)
    create = an_action(Kind.CREATE_EVENT, payload=NewEvent("Night shift", start, start + HOUR, zone=BERLIN))
    receipt = world.executor.execute(create, world.executor.prepare(create, None))
    assert world.calendar.event(receipt["event"]).start == start


def test_a_long_time_is_asked_for_in_parts(world: MicrosoftWorld) -> None:
    world.occupy(SABRINA, Span(TUESDAY + timedelta(days=60), TUESDAY + timedelta(days=60) + HOUR))
    found = world.calendar.busy([SABRINA, "nobody@elsewhere.example"], Span(TUESDAY, TUESDAY + timedelta(days=100)))
    assert dict(found) == {
        SABRINA: Schedule((Span(TUESDAY + timedelta(days=60), TUESDAY + timedelta(days=60) + HOUR),), OFFICE),
        "nobody@elsewhere.example": None,
    }
