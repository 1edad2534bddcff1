"""events: written, read, changed and deleted, each over HTTP with Google's own client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.calendar.store import Calendar
from tests.contract.sandbox_google.calendar_client import GUEST, ZONE, refusal, signed_in, timed, whole_days
from tests.contract.sandbox_google.checking import OWNER, Json


@pytest.fixture
def calendar(google: GoogleServer) -> Calendar:
    calendar = google.calendar(OWNER)
    calendar.zone = ZONE
    return calendar


@pytest.fixture
def events(google: GoogleServer, calendar: Calendar) -> Iterator[Resource]:
    with signed_in(google) as service:
        yield service.events()


def insert(events: Resource, body: Json, **more: Any) -> Json:
    return dict(events.insert(calendarId="primary", body=body, **more).execute())


def test_an_event_comes_back_as_it_was_written(events: Resource) -> None:
    written = insert(events, timed("2026-07-01", "12:00", "13:00", location="Canteen", transparency="transparent"))
    read = events.get(calendarId=OWNER, eventId=written["id"]).execute()
    assert read == written
    assert read["start"] == {"dateTime": "2026-07-01T12:00:00+02:00", "timeZone": ZONE}
    assert (read["organizer"], read["creator"]) == ({"email": OWNER, "self": True},) * 2
    assert (read["location"], read["transparency"], read["status"]) == ("Canteen", "transparent", "confirmed")


def test_a_zone_that_is_asked_for_changes_the_offset_only(events: Resource) -> None:
    written = insert(events, timed("2026-07-01", "12:00", "13:00"))
    read = events.get(calendarId="primary", eventId=written["id"], timeZone="Asia/Singapore").execute()
    assert read["start"] == {"dateTime": "2026-07-01T18:00:00+08:00", "timeZone": ZONE}


def test_a_whole_day_has_no_time(events: Resource) -> None:
    written = insert(events, whole_days("2026-12-24", "2026-12-27"))
    assert (written["start"], written["end"]) == ({"date": "2026-12-24"}, {"date": "2026-12-27"})


def test_an_id_of_the_clients_own_is_taken_once_even_after_deletion(events: Resource) -> None:
    body = timed("2026-07-01", "12:00", "13:00", id="alfred0123456789")
    assert insert(events, body)["id"] == "alfred0123456789"
    with pytest.raises(HttpError) as standing:
        insert(events, body)
    events.delete(calendarId="primary", eventId="alfred0123456789").execute()
    with pytest.raises(HttpError) as gone:
        insert(events, body)
    assert (refusal(standing.value), refusal(gone.value)) == ((409, "duplicate"),) * 2


@pytest.mark.parametrize("id", ["abcd", "Alfred0123", "wxyz12345", "with-dash"])
def test_an_id_outside_base32hex_is_refused(events: Resource, id: str) -> None:
    with pytest.raises(HttpError) as refused:
        insert(events, timed("2026-07-01", "12:00", "13:00", id=id))
    assert refusal(refused.value) == (400, "invalid")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"end": None}, "required"),
        ({"end": {"date": "2026-07-02"}}, "invalid"),
        ({"end": {"dateTime": "2026-07-01T11:00:00+02:00"}}, "timeRangeEmpty"),
        ({"start": {"dateTime": "2026-07-01T11:00:00"}}, "required"),
        ({"start": {"dateTime": "2026-07-01T11:00:00", "timeZone": "Atlantis/Main"}}, "invalid"),
        ({"recurrence": ["RRULE:FREQ=SOMETIMES"]}, "invalid"),
        ({"attendees": [{"displayName": "Nobody"}]}, "required"),
    ],
)
def test_what_is_no_event_is_refused(events: Resource, changes: Json, reason: str) -> None:
    with pytest.raises(HttpError) as refused:
        insert(events, timed("2026-07-01", "12:00", "13:00") | changes)
    assert refusal(refused.value) == (400, reason)


def test_a_patch_changes_what_it_names_and_null_takes_away(events: Resource) -> None:
    id = insert(events, timed("2026-07-01", "12:00", "13:00", location="Canteen", description="Soup"))["id"]
    patched = events.patch(calendarId="primary", eventId=id, body={"summary": "Dinner", "location": None}).execute()
    assert (patched["summary"], patched["description"], "location" in patched) == ("Dinner", "Soup", False)
    assert patched["start"]["dateTime"] == "2026-07-01T12:00:00+02:00"


def test_a_timed_event_becomes_a_whole_day_by_patch(events: Resource) -> None:
    id = insert(events, timed("2026-07-01", "12:00", "13:00"))["id"]
    days = {"start": {"date": "2026-07-01", "dateTime": None}, "end": {"date": "2026-07-02", "dateTime": None}}
    patched = events.patch(calendarId="primary", eventId=id, body=days).execute()
    assert (patched["start"], patched["end"]) == ({"date": "2026-07-01"}, {"date": "2026-07-02"})
    back = timed("2026-07-01", "09:00", "10:00")
    timely = {side: {**back[side], "date": None} for side in ("start", "end")}
    patched = events.patch(calendarId="primary", eventId=id, body=timely).execute()
    assert patched["start"]["dateTime"] == "2026-07-01T09:00:00+02:00"


def test_an_update_replaces_everything(events: Resource) -> None:
    before = insert(events, timed("2026-07-01", "12:00", "13:00", location="Canteen"))
    body = timed("2026-07-01", "18:00", "19:00", summary="Dinner")
    after = events.update(calendarId="primary", eventId=before["id"], body=body).execute()
    assert (after["summary"], "location" in after, after["iCalUID"]) == ("Dinner", False, before["iCalUID"])
    assert (after["sequence"], after["etag"] != before["etag"]) == (1, True)


@pytest.mark.parametrize("verb", ["patch", "update", "delete"])
def test_an_old_etag_stops_a_change(google: GoogleServer, events: Resource, calendar: Calendar, verb: str) -> None:
    written = insert(events, timed("2026-07-01", "12:00", "13:00"))
    calendar.alter(written["id"], {"summary": "Moved by somebody else"})
    body = {} if verb == "delete" else {"body": timed("2026-07-02", "12:00", "13:00")}
    request = getattr(events, verb)(calendarId="primary", eventId=written["id"], **body)
    request.headers["If-Match"] = written["etag"]
    with pytest.raises(HttpError) as refused:
        request.execute()
    assert refusal(refused.value) == (412, "conditionNotMet")
    request.headers["If-Match"] = events.get(calendarId="primary", eventId=written["id"]).execute()["etag"]
    request.execute()
    assert len(google.record.mutations(f"events.{verb}")) == 1


def test_a_deleted_event_is_gone_the_second_time(events: Resource) -> None:
    id = insert(events, timed("2026-07-01", "12:00", "13:00"))["id"]
    events.delete(calendarId="primary", eventId=id).execute()
    with pytest.raises(HttpError) as refused:
        events.delete(calendarId="primary", eventId=id).execute()
    assert refusal(refused.value) == (410, "deleted")
    assert events.get(calendarId="primary", eventId=id).execute()["status"] == "cancelled"
    assert events.list(calendarId="primary").execute()["items"] == []


def test_an_unknown_event_and_a_strange_calendar_are_not_found(events: Resource) -> None:
    for calendar, id in (("primary", "never0there"), (GUEST, "never0there"), ("primary", "never_20260701T100000Z")):
        with pytest.raises(HttpError) as refused:
            events.get(calendarId=calendar, eventId=id).execute()
        assert refusal(refused.value) == (404, "notFound")


def test_a_conference_is_made_for_a_client_that_speaks_of_it(events: Resource) -> None:
    asked = {"createRequest": {"requestId": "one", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    body = timed("2026-07-01", "12:00", "13:00", conferenceData=asked)
    silent = insert(events, body)
    assert ("hangoutLink" in silent, "conferenceData" in silent) == (False, False)
    made = insert(events, body, conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"]["statusCode"] == "success"
    assert made["hangoutLink"] == made["conferenceData"]["entryPoints"][0]["uri"]
    kept = events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Moved"}).execute()
    assert kept["hangoutLink"] == made["hangoutLink"]
    removal = {"conferenceData": None}
    without = events.patch(calendarId="primary", eventId=made["id"], body=removal, conferenceDataVersion=1).execute()
    assert "hangoutLink" not in without


def test_what_a_client_keeps_for_itself_is_passed_through(events: Resource) -> None:
    kept: Json = {
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
        "extendedProperties": {"private": {"alfred": "7"}},
        "visibility": "private",
    }
    written = insert(events, timed("2026-07-01", "12:00", "13:00", **kept))
    assert {name: written[name] for name in kept} == kept
    found = events.list(calendarId="primary", privateExtendedProperty="alfred=7").execute()["items"]
    assert [one["id"] for one in found] == [written["id"]]
