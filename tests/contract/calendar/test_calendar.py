"""The contract of `Calendar`, over the twin in memory and over each real provider at the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr

from domain.calendar import Event, Response, Span
from domain.errors import CursorExpired, NotFound, SignInAgain, TryLater
from tests.contract.calendar.orders import BERLIN, HOUR, INVITED, OWNER, SABRINA, TOM, TUESDAY, WEEK, Draft, at
from tests.contract.calendar.worlds import CalendarWorld

LONG = Span(at("2026-10-01T00:00"), at("2027-02-01T00:00"))


def listed(world: CalendarWorld, span: Span = WEEK) -> tuple[dict[str, Event], str]:
    """Everything that a listing names, and its cursor."""
    pages = list(world.calendar.listing(span))
    assert [page.fresh for page in pages] == [True, *(False for _ in pages[1:])]
    assert [page.cursor is None for page in pages] == [*(True for _ in pages[1:]), False]
    cursor = pages[-1].cursor
    assert cursor is not None
    return {event.provider_id: event for page in pages for event in page.events}, cursor


def changed(world: CalendarWorld, known: dict[str, Event], cursor: str) -> tuple[dict[str, Event], set[str], str]:
    """What is new or other than what is `known`, what is gone, and the next cursor; a fresh page tells all there is."""
    pages = list(world.calendar.changes(cursor))
    now = {} if any(page.fresh for page in pages) else dict(known)
    for page in pages:
        now |= {event.provider_id: event for event in page.events}
        now = {id: event for id, event in now.items() if id not in page.gone}
    after = pages[-1].cursor
    assert after is not None
    gone = known.keys() - now.keys()
    news = {id: event for id, event in now.items() if known.get(id) != event}
    known.clear()
    known.update(now)
    return news, gone, after


def occurrences(world: CalendarWorld, title: str, span: Span = LONG) -> list[Event]:
    return [event for event in world.calendar.between(span) if event.title == title]


def test_an_event_says_what_it_is(world: CalendarWorld) -> None:
    id = world.enter(Draft("Planning", attendees=INVITED, organizer=SABRINA, location="Room 4", private=True))
    event = world.calendar.event(id)
    assert (event.id, event.source, event.title) == (f"work:{id}", "work/calendar", "Planning")
    assert (event.start, event.end, event.zone) == (TUESDAY, TUESDAY + HOUR, BERLIN)
    assert (event.location, event.private, event.all_day) == ("Room 4", True, False)
    assert event.organizer is not None
    assert event.organizer.address == SABRINA
    answers = {each.address.address: (each.response, each.is_owner) for each in event.attendees}
    assert answers == {
        OWNER: (Response.NEEDS_ACTION, True),
        SABRINA: (Response.ACCEPTED, False),
        TOM: (Response.NEEDS_ACTION, False),
    }
    assert (event.response, event.is_organized_by_owner) == (Response.NEEDS_ACTION, False)
    assert event.start.tzinfo is UTC
    assert event.uid
    assert event.version


@pytest.mark.parametrize("free", [True, False])
def test_an_event_blocks_time_unless_it_is_shown_as_free(world: CalendarWorld, free: bool) -> None:
    assert world.calendar.event(world.enter(Draft(free=free))).busy is not free


def test_a_listing_names_all_that_touches_the_span(world: CalendarWorld) -> None:
    edges = {
        "before": (WEEK.start - 2 * HOUR, WEEK.start - HOUR),
        "ends as it begins": (WEEK.start - HOUR, WEEK.start),
        "across its beginning": (WEEK.start - HOUR, WEEK.start + HOUR),
        "within": (TUESDAY, TUESDAY + HOUR),
        "around it": (WEEK.start - HOUR, WEEK.end + HOUR),
        "across its end": (WEEK.end - HOUR, WEEK.end + HOUR),
        "begins as it ends": (WEEK.end, WEEK.end + HOUR),
    }
    for title, (start, end) in edges.items():
        world.enter(Draft(title, start, end))
    expected = {"across its beginning", "within", "around it", "across its end"}
    assert {event.title for event in listed(world)[0].values()} == expected
    assert {event.title for event in world.calendar.between(WEEK)} == expected


def test_a_long_listing_comes_whole(world: CalendarWorld) -> None:
    titles = {f"Meeting {number}" for number in range(60)}
    for number in range(60):
        world.enter(Draft(f"Meeting {number}", WEEK.start + number * HOUR, WEEK.start + (number + 1) * HOUR))
    assert {event.title for event in listed(world)[0].values()} == titles
    starts = [event.start for event in world.calendar.between(WEEK)]
    assert starts == sorted(starts)
    assert len(starts) == 60


def test_an_empty_calendar_has_a_listing_and_a_cursor(world: CalendarWorld) -> None:
    known, cursor = listed(world)
    assert known == {}
    assert changed(world, known, cursor)[:2] == ({}, set())


def test_what_is_added_moved_or_renamed_is_a_change_once(world: CalendarWorld) -> None:
    kept = world.enter(Draft("Kept"))
    moved = world.enter(Draft("Moved"))
    known, cursor = listed(world)
    before = dict(known)
    added = world.enter(Draft("Added"))
    world.move(moved, Span(TUESDAY + 2 * HOUR, TUESDAY + 3 * HOUR))
    world.rename(moved, "Moved and renamed")
    events, gone, cursor = changed(world, known, cursor)
    assert gone == set()
    assert set(events) == {added, moved}
    assert (events[moved].title, events[moved].start) == ("Moved and renamed", TUESDAY + 2 * HOUR)
    assert events[moved].version != before[moved].version
    assert changed(world, known, cursor)[:2] == ({}, set())
    assert before[kept] == world.calendar.event(kept)


def test_what_is_deleted_or_moved_out_of_the_span_is_gone(world: CalendarWorld) -> None:
    deleted, moved = world.enter(Draft("Deleted")), world.enter(Draft("Moved away"))
    known, cursor = listed(world)
    world.remove(deleted)
    world.move(moved, Span(WEEK.end + HOUR, WEEK.end + 2 * HOUR))
    events, gone, _ = changed(world, known, cursor)
    assert (events, gone) == ({}, {deleted, moved})
    with pytest.raises(NotFound):
        world.calendar.event(deleted)


def test_what_moves_into_the_span_arrives(world: CalendarWorld) -> None:
    id = world.enter(Draft("Later", WEEK.end + HOUR, WEEK.end + 2 * HOUR))
    known, cursor = listed(world)
    assert known == {}
    world.move(id, Span(TUESDAY, TUESDAY + HOUR))
    assert set(changed(world, known, cursor)[0]) == {id}


def test_an_answer_is_a_change(world: CalendarWorld) -> None:
    id = world.enter(Draft(attendees=INVITED))
    known, cursor = listed(world)
    world.answer(id, TOM, Response.DECLINED)
    [event] = changed(world, known, cursor)[0].values()
    assert {each.address.address: each.response for each in event.attendees}[TOM] is Response.DECLINED


def test_a_series_comes_as_its_occurrences(world: CalendarWorld) -> None:
    rule = "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5"
    id = world.enter(Draft("Stand-up", rule=rule))
    wanted = list(rrulestr(rule, dtstart=datetime.fromisoformat("2026-11-24T15:00")))
    found = occurrences(world, "Stand-up")
    assert [event.start for event in found] == [at(f"{moment:%Y-%m-%dT%H:%M}") for moment in wanted]
    assert {event.series_id for event in found} == {id}
    assert len({event.id for event in found}) == 5
    assert len({event.uid for event in found}) == 1


def test_a_series_keeps_its_hour_when_the_clocks_change(world: CalendarWorld) -> None:
    world.enter(Draft("Daily", at("2026-10-23T09:00"), at("2026-10-23T10:00"), rule="FREQ=DAILY;COUNT=5"))
    starts = [event.start for event in occurrences(world, "Daily")]
    assert [(start.day, start.hour) for start in starts] == [(23, 7), (24, 7), (25, 8), (26, 8), (27, 8)]


def test_an_occurrence_may_be_moved_or_left_out(world: CalendarWorld) -> None:
    world.enter(Draft("Stand-up", rule="FREQ=DAILY;COUNT=4"))
    known, cursor = listed(world)
    first, second, third, _ = occurrences(world, "Stand-up")
    world.remove(first.provider_id)
    world.move(second.provider_id, Span(second.start + HOUR, second.end + HOUR))
    world.rename(third.provider_id, "Stand-up outside")
    events, gone, cursor = changed(world, known, cursor)
    assert first.provider_id in gone
    assert events[second.provider_id].start == second.start + HOUR
    assert events[third.provider_id].title == "Stand-up outside"
    assert next(event.start for event in occurrences(world, "Stand-up")) == second.start + HOUR
    assert changed(world, known, cursor)[:2] == ({}, set())


def test_a_series_that_ends_takes_its_occurrences_along(world: CalendarWorld) -> None:
    id = world.enter(Draft("Stand-up", rule="FREQ=DAILY;COUNT=4"))
    known, cursor = listed(world)
    before = set(known)
    world.remove(id)
    assert changed(world, known, cursor)[1] == before
    assert listed(world)[0] == {}


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-10-25", 25), ("2026-11-24", 24), ("2027-03-28", 23)], ids=["autumn", "plain", "spring"]
)
def test_a_whole_day_runs_from_midnight_to_midnight_whatever_the_clocks_do(
    world: CalendarWorld, day: str, hours: int
) -> None:
    start = at(f"{day}T00:00")
    end = start + timedelta(hours=hours)
    event = world.calendar.event(world.enter(Draft("Holiday", start, end, all_day=True)))
    assert (event.all_day, event.start, event.end, event.zone) == (True, start, end, BERLIN)
    assert [each.title for each in world.calendar.between(Span(end - HOUR, end))] == ["Holiday"]
    assert world.calendar.between(Span(end, end + HOUR)) == ()


def test_a_time_in_another_zone_is_the_same_moment(world: CalendarWorld) -> None:
    start = at("2026-11-24T09:00", "America/New_York")
    event = world.calendar.event(world.enter(Draft("Call", start, start + HOUR, "America/New_York")))
    assert (event.start, event.zone) == (TUESDAY, "America/New_York")


def test_people_are_busy_as_their_calendars_say_and_strangers_cannot_be_seen(world: CalendarWorld) -> None:
    world.enter(Draft())
    world.enter(Draft("Free", TUESDAY + 3 * HOUR, TUESDAY + 4 * HOUR, free=True))
    world.occupy(SABRINA, Span(TUESDAY - HOUR, TUESDAY + HOUR))
    asked = Span(TUESDAY, TUESDAY + 8 * HOUR)
    found = world.calendar.busy([OWNER, SABRINA, "nobody@elsewhere.example"], asked)
    taken = {person: schedule and schedule.taken for person, schedule in found.items()}
    assert taken == {
        OWNER: (Span(TUESDAY, TUESDAY + HOUR),),
        SABRINA: (Span(TUESDAY, TUESDAY + HOUR),),
        "nobody@elsewhere.example": None,
    }


def test_people_are_busy_within_a_long_time_too(world: CalendarWorld) -> None:
    spans = [Span(TUESDAY + timedelta(days=days), TUESDAY + timedelta(days=days) + HOUR) for days in (1, 59, 61, 150)]
    for span in spans:
        world.occupy(SABRINA, span)
    found = world.calendar.busy([SABRINA], Span(TUESDAY, TUESDAY + timedelta(days=200)))[SABRINA]
    assert found is not None
    assert list(found.taken) == spans


def test_many_people_can_be_asked_for_at_once(world: CalendarWorld) -> None:
    people = [f"p{number}@elsewhere.example" for number in range(70)]
    assert dict(world.calendar.busy(people, WEEK)) == dict.fromkeys(people)


@pytest.mark.parametrize("cursor", ["", "nonsense", "{}", "[1]", '{"span": ["x", "y"], "tokens": {}}'])
def test_a_cursor_that_means_nothing_has_expired(world: CalendarWorld, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(world.calendar.changes(cursor))


def test_an_old_cursor_expires_and_a_listing_makes_up_for_it(world: CalendarWorld) -> None:
    world.enter(Draft("Kept"))
    _, cursor = listed(world)
    world.expire_cursors()
    with pytest.raises(CursorExpired):
        list(world.calendar.changes(cursor))
    known, cursor = listed(world)
    assert [event.title for event in known.values()] == ["Kept"]
    assert changed(world, known, cursor)[:2] == ({}, set())


def test_what_nobody_knows_is_not_found(world: CalendarWorld) -> None:
    with pytest.raises(NotFound):
        world.calendar.event("0123456789")


def test_a_busy_provider_is_to_be_tried_later(world: CalendarWorld) -> None:
    world.be_busy_once(reading=True)
    with pytest.raises(TryLater) as caught:
        world.calendar.between(WEEK)
    assert caught.value.retry_after == 30


def test_a_withdrawn_sign_in_means_sign_in_again(world: CalendarWorld) -> None:
    world.withdraw_sign_in()
    with pytest.raises(SignInAgain) as caught:
        world.calendar.between(WEEK)
    assert caught.value.account == "work"
