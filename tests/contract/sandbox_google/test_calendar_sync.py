"""events.list: windows, search, order, pages and sync tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.calendar.store import Calendar
from sandbox.misbehaviour import Kind
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


def ask(events: Resource, **query: object) -> Json:
    return dict(events.list(calendarId="primary", **query).execute())


def ids(answer: Json) -> list[str]:
    return [one["id"] for one in answer["items"]]


def test_a_window_leaves_out_what_only_touches_it(events: Resource, calendar: Calendar) -> None:
    for number, (start, end) in enumerate([("09:00", "10:00"), ("10:00", "11:00"), ("11:00", "12:00")]):
        calendar.add(timed("2026-07-01", start, end), f"event{number}")
    found = ask(events, timeMin="2026-07-01T10:00:00+02:00", timeMax="2026-07-01T11:00:00+02:00")
    assert ids(found) == ["event1"]


def test_a_whole_day_lies_in_the_owners_zone(events: Resource, calendar: Calendar) -> None:
    calendar.add(whole_days("2026-07-01", "2026-07-02"), "feast")
    assert ids(ask(events, timeMin="2026-06-30T21:00:00Z", timeMax="2026-06-30T22:00:00Z")) == []
    assert ids(ask(events, timeMin="2026-06-30T22:00:00Z", timeMax="2026-06-30T23:00:00Z")) == ["feast"]


def test_search_looks_at_words_places_and_people(events: Resource, calendar: Calendar) -> None:
    guest = [{"email": GUEST, "displayName": "Sabrina Tan"}]
    calendar.add(timed("2026-07-01", "09:00", "10:00", summary="Budget", attendees=guest), "budget")
    calendar.add(timed("2026-07-01", "09:00", "10:00", location="Budget room"), "place")
    calendar.add(timed("2026-07-01", "09:00", "10:00"), "lunch")
    assert ids(ask(events, q="budget")) == ["budget", "place"]
    assert ids(ask(events, q="sabrina budget")) == ["budget"]


def test_an_event_is_found_by_its_icalendar_id(events: Resource, calendar: Calendar) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00", iCalUID="one@elsewhere.example"), "event1")
    calendar.add(timed("2026-07-01", "09:00", "10:00"), "event2")
    assert ids(ask(events, iCalUID="one@elsewhere.example")) == ["event1"]


def test_order_by_start_is_for_single_events_only(events: Resource, calendar: Calendar) -> None:
    calendar.add(timed("2026-07-02", "09:00", "10:00"), "later")
    calendar.add(timed("2026-07-01", "09:00", "10:00"), "sooner")
    assert ids(ask(events, singleEvents=True, orderBy="startTime")) == ["sooner", "later"]
    with pytest.raises(HttpError) as refused:
        ask(events, orderBy="startTime")
    assert refusal(refused.value) == (400, "invalid")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"timeMin": "2026-07-02T00:00:00Z", "timeMax": "2026-07-01T00:00:00Z"}, "timeRangeEmpty"),
        ({"timeMin": "2026-07-02T00:00:00"}, "badRequest"),
        ({"timeMin": "tomorrow"}, "badRequest"),
        ({"pageToken": "nonsense"}, "invalid"),
        ({"syncToken": "nonsense"}, "invalid"),
        ({"timeZone": "Atlantis/Main"}, "invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused(events: Resource, calendar: Calendar, query: Json, reason: str) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00"))
    with pytest.raises(HttpError) as refused:
        ask(events, **query)
    assert refusal(refused.value) == (400, reason)


def test_only_the_last_page_has_a_sync_token(events: Resource, calendar: Calendar) -> None:
    for number in range(5):
        calendar.add(timed("2026-07-01", "09:00", "10:00"), f"event{number}")
    first = ask(events, maxResults=3)
    assert ("nextPageToken" in first, "nextSyncToken" in first) == (True, False)
    second = ask(events, maxResults=3, pageToken=first["nextPageToken"])
    assert ("nextPageToken" in second, "nextSyncToken" in second) == (False, True)
    assert ids(first) + ids(second) == [f"event{number}" for number in range(5)]


def test_a_change_between_two_pages_is_told_by_the_next_synchronisation(events: Resource, calendar: Calendar) -> None:
    for number in range(4):
        calendar.add(timed("2026-07-01", "09:00", "10:00"), f"event{number}")
    first = ask(events, maxResults=2)
    calendar.alter("event0", {"summary": "Changed meanwhile"})
    token = ask(events, maxResults=2, pageToken=first["nextPageToken"])["nextSyncToken"]
    assert ids(ask(events, syncToken=token)) == ["event0"]


def test_a_deletion_between_two_pages_hides_no_other_event(events: Resource, calendar: Calendar) -> None:
    for number in range(4):
        calendar.add(timed("2026-07-01", "09:00", "10:00"), f"event{number}")
    first = ask(events, maxResults=2)
    calendar.remove("event0")
    calendar.remove("event3")
    assert ids(ask(events, maxResults=2, pageToken=first["nextPageToken"])) == ["event2"]


def test_a_sync_token_tells_of_what_changed_and_was_deleted(events: Resource, calendar: Calendar) -> None:
    for number in range(4):
        calendar.add(timed("2026-07-01", "09:00", "10:00"), f"event{number}")
    token = ask(events)["nextSyncToken"]
    calendar.alter("event1", {"summary": "Moved"})
    calendar.remove("event2")
    calendar.add(timed("2026-07-02", "09:00", "10:00"), "event4")
    changed = ask(events, syncToken=token)
    told = [(one["id"], one["status"], one.get("summary")) for one in changed["items"]]
    assert told == [("event1", "confirmed", "Moved"), ("event2", "cancelled", None), ("event4", "confirmed", "Lunch")]
    assert ids(ask(events, syncToken=changed["nextSyncToken"])) == []


def test_a_sync_token_tells_of_instances_where_they_were_asked_for(events: Resource, calendar: Calendar) -> None:
    body = timed("2026-07-01", "09:00", "10:00", recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    calendar.add(body, "serie")
    token = ask(events, singleEvents=True)["nextSyncToken"]
    calendar.alter("serie_20260702T070000Z", {"summary": "Other"})
    one = ask(events, singleEvents=True, syncToken=token)
    assert ids(one) == ["serie_20260702T070000Z"]
    calendar.alter("serie", {"recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]})
    rest = ask(events, singleEvents=True, syncToken=one["nextSyncToken"])
    assert {item["id"][6:14]: item["status"] for item in rest["items"]} == {
        "20260701": "confirmed",
        "20260702": "confirmed",
        "20260703": "cancelled",
    }
    calendar.remove("serie")
    gone = ask(events, singleEvents=True, syncToken=rest["nextSyncToken"])
    assert {item["status"] for item in gone["items"]} == {"cancelled"}


@pytest.mark.parametrize(
    "query",
    [
        {"timeMin": "2026-07-01T00:00:00Z"},
        {"timeMax": "2026-07-01T00:00:00Z"},
        {"updatedMin": "2026-07-01T00:00:00Z"},
        {"q": "lunch"},
        {"orderBy": "updated"},
        {"iCalUID": "one@example.com"},
        {"privateExtendedProperty": "alfred=1"},
        {"sharedExtendedProperty": "alfred=1"},
        {"showDeleted": False},
    ],
)
def test_beside_a_sync_token_some_parameters_are_refused(events: Resource, query: Json) -> None:
    token = ask(events)["nextSyncToken"]
    with pytest.raises(HttpError) as refused:
        ask(events, syncToken=token, **query)
    assert refusal(refused.value) == (400, "invalid")
    assert refused.value.error_details[0]["location"] == next(iter(query))


def test_an_ordered_or_searched_list_has_no_sync_token(events: Resource) -> None:
    assert "nextSyncToken" not in ask(events, singleEvents=True, orderBy="startTime")
    assert "nextSyncToken" not in ask(events, q="lunch")
    assert "nextSyncToken" in ask(events, timeMin="2026-07-01T00:00:00Z")


def test_an_expired_sync_token_demands_a_full_synchronisation(events: Resource, calendar: Calendar) -> None:
    token = ask(events)["nextSyncToken"]
    calendar.expire_sync_tokens()
    with pytest.raises(HttpError) as refused:
        ask(events, syncToken=token)
    assert refusal(refused.value) == (410, "fullSyncRequired")
    assert ids(ask(events, syncToken=ask(events)["nextSyncToken"])) == []


def test_a_sync_token_can_be_ordered_to_expire_once(google: GoogleServer, events: Resource) -> None:
    token = ask(events)["nextSyncToken"]
    google.misbehave(Kind.EXPIRED_CURSOR, method="calendar.events.list", count=1)
    with pytest.raises(HttpError) as refused:
        ask(events, syncToken=token)
    assert refusal(refused.value) == (410, "fullSyncRequired")
    assert ids(ask(events, syncToken=token)) == []


def test_a_series_that_others_delete_is_told_without_expansion_too(events: Resource, calendar: Calendar) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]), "serie")
    token = ask(events)["nextSyncToken"]
    calendar.remove("serie")
    assert [(one["id"], one["status"]) for one in ask(events, syncToken=token)["items"]] == [("serie", "cancelled")]


def test_recently_changed_events_are_asked_for_by_their_last_change(events: Resource, calendar: Calendar) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00"), "event1")
    event = calendar.add(timed("2026-07-01", "09:00", "10:00"), "event2")
    calendar.remove("event2")
    since = event.updated.isoformat()
    assert ids(ask(events, updatedMin=since)) == ["event2"]
