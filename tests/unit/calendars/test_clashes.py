"""Which events clash, which of two gives way, and when people are free."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Attendee, Event, EventStatus, Response, Span
from domain.clashes import TRAVEL, advice_on, clashes_among, gives_way, in_the_way
from domain.free_time import WorkingHours, free_spans, merged, slots
from domain.messages import Address

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)
OFFICE_HOURS = WorkingHours(ZoneInfo("UTC"))
OWNER = Attendee(Address("Jo", "jo@home.example"), Response.ACCEPTED, is_owner=True)
PRIYA = Attendee(Address("Priya", "priya@work.example"))


def at(hour: float, name: str, *, hours: float = 1) -> Event:
    start = TUESDAY + timedelta(hours=hour)
    end = start + timedelta(hours=hours)
    return Event(f"home:{name}", "home", "memory", "home/calendar", name, start, end, "UTC")


def names(*events: Event) -> list[tuple[str, str]]:
    return [(clash.first.title, clash.second.title) for clash in clashes_among(events)]


def test_events_that_share_time_clash_and_those_that_touch_do_not() -> None:
    assert names(at(10, "a"), at(10.5, "b"), at(11, "c")) == [("a", "b"), ("b", "c")]
    assert names(at(10, "a"), at(11, "b")) == []


def test_what_claims_no_hour_clashes_with_nothing() -> None:
    meeting = at(10, "meeting")
    declined = replace(at(10, "declined"), response=Response.DECLINED)
    cancelled = replace(at(10, "cancelled"), status=EventStatus.CANCELLED)
    birthday = replace(at(0, "birthday", hours=24), all_day=True)
    assert names(meeting, declined, cancelled, birthday, replace(at(10, "hold"), busy=False)) == []
    assert names(meeting, replace(at(10, "of another's"), foreign=True)) == []


def test_a_meeting_on_a_day_away_clashes_softly_and_is_what_moves() -> None:
    leave = replace(at(0, "leave", hours=24), all_day=True)
    review = replace(at(10, "review"), attendees=(OWNER, PRIYA))
    [clash] = clashes_among([leave, review, at(12, "water the orchids")])
    assert (clash.first, clash.second, clash.firm, clash.said) == (leave, review, False, "You are away that day.")
    advice = advice_on(clash, [leave, review], OFFICE_HOURS, TUESDAY)
    assert (advice.move, advice.to) == (review, Span(TUESDAY + timedelta(hours=33), TUESDAY + timedelta(hours=34)))


def test_days_that_take_no_time_or_are_not_promised_keep_no_meeting_away() -> None:
    review = replace(at(10, "review"), attendees=(OWNER, PRIYA))
    whole = replace(at(0, "birthday", hours=24), all_day=True)
    assert names(review, replace(whole, busy=False)) == []
    assert names(review, replace(whole, response=Response.NEEDS_ACTION)) == []
    assert names(review, replace(whole, status=EventStatus.TENTATIVE)) == []
    assert names(review, replace(whole, attendees=(PRIYA,), all_day=False, title="expedition")) == [
        ("expedition", "review")
    ]


@pytest.mark.parametrize(
    ("here", "there", "clashes"),
    [
        ("Dr. Lim & Partners", "Bukit Ria School", True),
        ("12 High Street, Springfield", "4 Station Road, Springfield", True),
        ("Dr. Lim & Partners", "", False),
        ("Dr. Lim & Partners", "Microsoft Teams Meeting", False),
        ("https://meet.example/x", "Bukit Ria School", False),
        ("Room 4", "Boardroom", False),
        ("Menara Tun, Level 3", "Menara Tun, Level 12", False),
        ("Bukit Ria School", "Aula, Bukit Ria School", False),
    ],
)
def test_two_places_need_time_to_get_from_one_to_the_other(here: str, there: str, clashes: bool) -> None:
    first, then = replace(at(10, "a"), location=here), replace(at(11, "b"), location=there)
    assert names(first, then) == ([("a", "b")] if clashes else [])


def test_the_way_from_one_place_to_another_clashes_softly_and_says_how_little_time_there_is() -> None:
    dentist, school = (
        replace(at(10, "dentist"), location="Dr. Lim"),
        replace(at(11.25, "b"), location="Bukit Ria School"),
    )
    [clash] = clashes_among([dentist, school])
    assert clash.said == "Only 15 minutes to get from Dr. Lim to Bukit Ria School."
    assert (clash.firm, clash.shared) == (False, Span(school.start, dentist.end + TRAVEL))
    assert names(dentist, replace(school, start=dentist.end + TRAVEL, end=dentist.end + 2 * TRAVEL)) == []
    assert names(dentist, replace(school, join_url="https://meet.example/x")) == []
    to = advice_on(clash, [dentist, school], OFFICE_HOURS, TUESDAY).to
    assert to is not None
    assert not to.overlaps(Span(dentist.start - TRAVEL, dentist.end + TRAVEL))


def test_meetings_in_named_rooms_of_one_calendar_are_in_one_house() -> None:
    rooms = [
        replace(at(10 + i, name), location=name, attendees=(OWNER, PRIYA)) for i, name in enumerate(("Oak", "Elm"))
    ]
    assert names(*rooms) == []
    assert names(rooms[0], replace(rooms[1], source="work/calendar")) == [("Oak", "Elm")]


def test_one_meeting_in_two_calendars_is_one() -> None:
    here = replace(at(10, "here"), uid="x@work")
    assert names(here, replace(here, id="work:y", title="there")) == []
    assert len(names(here, replace(at(10.5, "later of the series"), uid="x@work"))) == 1
    asked = replace(here, id="a:copy", title="not answered there", response=Response.NEEDS_ACTION)
    assert names(asked, here, at(10.5, "dentist")) == [("here", "dentist")]


def test_of_a_meeting_in_two_calendars_the_entry_counts_that_the_owner_organizes() -> None:
    boss = Address("Jo at work", "jo@work.example")
    guests = (replace(OWNER, address=boss, is_owner=True), replace(OWNER, is_owner=False))
    work = replace(at(10, "z"), uid="u1", organizer=boss, attendees=guests)
    home = replace(at(10, "a"), uid="u1", organizer=boss, attendees=(replace(guests[0], is_owner=False), OWNER))
    [clash] = clashes_among([home, work, replace(at(10, "b"), attendees=(OWNER, PRIYA))])
    assert work in (clash.first, clash.second)


def test_a_meeting_is_not_in_its_own_way_nor_is_its_entry_in_another_calendar() -> None:
    meeting = replace(at(10, "meeting"), uid="one@work.example")
    copy = replace(meeting, id="work:meeting", account="work", source="work/calendar")
    later = Span(meeting.start + timedelta(minutes=30), meeting.end + timedelta(minutes=30))
    assert in_the_way(later, [meeting, copy], meeting) == ()
    assert in_the_way(later, [meeting, copy]) == (meeting, copy)
    next_day = replace(at(10.5, "next day"), uid="one@work.example")
    assert in_the_way(later, [meeting, copy, next_day], meeting) == (next_day,)


def test_a_long_event_clashes_with_all_that_lies_in_it() -> None:
    assert names(at(9, "workshop", hours=8), at(10, "a"), at(12, "b")) == [("workshop", "a"), ("workshop", "b")]


def test_what_is_not_promised_yet_gives_way_first_then_what_the_owner_organizes() -> None:
    dentist = at(10.5, "dentist")
    invited = replace(
        at(10, "review"), response=Response.NEEDS_ACTION, organizer=PRIYA.address, attendees=(PRIYA, OWNER)
    )
    assert gives_way(clashes_among([dentist, invited])[0]).title == "review"
    own = replace(at(15, "sync"), organizer=OWNER.address, attendees=(OWNER, PRIYA))
    school = replace(at(15.5, "school"), organizer=PRIYA.address, attendees=(PRIYA, OWNER))
    assert gives_way(clashes_among([own, school])[0]).title == "sync"


def test_advice_finds_the_next_time_that_suits_and_names_who_would_hear() -> None:
    own = replace(at(15, "sync"), organizer=OWNER.address, attendees=(OWNER, PRIYA))
    events = [own, at(15.5, "school", hours=1), at(16.5, "call", hours=0.5)]
    advice = advice_on(clashes_among(events)[0], events, OFFICE_HOURS, TUESDAY)
    assert advice.to == Span(TUESDAY + timedelta(hours=17), TUESDAY + timedelta(hours=18))
    assert advice.notified == ("Priya",)


def test_working_hours_are_those_of_each_persons_own_clock() -> None:
    kuala_lumpur, berlin = WorkingHours(ZoneInfo("Asia/Kuala_Lumpur")), WorkingHours(ZoneInfo("Europe/Berlin"))
    day = Span(TUESDAY - timedelta(hours=8), TUESDAY + timedelta(hours=16))
    assert free_spans(day, [], [kuala_lumpur, berlin]) == (
        Span(TUESDAY + timedelta(hours=8), TUESDAY + timedelta(hours=10)),
    )


def test_who_works_through_the_night_works_into_the_next_day() -> None:
    night = WorkingHours(ZoneInfo("UTC"), time(22), time(6), frozenset({0}))
    assert list(night.within(Span(TUESDAY, TUESDAY + timedelta(days=1)))) == [
        Span(TUESDAY, TUESDAY + timedelta(hours=6))
    ]


def test_nobody_is_free_at_the_weekend() -> None:
    saturday = TUESDAY + timedelta(days=4)
    assert free_spans(Span(saturday, saturday + timedelta(days=2)), [], [OFFICE_HOURS]) == ()


def test_slots_begin_on_the_quarter_hour() -> None:
    free = Span(TUESDAY + timedelta(hours=9, minutes=5), TUESDAY + timedelta(hours=10, minutes=20))
    assert slots([free], timedelta(minutes=30), 9) == (
        Span(TUESDAY + timedelta(hours=9, minutes=15), TUESDAY + timedelta(hours=9, minutes=45)),
        Span(TUESDAY + timedelta(hours=9, minutes=45), TUESDAY + timedelta(hours=10, minutes=15)),
    )


spans = st.tuples(st.integers(0, 2000), st.integers(1, 300)).map(
    lambda each: Span(TUESDAY + timedelta(minutes=each[0]), TUESDAY + timedelta(minutes=sum(each)))
)


@given(st.lists(spans, max_size=20))
def test_every_two_events_that_overlap_are_found_and_no_others(taken: list[Span]) -> None:
    events = [replace(at(0, str(i)), start=span.start, end=span.end) for i, span in enumerate(taken)]
    expected = {frozenset((a.id, b.id)) for a in events for b in events if a.id < b.id and a.span.overlaps(b.span)}
    assert {frozenset((clash.first.id, clash.second.id)) for clash in clashes_among(events)} == expected


@given(st.lists(spans, max_size=20))
def test_free_time_and_busy_time_share_nothing_and_make_up_the_whole(taken: list[Span]) -> None:
    week = Span(TUESDAY, TUESDAY + timedelta(days=3))
    always = WorkingHours(ZoneInfo("UTC"), days=frozenset(range(7)))
    free = free_spans(week, taken, [always])
    assert not any(one.overlaps(other) for one in free for other in taken)
    worked = sum((each.end - each.start for each in free_spans(week, [], [always])), timedelta())
    busy_at_work = [both for each in merged(taken) for shift in always.within(week) if (both := each.within(shift))]
    assert worked == sum((each.end - each.start for each in (*free, *busy_at_work)), timedelta())
