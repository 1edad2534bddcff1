"""What stands around the events: calendars, settings, free and busy times, scopes, batches and bad days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httplib2
import orjson
import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox import household
from sandbox.google import GoogleServer
from sandbox.google.calendar.store import Calendar
from sandbox.misbehaviour import Kind
from tests.contract.sandbox_google.calendar_client import GUEST, SCOPE, ZONE, refusal, signed_in, timed, whole_days
from tests.contract.sandbox_google.checking import OWNER, Json

DAY = {"timeMin": "2026-07-01T00:00:00+02:00", "timeMax": "2026-07-02T00:00:00+02:00"}


@pytest.fixture
def calendar(google: GoogleServer) -> Calendar:
    calendar = google.calendar(OWNER)
    calendar.zone = ZONE
    return calendar


@pytest.fixture
def service(google: GoogleServer, calendar: Calendar) -> Iterator[Resource]:
    with signed_in(google) as service:
        yield service


def test_the_primary_calendar_is_listed_and_named(service: Resource) -> None:
    (entry,) = service.calendarList().list().execute()["items"]
    assert (entry["id"], entry["primary"], entry["accessRole"], entry["timeZone"]) == (OWNER, True, "owner", ZONE)
    assert service.calendarList().get(calendarId="primary").execute() == entry
    assert service.calendars().get(calendarId=OWNER).execute()["timeZone"] == ZONE
    with pytest.raises(HttpError) as refused:
        service.calendars().get(calendarId=GUEST).execute()
    assert refusal(refused.value) == (404, "notFound")


def test_the_settings_tell_the_owners_zone(service: Resource) -> None:
    settings = {one["id"]: one["value"] for one in service.settings().list().execute()["items"]}
    assert settings["timezone"] == ZONE
    assert service.settings().get(setting="timezone").execute()["value"] == ZONE
    with pytest.raises(HttpError) as refused:
        service.settings().get(setting="mood").execute()
    assert refusal(refused.value) == (404, "notFound")


def busy(service: Resource, *people: str, **more: str) -> Json:
    body = {**DAY, **more, "items": [{"id": address} for address in people]}
    return dict(service.freebusy().query(body=body).execute()["calendars"])


def test_busy_times_of_several_people_are_joined_each(google: GoogleServer, service: Resource) -> None:
    mine, other = google.calendar(OWNER), google.calendar(GUEST)
    other.zone = "Asia/Singapore"
    mine.add(timed("2026-07-01", "09:00", "10:00"))
    mine.add(timed("2026-07-01", "09:30", "10:30"))
    mine.add(timed("2026-06-30", "23:00", "23:30", recurrence=["RRULE:FREQ=DAILY"]))
    other.add(whole_days("2026-07-01", "2026-07-02"))
    found = busy(service, "primary", GUEST, "nobody@example.com", timeZone=ZONE)
    assert found["primary"]["busy"] == [
        {"start": "2026-07-01T09:00:00+02:00", "end": "2026-07-01T10:30:00+02:00"},
        {"start": "2026-07-01T23:00:00+02:00", "end": "2026-07-01T23:30:00+02:00"},
    ]
    assert found[GUEST]["busy"] == [{"start": "2026-07-01T00:00:00+02:00", "end": "2026-07-01T18:00:00+02:00"}]
    assert found["nobody@example.com"] == {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}


def test_free_declined_and_cancelled_events_leave_the_time_open(calendar: Calendar, service: Resource) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00", transparency="transparent"))
    declined = [{"email": OWNER, "responseStatus": "declined"}]
    calendar.add(timed("2026-07-01", "11:00", "12:00", attendees=declined), organizer={"email": GUEST})
    calendar.remove(calendar.add(timed("2026-07-01", "13:00", "14:00")).id)
    tentative = [{"email": OWNER, "responseStatus": "tentative"}]
    calendar.add(timed("2026-07-01", "15:00", "16:00", attendees=tentative), organizer={"email": GUEST})
    assert busy(service, OWNER)[OWNER]["busy"] == [{"start": "2026-07-01T13:00:00Z", "end": "2026-07-01T14:00:00Z"}]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"timeMax": "2026-07-01T00:00:00+02:00"}, "timeRangeEmpty"), ({"timeMin": None}, "required")],
)
def test_busy_times_need_a_range(service: Resource, changes: Json, reason: str) -> None:
    with pytest.raises(HttpError) as refused:
        service.freebusy().query(body={**DAY, "items": [{"id": OWNER}], **changes}).execute()
    assert refusal(refused.value) == (400, reason)


def test_a_question_for_busy_times_is_no_mutation(google: GoogleServer, service: Resource) -> None:
    busy(service, OWNER)
    assert len(google.record) == 0


READS = {"events.list", "events.get"}
WRITES = {"events.insert", "events.delete"}


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (f"{SCOPE}.readonly", READS | {"calendarList.list", "freebusy.query", "settings.list"}),
        (f"{SCOPE}.events", READS | WRITES),
        (f"{SCOPE}.events.readonly", READS),
        (f"{SCOPE}.freebusy", {"freebusy.query"}),
        (SCOPE, READS | WRITES | {"calendarList.list", "freebusy.query", "settings.list"}),
    ],
)
def test_each_scope_opens_what_google_says(
    google: GoogleServer, calendar: Calendar, scope: str, allowed: set[str]
) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00"), "event1")
    here = {"calendarId": "primary"}
    with signed_in(google, scope) as service:
        requests = {
            "calendarList.list": service.calendarList().list(),
            "settings.list": service.settings().list(),
            "freebusy.query": service.freebusy().query(body={**DAY, "items": []}),
            "events.list": service.events().list(**here),
            "events.get": service.events().get(**here, eventId="event1"),
            "events.insert": service.events().insert(**here, body=timed("2026-07-01", "12:00", "13:00")),
            "events.delete": service.events().delete(**here, eventId="event1"),
        }
        outcomes = {name: _outcome(request) for name, request in requests.items()}
    assert {name for name, outcome in outcomes.items() if outcome is None} == allowed
    assert {outcome for outcome in outcomes.values() if outcome} <= {(403, "insufficientPermissions")}


def _outcome(request: Resource) -> tuple[int, str] | None:
    try:
        request.execute()
    except HttpError as error:
        return refusal(error)
    return None


def test_a_mail_scope_opens_no_calendar(google: GoogleServer) -> None:
    with signed_in(google, "https://mail.google.com/") as service, pytest.raises(HttpError) as refused:
        service.events().list(calendarId="primary").execute()
    assert refusal(refused.value) == (403, "insufficientPermissions")


def test_a_batch_answers_each_call_by_itself(google: GoogleServer, calendar: Calendar, service: Resource) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00"), "event1")
    answers: dict[str, object] = {}

    def keep(id: str, answer: Json | None, error: HttpError | None) -> None:
        answers[id] = refusal(error) if error else (answer or {}).get("summary")

    batch = service.new_batch_http_request(callback=keep)
    batch._batch_uri = f"{google.base_url}/batch/calendar/v3"
    batch.add(service.events().get(calendarId="primary", eventId="event1"), request_id="found")
    batch.add(service.events().get(calendarId="primary", eventId="event2"), request_id="lost")
    old = service.events().patch(calendarId="primary", eventId="event1", body={"summary": "Moved"})
    old.headers["If-Match"] = '"old"'
    batch.add(old, request_id="old")
    batch.add(
        service.events().insert(calendarId="primary", body=timed("2026-07-02", "9:00", "10:00")), request_id="bad"
    )
    batch.execute()
    assert answers == {
        "found": "Lunch",
        "lost": (404, "notFound"),
        "old": (412, "conditionNotMet"),
        "bad": (400, "invalid"),
    }


@pytest.mark.parametrize("status", [403, 429])
def test_too_many_calls_are_refused_in_googles_words(google: GoogleServer, service: Resource, status: int) -> None:
    google.misbehave(
        Kind.STATUS, method="calendar.events.list", count=1, status=status, reason="rateLimitExceeded", retry_after=2
    )
    with pytest.raises(HttpError) as refused:
        service.events().list(calendarId="primary").execute()
    assert refusal(refused.value) == (status, "rateLimitExceeded")
    assert refused.value.error_details[0]["domain"] == "usageLimits"
    assert service.events().list(calendarId="primary").execute()["items"] == []


def test_an_answer_that_was_lost_leaves_the_event_behind_once(google: GoogleServer, service: Resource) -> None:
    google.misbehave(Kind.RESET, method="calendar.events.insert", count=1)
    request = service.events().insert(calendarId="primary", body=timed("2026-07-01", "12:00", "13:00", id="alfred01"))
    with pytest.raises(ConnectionError):
        request.execute()
    with pytest.raises(HttpError) as refused:
        request.execute()
    assert refusal(refused.value) == (409, "duplicate")
    assert len(google.record.mutations("events.insert")) == 1


def test_only_the_fields_that_are_asked_for_come(service: Resource, calendar: Calendar) -> None:
    calendar.add(timed("2026-07-01", "09:00", "10:00"), "event1")
    assert service.events().list(calendarId="primary", fields="items(id,start/dateTime)").execute() == {
        "items": [{"id": "event1", "start": {"dateTime": "2026-07-01T09:00:00+02:00"}}]
    }


def test_another_process_moves_the_calendar_by_handles(google: GoogleServer, service: Resource) -> None:
    place = f"{google.base_url}/_sandbox/accounts/{OWNER}"
    http = httplib2.Http()
    body = timed("2026-07-01", "09:00", "10:00", id="event1", organizer={"email": GUEST})
    assert http.request(f"{place}/events", "POST", body=orjson.dumps(body))[0].status == 201
    token = service.events().list(calendarId="primary").execute()["nextSyncToken"]
    http.request(f"{place}/events/event1", "PATCH", body=orjson.dumps({"summary": "Moved"}))
    changed = service.events().list(calendarId="primary", syncToken=token).execute()
    assert [(one["summary"], one["organizer"]) for one in changed["items"]] == [("Moved", {"email": GUEST})]
    http.request(f"{place}/events/event1", "DELETE")
    gone = service.events().list(calendarId="primary", syncToken=changed["nextSyncToken"]).execute()
    assert [one["status"] for one in gone["items"]] == ["cancelled"]
    http.request(f"{place}/expire-sync", "POST")
    http.close()
    with pytest.raises(HttpError) as refused:
        service.events().list(calendarId="primary", syncToken=token).execute()
    assert refusal(refused.value) == (410, "fullSyncRequired")


def test_the_monday_households_own_events_stand_in_its_zone(google: GoogleServer) -> None:
    monday = household.load(now=datetime(2026, 11, 23, 1, tzinfo=UTC))
    owner = monday.owner
    google.move_in(owner.address, monday.mails, monday.events)
    with signed_in(google, address=owner.address) as service:
        assert service.settings().get(setting="timezone").execute()["value"] == owner.zone
        items = service.events().list(calendarId="primary").execute()["items"]
    own = [event for event in monday.events if event.account == owner.address]
    assert sorted(one["summary"] for one in items) == sorted(event.title for event in own)
    (invited,) = [event for event in own if event.invited_by]
    (mail,) = [mail for mail in monday.mails if mail.key == invited.invited_by]
    (uid,) = [one["iCalUID"] for one in items if one["summary"] == invited.title]
    assert f"UID:{uid}".encode() in mail.raw
