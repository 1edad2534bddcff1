"""What is Outlook's own: what it cannot take back, what it cannot say, and what it tells in few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from tzlocal.windows_tz import win_tz

from adapters.microsoft.calendar import zones
from adapters.microsoft.calendar.events import Reader, times
from adapters.microsoft.calendar.recurrence import recurrence
from adapters.microsoft.calendar.schedule import Schedules
from adapters.microsoft.scopes import BASE
from application.ports.executor import Outcome
from domain.calendar import Response, Span
from domain.errors import CannotBe, OutcomeUnknown, TryLater
from domain.free_time import Schedule, WorkingHours
from domain.kinds import InvitationAnswer, Kind, NewEvent
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.calendar.recurrence import dates
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
    at,
)
from tests.contract.clock_changes import moments
from tests.unit.application.desk import SetClock

HALF_INVITED = Draft(
    "Half invited", attendees=((OWNER, Response.TENTATIVE), (SABRINA, Response.ACCEPTED)), organizer=SABRINA
)
INVITATION = Draft("Invited", attendees=INVITED, organizer=SABRINA)
MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01")).map(
    lambda moment: moment.replace(microsecond=0, fold=0)
)
SINGAPORE = ZoneInfo("Asia/Singapore")
OFFICE = WorkingHours(ZoneInfo("UTC"), time(8), time(17))
_FAR = timedelta(days=1_500)


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


@pytest.mark.parametrize(
    ("first", "zone"), [("2026-10-25T01:30:00Z", BERLIN), ("2026-07-01T10:00:00Z", "Antarctica/Troll")]
)
def test_a_series_by_a_clock_that_outlook_would_not_follow_is_refused(first: str, zone: str) -> None:
    with pytest.raises(CannotBe):
        recurrence(["RRULE:FREQ=DAILY"], datetime.fromisoformat(first), zone)


RULES = st.one_of(
    st.just("FREQ=DAILY"),
    st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=7, unique=True).map(
        lambda days: f"FREQ=WEEKLY;BYDAY={','.join(days)}"
    ),
    st.just("FREQ=WEEKLY"),
    st.just("FREQ=MONTHLY"),
    st.integers(1, 28).map("FREQ=MONTHLY;BYMONTHDAY={}".format),
    st.tuples(st.sampled_from([1, 2, 3, 4, -1]), st.sampled_from(["MO", "WE", "SU"])).map(
        lambda pair: f"FREQ=MONTHLY;BYDAY={pair[0]}{pair[1]}"
    ),
    st.sampled_from([1, -1]).map("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={}".format),
    st.just("FREQ=YEARLY"),
    st.tuples(st.integers(1, 12), st.sampled_from([1, 4, -1])).map(
        lambda pair: f"FREQ=YEARLY;BYMONTH={pair[0]};BYDAY={pair[1]}FR"
    ),
)
ENDS = st.one_of(st.just(""), st.integers(1, 12).map(";COUNT={}".format), st.just(";UNTIL=20280115T080000Z"))


@given(RULES, st.integers(1, 3), ENDS, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_rule_means_the_same_days_in_outlooks_words(rule: str, interval: int, end: str, day: date) -> None:
    line = f"{rule};INTERVAL={interval};WKST=MO{end}"
    start = datetime.combine(day, time(9), ZoneInfo(BERLIN))
    local = start.replace(tzinfo=None)
    expected = rrulestr(line.replace("T080000Z", "T090000"), dtstart=local)
    until = local + _FAR
    try:
        told = recurrence([f"RRULE:{line}"], start, BERLIN)
    except CannotBe:
        # Outlook counts the first day in, and months have their last days: only then may it be refused.
        first = next(iter(expected), None)
        assert first is None or first.date() != day or day.day > 28
        return
    assert list(dates(told, until.date())) == [moment.date() for moment in expected.between(local, until, inc=True)]


@pytest.mark.parametrize(
    "line",
    [
        "FREQ=WEEKLY;BYDAY=WE",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=YEARLY;BYYEARDAY=1",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;COUNT=x",
        "FREQ=WEEKLY;UNTIL=soon",
        "",
    ],
)
def test_what_outlook_cannot_say_is_refused(line: str) -> None:
    with pytest.raises(CannotBe):
        recurrence([f"RRULE:{line}"], TUESDAY, BERLIN)


@pytest.mark.parametrize("lines", [("RRULE:FREQ=DAILY", "EXDATE:20261125"), ("RDATE:20261125",), ()])
def test_more_than_one_rule_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(CannotBe):
        recurrence(lines, TUESDAY, BERLIN)


@given(st.sampled_from(sorted(available_timezones())), st.data())
def test_a_time_written_in_any_zone_is_read_as_the_same_moment(zone: str, data: st.DataObject) -> None:
    moment = data.draw(moments(zone))
    assert zones.read(zones.written(moment, zone)) == moment


@given(st.data())
def test_the_hour_that_comes_twice_is_told_in_utc_and_no_other(data: st.DataObject) -> None:
    moment = data.draw(moments(BERLIN))
    local = moment.astimezone(ZoneInfo(BERLIN))
    expected = "UTC" if local.fold else "W. Europe Standard Time"
    assert zones.written(moment, BERLIN)["timeZone"] == expected


@pytest.mark.parametrize("at", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])
def test_either_half_past_two_of_an_autumn_night_goes_to_outlook_as_it_is(world: MicrosoftWorld, at: str) -> None:
    start = datetime.fromisoformat(at)
    create = an_action(Kind.CREATE_EVENT, payload=NewEvent("Night shift", start, start + HOUR, zone=BERLIN))
    receipt = world.executor.execute(create, world.executor.prepare(create, None))
    assert world.calendar.event(receipt["event"]).start == start


@given(st.sampled_from(sorted(win_tz)), MOMENTS)
def test_windows_and_iana_names_tell_the_same_times(windows: str, local: datetime) -> None:
    by_windows = zones.read({"dateTime": local.isoformat(), "timeZone": windows})
    by_iana = zones.read({"dateTime": local.isoformat(), "timeZone": win_tz[windows]})
    assert by_windows == by_iana


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 20), st.sampled_from(sorted(win_tz.values())))
def test_whole_days_come_back_as_they_were_written(day: date, days: int, zone: str) -> None:
    start, end = (datetime.combine(each, time(), ZoneInfo(zone)) for each in (day, day + timedelta(days=days)))
    told = times(Span(start, end), zone, all_day=True)
    assert (told["start"]["dateTime"], told["end"]["dateTime"]) == (f"{day}T00:00:00", f"{end.date()}T00:00:00")
    assert [zones.read_day(told[edge], zone) for edge in ("start", "end")] == [start, end]


@pytest.mark.parametrize("name", ["Customized Time Zone", "tzone://Microsoft/Custom", "Middle Earth", ""])
def test_a_zone_that_nobody_knows_is_utc(name: str) -> None:
    assert zones.iana(name) == "UTC"


class Told:
    """A Graph that answers each read as it was told to."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self._answers = list(answers)

    def read(self, request: object) -> Mapping[str, Any]:
        return self._answers.pop(0)


def test_a_schedule_that_shows_no_more_than_marks_is_read_by_them() -> None:
    told = {"value": [{"scheduleId": SABRINA, "availabilityView": "0012340"}]}
    [taken] = Schedules(Told(told)).busy([SABRINA], WEEK).values()  # type: ignore[arg-type]
    quarter = timedelta(minutes=15)
    assert taken is not None
    assert taken.taken == tuple(Span(WEEK.start + n * quarter, WEEK.start + (n + 1) * quarter) for n in (2, 3, 4))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"timeZone": {"name": "Singapore Standard Time"}}, WorkingHours(SINGAPORE, time(9), time(18))),
        ({"timeZone": {"name": "Asia/Singapore"}, "startTime": "22:00:00.0000000", "endTime": "06:00:00.0000000"},
         WorkingHours(SINGAPORE, time(22), time(6))),
        ({"timeZone": {"name": "Customized Time Zone"}}, None),
        ({"timeZone": None}, None),
        ({"daysOfWeek": []}, None),
        ({"startTime": None}, None),
    ],
)  # fmt: skip
def test_working_hours_are_by_the_clock_of_whoever_set_them(
    told: Mapping[str, Any], expected: WorkingHours | None
) -> None:
    hours = {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "09:00:00.0000000",
        "endTime": "18:00:00.0000000",
        "timeZone": {"name": "UTC"},
    }
    answer = {"value": [{"scheduleId": SABRINA, "scheduleItems": [], "workingHours": hours | dict(told)}]}
    [schedule] = Schedules(Told(answer)).busy([SABRINA], WEEK).values()  # type: ignore[arg-type]
    assert schedule == Schedule((), expected)


def test_a_long_time_is_asked_for_in_parts(world: MicrosoftWorld) -> None:
    world.occupy(SABRINA, Span(TUESDAY + timedelta(days=60), TUESDAY + timedelta(days=60) + HOUR))
    found = world.calendar.busy([SABRINA, "nobody@elsewhere.example"], Span(TUESDAY, TUESDAY + timedelta(days=100)))
    assert dict(found) == {
        SABRINA: Schedule((Span(TUESDAY + timedelta(days=60), TUESDAY + timedelta(days=60) + HOUR),), OFFICE),
        "nobody@elsewhere.example": None,
    }


@pytest.mark.parametrize("organizer", [OWNER, "j.merriweather@example.com"], ids=["known", "alias"])
def test_an_organizer_who_is_not_in_his_own_list_is_the_owner_all_the_same(organizer: str) -> None:
    item = {
        "id": "1",
        "start": {"dateTime": "2026-11-24T14:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-24T15:00:00.0000000", "timeZone": "UTC"},
        "isOrganizer": True,
        "organizer": {"emailAddress": {"address": organizer}},
        "attendees": [
            {"type": "required", "emailAddress": {"address": SABRINA}},
            {"type": "resource", "emailAddress": {"address": "room4@example.com"}},
        ],
    }
    event = Reader("work", "work/calendar", OWNER).event(item)
    assert event.is_organized_by_owner
    assert [each.address.address for each in event.others] == [SABRINA]
    assert event.start == at("2026-11-24T15:00")
