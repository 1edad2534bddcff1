"""The contract of `InvitationReader`, over the one reader there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from adapters.ics import IcsReader
from domain.calendar import Attendee, Response, Span
from domain.invitations import Invitation, Method
from domain.messages import Address
from tests.contract.clock_changes import moments

BERLIN = "Europe/Berlin"
BERLIN_SPELT_OUT = """BEGIN:VTIMEZONE
TZID:Our office
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
FIRST, LAST = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01")
NAIVE = st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0, fold=0))


def calendar(*lines: str, method: str = "REQUEST", zones: str = "") -> str:
    event = "\n".join(("BEGIN:VEVENT", "UID:1@example.org", *lines, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n{zones}{event}\nEND:VCALENDAR\n".replace("\n", "\r\n")


def read(text: str, zone: str = BERLIN) -> Invitation:
    [found] = IcsReader().read(text, zone)
    return found


def span(text: str, zone: str = BERLIN) -> Span:
    found = read(text, zone).span
    assert found is not None
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_an_invitation_says_who_what_when_and_where() -> None:
    text = calendar(
        "SEQUENCE:2",
        "SUMMARY:Planning\\, the long",
        "  one",
        "DTSTART;TZID=Europe/Berlin:20261124T150000",
        "DTEND;TZID=Europe/Berlin:20261124T160000",
        'ORGANIZER;CN="Sabrina,\u202e Lead":mailto:Sabrina@Example.org',
        "ATTENDEE;CN=Jo;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:jo@example.com",
        "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:MAILTO:ann@example.org",
        "LOCATION:Room 4",
        "DESCRIPTION:One\\nTwo",
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;TZID=Europe/Berlin:20261201T150000",
    )
    assert read(text) == Invitation(
        Method.REQUEST,
        "1@example.org",
        "Planning, the long one",
        Span(utc(2026, 11, 24, 14), utc(2026, 11, 24, 15)),
        BERLIN,
        sequence=2,
        organizer=Address("Sabrina, Lead", "sabrina@example.org"),
        attendees=(
            Attendee(Address("Jo", "jo@example.com")),
            Attendee(Address("", "ann@example.org"), Response.ACCEPTED, optional=True),
        ),
        location="Room 4",
        description="One\nTwo",
        recurrence=("RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20261201T150000"),
    )


def test_a_cancellation_of_one_occurrence_names_it() -> None:
    found = read(calendar("RECURRENCE-ID:20261124T140000Z", "STATUS:CANCELLED", method="CANCEL"))
    assert (found.method, found.occurrence, found.span) == (Method.CANCEL, utc(2026, 11, 24, 14), None)
    assert found.is_cancellation


def test_an_answer_says_what_was_answered() -> None:
    [attendee] = read(calendar("ATTENDEE;PARTSTAT=DECLINED:mailto:ann@example.org", method="REPLY")).attendees
    assert attendee == Attendee(Address("", "ann@example.org"), Response.DECLINED)


@pytest.mark.parametrize(("method", "expected"), [("refresh", Method.REFRESH), ("NONSENSE", Method.PUBLISH)])
def test_a_method_that_nobody_knows_asks_for_nothing(method: str, expected: Method) -> None:
    assert read(calendar(method=method)).method is expected


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("DTSTART:20261124T140000Z", "DURATION:PT90M", timedelta(minutes=90)),
        ("DTSTART:20261124T140000Z", "DTEND:20261124T130000Z", timedelta(0)),
        ("DTSTART:20261124T140000Z", "DURATION:-P1D", timedelta(0)),
        ("DTSTART:20261124T140000Z", "DURATION:P900000000000D", timedelta(0)),
        ("DTSTART:20261124T140000Z", "SUMMARY:No end", timedelta(0)),
        ("DTSTART;VALUE=DATE:20261124", "SUMMARY:No end", timedelta(days=1)),
        ("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124", timedelta(days=1)),
        ("DTSTART;VALUE=DATE:20261025", "SUMMARY:Clocks go back", timedelta(hours=25)),
        ("DTSTART;VALUE=DATE:20260329", "DURATION:P1D", timedelta(hours=23)),
        ("DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P1DT1H", timedelta(hours=24)),
    ],
)
def test_an_event_lasts_as_long_as_it_says(start: str, length: str, expected: timedelta) -> None:
    found = span(calendar(start, length))
    assert found.end - found.start == expected


def test_a_whole_day_is_one_of_the_owners_zone() -> None:
    found = read(calendar("DTSTART;VALUE=DATE:20261124"), "America/New_York")
    assert (found.all_day, found.zone) == (True, "America/New_York")
    assert found.span == Span(utc(2026, 11, 24, 5), utc(2026, 11, 25, 5))


@pytest.mark.parametrize("name", ["/freeassociation.sourceforge.net/Europe/Berlin", "W. Europe Standard Time"])
def test_a_zone_is_known_by_what_programs_call_it(name: str) -> None:
    found = read(calendar(f"DTSTART;TZID={name}:20260701T120000"), "UTC")
    assert (found.zone, found.span) == (BERLIN, Span(utc(2026, 7, 1, 10), utc(2026, 7, 1, 10)))


def test_a_zone_that_nobody_knows_is_the_owners() -> None:
    assert span(calendar("DTSTART;TZID=Nowhere:20260701T120000")).start == utc(2026, 7, 1, 10)


@given(moments(BERLIN, first_year=1997))
def test_a_zone_that_is_spelt_out_gives_the_same_times_as_the_known_one(moment: datetime) -> None:
    """Also of an hour that is skipped, or comes twice: it is taken by the offset before (RFC 5545, 3.3.5)."""
    local = (moment + timedelta(hours=1)).replace(tzinfo=None)
    found = span(calendar(f"DTSTART;TZID=Our office:{local:%Y%m%dT%H%M%S}", zones=BERLIN_SPELT_OUT), "UTC")
    assert found.start == local.replace(tzinfo=ZoneInfo(BERLIN), fold=0).astimezone(UTC)


@given(NAIVE, st.sampled_from(sorted(WINDOWS_TO_OLSON.items())))
def test_windows_and_iana_names_give_the_same_times(local: datetime, names: tuple[str, str]) -> None:
    windows, iana = (span(calendar(f"DTSTART;TZID={name}:{local:%Y%m%dT%H%M%S}"), "UTC") for name in names)
    assert windows.start == iana.start == local.replace(tzinfo=ZoneInfo(names[1])).astimezone(UTC)


@given(st.dates(FIRST.date(), LAST.date()), st.sampled_from([BERLIN, "Asia/Kolkata"]))
def test_a_whole_day_runs_from_midnight_to_midnight(day: date, zone: str) -> None:
    found = span(calendar(f"DTSTART;VALUE=DATE:{day:%Y%m%d}"), zone)
    local = [at.astimezone(ZoneInfo(zone)) for at in (found.start, found.end)]
    assert [(each.hour, each.minute) for each in local] == [(0, 0), (0, 0)]
    assert [each.date() for each in local] == [day, day + timedelta(days=1)]


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.builds(
                "{}{}{}".format,
                st.sampled_from(
                    ["DTSTART", "DTEND", "DURATION", "RRULE", "TZID", "TZOFFSETTO", "ATTENDEE", "SEQUENCE"]
                ),
                st.sampled_from([":", ";TZID=Our office:", ";VALUE=DATE:", ';X=":', ";;:"]),
                st.sampled_from(["", "20260230", "99991231T235959Z", "+9999", "P1D", "FREQ=YEARLY;BYDAY=5SU", "٣"]),
            ),
            st.sampled_from(["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD"]),
        ),
        max_size=20,
    )
)
def test_no_calendar_raises(lines: list[str]) -> None:
    IcsReader().read(calendar(*lines, zones=BERLIN_SPELT_OUT), BERLIN)


def test_what_a_calendar_says_of_a_zone_does_not_outlive_it() -> None:
    text = calendar("DTSTART;TZID=Our office:20260701T120000", zones=BERLIN_SPELT_OUT)
    assert span(text, "UTC").start == utc(2026, 7, 1, 10)
    assert span(calendar("DTSTART;TZID=Our office:20260701T120000"), "UTC").start == utc(2026, 7, 1, 12)


def test_a_calendar_without_measure_is_cut() -> None:
    people = [f"ATTENDEE:mailto:p{number}@example.org" for number in range(2_000)]
    assert len(read(calendar(*people)).attendees) == 500
    event = "BEGIN:VEVENT\r\nUID:{}\r\nEND:VEVENT\r\n"
    many = f"BEGIN:VCALENDAR\r\n{''.join(map(event.format, range(3_000)))}END:VCALENDAR"
    assert [each.uid for each in IcsReader().read(many, BERLIN)] == [str(number) for number in range(50)]
    assert IcsReader().read("BEGIN:VCALENDAR\n" * 100_000, BERLIN) == ()
