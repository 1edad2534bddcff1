"""Outlook's words and ours: repetitions, time zones, schedules and people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
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
from adapters.microsoft.calendar.uids import uid_of
from domain.calendar import Span
from domain.errors import CannotBe
from domain.free_time import Schedule, WorkingHours
from sandbox.microsoft.calendar.identity import ical_uid
from sandbox.microsoft.calendar.recurrence import dates
from tests.contract.calendar.orders import (
    BERLIN,
    OWNER,
    SABRINA,
    TUESDAY,
    WEEK,
    at,
)
from tests.contract.clock_changes import moments

MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01")).map(
    lambda moment: moment.replace(microsecond=0, fold=0)
)
SINGAPORE = ZoneInfo("Asia/Singapore")
_FAR = timedelta(days=1_500)


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


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # The exception that [MS-OXOCAL] shows, of 25 March 2008.
        ("040000008200E00074C5B7101A82E00807D803195025D461E473C8010000000000000000100000002A5844B3A444F74A9C246C60886F116B",
         "040000008200E00074C5B7101A82E008000000005025D461E473C8010000000000000000100000002A5844B3A444F74A9C246C60886F116B"),
        ("040000008200e00074c5b7101a82e00807d803195025d461e473c8010000000000000000100000002a5844b3a444f74a9c246c60886f116b",
         "040000008200E00074C5B7101A82E008000000005025D461E473C8010000000000000000100000002A5844B3A444F74A9C246C60886F116B"),
        ("040000008200E00074C5B7101A82E00807D80319", "040000008200E00074C5B7101A82E00807D80319"),
        ("lunch@example.org", "lunch@example.org"),
        ("", ""),
    ],
    ids=["an exception", "in small letters", "cut off", "made elsewhere", "none"],
)  # fmt: skip
def test_all_of_a_series_has_one_uid(told: str, expected: str) -> None:
    assert uid_of(told) == expected


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1), st.dates() | st.none())
def test_a_uid_made_elsewhere_comes_out_as_it_was_sent(uid: str, day: date | None) -> None:
    assert uid_of(ical_uid(uid, "key", day)) == uid


@given(st.text(min_size=1, max_size=20), st.dates())
def test_an_occurrence_is_known_by_the_uid_of_its_series(key: str, day: date) -> None:
    assert uid_of(ical_uid("", key, day)) == ical_uid("", key, None)
