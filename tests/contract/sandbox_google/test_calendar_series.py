"""Series: their instances, exceptions, cancelled instances, and the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.calendar.store import Calendar
from tests.contract.sandbox_google.calendar_client import ZONE, refusal, signed_in, timed, whole_days
from tests.contract.sandbox_google.checking import OWNER, Json

WEEKLY = "standup00"
AUTUMN = {"timeMin": "2026-10-12T00:00:00Z", "timeMax": "2026-11-10T00:00:00Z"}


@pytest.fixture
def calendar(google: GoogleServer) -> Calendar:
    calendar = google.calendar(OWNER)
    calendar.zone = ZONE
    return calendar


@pytest.fixture
def events(google: GoogleServer, calendar: Calendar) -> Iterator[Resource]:
    with signed_in(google) as service:
        yield service.events()


@pytest.fixture
def weekly(events: Resource) -> Json:
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261109T225959Z", "EXDATE;TZID=Europe/Berlin:20261019T090000"]
    body = timed("2026-10-12", "09:00", "09:30", id=WEEKLY, summary="Stand-up", recurrence=rule)
    return dict(events.insert(calendarId="primary", body=body).execute())


def listed(events: Resource, **query: object) -> list[Json]:
    return list(events.list(calendarId="primary", **query).execute()["items"])


def test_a_series_keeps_its_hour_when_the_clocks_change(events: Resource, weekly: Json) -> None:
    found = listed(events, singleEvents=True, orderBy="startTime", **AUTUMN)
    starts = [one["start"]["dateTime"] for one in found]
    assert starts == [
        "2026-10-12T09:00:00+02:00", "2026-10-26T09:00:00+01:00", "2026-11-02T09:00:00+01:00",
        "2026-11-09T09:00:00+01:00",
    ]  # fmt: skip
    assert [one["id"] for one in found][:2] == [f"{WEEKLY}_20261012T070000Z", f"{WEEKLY}_20261026T080000Z"]
    assert {one["recurringEventId"] for one in found} == {WEEKLY}
    assert not any("recurrence" in one for one in found)


def test_unexpanded_a_series_is_one_event_with_its_rule(events: Resource, weekly: Json) -> None:
    (found,) = listed(events, **AUTUMN)
    assert (found["id"], found["recurrence"]) == (WEEKLY, weekly["recurrence"])
    assert listed(events, timeMin="2026-11-09T09:00:00Z") == []


def test_whole_days_repeat_by_date(events: Resource) -> None:
    body = whole_days("2026-10-24", "2026-10-26", id="feasts", recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    events.insert(calendarId="primary", body=body).execute()
    found = events.instances(calendarId="primary", eventId="feasts").execute()["items"]
    assert [(one["id"], one["start"], one["end"]) for one in found] == [
        ("feasts_20261024", {"date": "2026-10-24"}, {"date": "2026-10-26"}),
        ("feasts_20261031", {"date": "2026-10-31"}, {"date": "2026-11-02"}),
    ]


def test_a_patched_instance_becomes_an_exception_and_the_others_stay(events: Resource, weekly: Json) -> None:
    id = f"{WEEKLY}_20261026T080000Z"
    moved = timed("2026-10-27", "14:00", "14:30", summary="Stand-up, moved")
    patched = events.patch(calendarId="primary", eventId=id, body=moved).execute()
    assert patched["originalStartTime"] == {"dateTime": "2026-10-26T09:00:00+01:00", "timeZone": ZONE}
    found = listed(events, singleEvents=True, orderBy="startTime", **AUTUMN)
    assert [(one["summary"], one["start"]["dateTime"][:10]) for one in found] == [
        ("Stand-up", "2026-10-12"), ("Stand-up, moved", "2026-10-27"), ("Stand-up", "2026-11-02"),
        ("Stand-up", "2026-11-09"),
    ]  # fmt: skip
    assert [one["id"] for one in listed(events)] == [WEEKLY, id]


def test_an_exception_follows_its_series_in_what_it_did_not_change(events: Resource, weekly: Json) -> None:
    id = f"{WEEKLY}_20261026T080000Z"
    events.patch(calendarId="primary", eventId=id, body={"location": "Roof"}).execute()
    events.patch(calendarId="primary", eventId=WEEKLY, body={"summary": "Daily"}).execute()
    read = events.get(calendarId="primary", eventId=id).execute()
    assert (read["summary"], read["location"]) == ("Daily", "Roof")


def test_a_deleted_instance_is_told_as_cancelled(events: Resource, weekly: Json) -> None:
    id = f"{WEEKLY}_20261026T080000Z"
    events.delete(calendarId="primary", eventId=id).execute()
    assert id not in [one["id"] for one in listed(events, singleEvents=True, **AUTUMN)]
    assert [(one["id"], one["status"]) for one in listed(events)] == [(WEEKLY, "confirmed"), (id, "cancelled")]
    shown = events.instances(calendarId="primary", eventId=WEEKLY, showDeleted=True).execute()["items"]
    assert [one["status"] for one in shown if one["id"] == id] == ["cancelled"]
    with pytest.raises(HttpError) as refused:
        events.delete(calendarId="primary", eventId=id).execute()
    assert refusal(refused.value) == (410, "deleted")


def test_a_deleted_series_takes_its_exceptions_along(events: Resource, weekly: Json) -> None:
    events.patch(calendarId="primary", eventId=f"{WEEKLY}_20261026T080000Z", body={"summary": "Other"}).execute()
    events.delete(calendarId="primary", eventId=WEEKLY).execute()
    assert listed(events) == []
    assert listed(events, singleEvents=True, **AUTUMN) == []
    deleted = listed(events, singleEvents=True, showDeleted=True, **AUTUMN)
    assert [one["status"] for one in deleted] == ["cancelled"] * 4


def test_what_the_rule_does_not_name_is_no_instance(events: Resource, weekly: Json) -> None:
    for id in (f"{WEEKLY}_20261019T070000Z", f"{WEEKLY}_20261013T070000Z", f"{WEEKLY}_soon"):
        with pytest.raises(HttpError) as refused:
            events.get(calendarId="primary", eventId=id).execute()
        assert refusal(refused.value) == (404, "notFound")


def test_instances_are_found_by_their_original_start(events: Resource, weekly: Json) -> None:
    moved = timed("2026-10-27", "14:00", "14:30")
    events.patch(calendarId="primary", eventId=f"{WEEKLY}_20261026T080000Z", body=moved).execute()
    asked = {"originalStart": "2026-10-26T09:00:00+01:00"}
    (found,) = events.instances(calendarId="primary", eventId=WEEKLY, **asked).execute()["items"]
    assert found["start"]["dateTime"] == "2026-10-27T14:00:00+01:00"


def test_a_series_without_an_end_is_expanded_as_far_as_is_asked(events: Resource) -> None:
    body = timed("2026-01-01", "08:00", "08:10", recurrence=["RRULE:FREQ=DAILY"])
    events.insert(calendarId="primary", body=body).execute()
    far = listed(events, singleEvents=True, timeMin="2031-01-01T00:00:00Z", timeMax="2031-01-03T00:00:00Z")
    assert [one["start"]["dateTime"][:10] for one in far] == ["2031-01-01", "2031-01-02"]


def test_a_series_at_another_hour_forgets_its_exceptions(events: Resource, weekly: Json) -> None:
    events.patch(calendarId="primary", eventId=f"{WEEKLY}_20261026T080000Z", body={"summary": "Other"}).execute()
    later = timed("2026-10-12", "10:00", "10:30")
    times = {"start": later["start"], "end": later["end"], "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]}
    events.patch(calendarId="primary", eventId=WEEKLY, body=times).execute()
    found = listed(events, singleEvents=True, orderBy="startTime", **AUTUMN)
    assert [(one["summary"], one["start"]["dateTime"][8:16]) for one in found] == [
        ("Stand-up", "12T10:00"), ("Stand-up", "19T10:00"), ("Stand-up", "26T10:00"),
    ]  # fmt: skip


def test_dates_can_be_added_to_a_series(events: Resource) -> None:
    body = timed("2026-10-12", "09:00", "09:30", id="added", recurrence=["RDATE:20261014T070000Z,20261101T080000Z"])
    events.insert(calendarId="primary", body=body).execute()
    found = events.instances(calendarId="primary", eventId="added").execute()["items"]
    assert [one["start"]["dateTime"][5:16] for one in found] == ["10-12T09:00", "10-14T09:00", "11-01T09:00"]
