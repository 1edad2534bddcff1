"""Meetings: who is asked, who answers, who would be mailed, and in whose calendar it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.calendar.store import Calendar
from tests.contract.sandbox_google.calendar_client import GUEST, ZONE, refusal, signed_in, timed
from tests.contract.sandbox_google.checking import OWNER, Json

STRANGER = "someone@elsewhere.example"


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
def guests(google: GoogleServer) -> Iterator[Resource]:
    """The events of a guest who has a calendar here too."""
    google.mailbox(GUEST)
    google.calendar(GUEST)
    with signed_in(google, address=GUEST) as service:
        yield service.events()


def meeting(*guests: str, **more: object) -> Json:
    return timed("2026-07-01", "12:00", "13:00", attendees=[{"email": guest} for guest in guests], **more)


def answers(event: Json) -> Json:
    return {one["email"]: one["responseStatus"] for one in event["attendees"]}


def test_the_owners_entry_is_marked_as_his(events: Resource) -> None:
    made = events.insert(calendarId="primary", body=meeting(OWNER, GUEST)).execute()
    mine, other = made["attendees"]
    assert mine == {"email": OWNER, "responseStatus": "accepted", "self": True, "organizer": True}
    assert other == {"email": GUEST, "responseStatus": "needsAction"}


def test_an_invitation_is_answered_by_a_patch_of_ones_own_entry(events: Resource, calendar: Calendar) -> None:
    calendar.add(meeting(OWNER, GUEST), "invited", {"email": STRANGER, "displayName": "Someone"})
    body = {"attendees": [{"email": OWNER, "responseStatus": "accepted", "comment": "Gladly"}]}
    answered = events.patch(calendarId="primary", eventId="invited", body=body, sendUpdates="all").execute()
    assert answers(answered) == {OWNER: "accepted", GUEST: "needsAction"}
    assert answered["organizer"] == {"email": STRANGER, "displayName": "Someone"}
    assert answered["attendees"][0]["comment"] == "Gladly"


def test_a_guest_cannot_answer_for_others_nor_change_what_all_share(events: Resource, calendar: Calendar) -> None:
    calendar.add(meeting(OWNER, GUEST), "invited", {"email": STRANGER})
    body: Json = {"attendees": [{"email": GUEST, "responseStatus": "declined"}]}
    assert answers(events.patch(calendarId="primary", eventId="invited", body=body).execute())[GUEST] == "needsAction"
    with pytest.raises(HttpError) as refused:
        events.patch(calendarId="primary", eventId="invited", body={"guestsCanModify": True}).execute()
    assert refusal(refused.value) == (403, "forbiddenForNonOrganizer")


def test_a_meeting_stands_in_the_guests_calendar_and_follows_the_organizers(events: Resource, guests: Resource) -> None:
    made = events.insert(calendarId="primary", body=meeting(GUEST)).execute()
    copy = guests.get(calendarId="primary", eventId=made["id"]).execute()
    assert (copy["iCalUID"], copy["organizer"], copy["attendees"][0]["self"]) == (
        made["iCalUID"],
        {"email": OWNER},
        True,
    )
    events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Moved"}).execute()
    assert guests.get(calendarId="primary", eventId=made["id"]).execute()["summary"] == "Moved"
    events.patch(calendarId="primary", eventId=made["id"], body={"attendees": []}).execute()
    assert guests.get(calendarId="primary", eventId=made["id"]).execute()["status"] == "cancelled"


def test_a_guests_answer_reaches_the_organizer(events: Resource, guests: Resource) -> None:
    id = events.insert(calendarId="primary", body=meeting(GUEST, STRANGER)).execute()["id"]
    answer = {"attendees": [{"email": GUEST, "responseStatus": "tentative"}]}
    guests.patch(calendarId="primary", eventId=id, body=answer).execute()
    assert answers(events.get(calendarId="primary", eventId=id).execute()) == {
        GUEST: "tentative",
        STRANGER: "needsAction",
    }


def test_a_guest_who_deletes_declines(events: Resource, guests: Resource) -> None:
    id = events.insert(calendarId="primary", body=meeting(GUEST)).execute()["id"]
    guests.delete(calendarId="primary", eventId=id).execute()
    read = events.get(calendarId="primary", eventId=id).execute()
    assert (read["status"], answers(read)) == ("confirmed", {GUEST: "declined"})


def test_a_deleted_meeting_leaves_the_guests_calendar(events: Resource, guests: Resource) -> None:
    id = events.insert(calendarId="primary", body=meeting(GUEST)).execute()["id"]
    events.delete(calendarId="primary", eventId=id).execute()
    assert guests.list(calendarId="primary").execute()["items"] == []


def test_one_instance_of_a_series_is_answered_and_moved_by_itself(events: Resource, guests: Resource) -> None:
    body = meeting(GUEST, recurrence=["RRULE:FREQ=DAILY;COUNT=3"], id="series0")
    events.insert(calendarId="primary", body=body).execute()
    one, other = "series0_20260702T100000Z", "series0_20260703T100000Z"
    answer = {"attendees": [{"email": GUEST, "responseStatus": "declined"}]}
    guests.patch(calendarId="primary", eventId=one, body=answer).execute()
    assert answers(events.get(calendarId="primary", eventId=one).execute()) == {GUEST: "declined"}
    assert answers(events.get(calendarId="primary", eventId=other).execute()) == {GUEST: "needsAction"}
    events.patch(calendarId="primary", eventId=other, body={"location": "Roof"}).execute()
    assert guests.get(calendarId="primary", eventId=other).execute()["location"] == "Roof"
    assert "location" not in guests.get(calendarId="primary", eventId=one).execute()


def test_a_guest_of_one_instance_sees_that_one_alone(events: Resource, guests: Resource) -> None:
    events.insert(calendarId="primary", body=meeting(recurrence=["RRULE:FREQ=DAILY;COUNT=3"], id="series0")).execute()
    one = "series0_20260702T100000Z"
    events.patch(calendarId="primary", eventId=one, body={"attendees": [{"email": GUEST}]}).execute()
    (seen,) = guests.list(calendarId="primary").execute()["items"]
    assert (seen["id"], seen["start"]["dateTime"][:10]) == (one, "2026-07-02")
    events.patch(calendarId="primary", eventId=one, body={"attendees": []}).execute()
    assert guests.list(calendarId="primary").execute()["items"] == []


@pytest.mark.parametrize(
    ("query", "mailed"),
    [
        ({}, []),
        ({"sendUpdates": "none"}, []),
        ({"sendUpdates": "all"}, [GUEST, STRANGER]),
        ({"sendUpdates": "externalOnly"}, [STRANGER]),
        ({"sendNotifications": True}, [GUEST, STRANGER]),
    ],
)
def test_the_record_tells_who_would_be_mailed(
    google: GoogleServer, events: Resource, query: Json, mailed: list[str]
) -> None:
    google.calendar(GUEST)
    made = events.insert(calendarId="primary", body=meeting(OWNER, GUEST, STRANGER), **query).execute()
    events.delete(calendarId="primary", eventId=made["id"], **query).execute()
    inserted, deleted = google.record.mutations()
    assert (inserted.method, deleted.method) == ("calendar.events.insert", "calendar.events.delete")
    assert (inserted.resource, deleted.resource) == (made["id"],) * 2
    assert (inserted.state["mailed"], deleted.state["mailed"]) == (mailed, mailed)
    assert inserted.state["attendees"] == {OWNER: "accepted", GUEST: "needsAction", STRANGER: "needsAction"}
    assert deleted.state["status"] == "cancelled"


def test_whoever_is_no_longer_asked_is_told_as_well(google: GoogleServer, events: Resource) -> None:
    id = events.insert(calendarId="primary", body=meeting(GUEST)).execute()["id"]
    body = {"attendees": [{"email": STRANGER}]}
    events.patch(calendarId="primary", eventId=id, body=body, sendUpdates="all").execute()
    (patched,) = google.record.mutations("events.patch")
    assert patched.state["mailed"] == [GUEST, STRANGER]


def test_an_answer_is_mailed_to_the_organizer(google: GoogleServer, events: Resource, calendar: Calendar) -> None:
    calendar.add(meeting(OWNER, GUEST), "invited", {"email": STRANGER})
    body = {"attendees": [{"email": OWNER, "responseStatus": "declined"}]}
    events.patch(calendarId="primary", eventId="invited", body=body, sendUpdates="all").execute()
    assert google.record.mutations()[0].state["mailed"] == [STRANGER]


def test_of_many_attendees_only_the_reader_is_told_when_asked_so(events: Resource) -> None:
    id = events.insert(calendarId="primary", body=meeting(OWNER, GUEST, STRANGER)).execute()["id"]
    read = events.get(calendarId="primary", eventId=id, maxAttendees=1).execute()
    assert ([one["email"] for one in read["attendees"]], read["attendeesOmitted"]) == ([OWNER], True)
