"""Events: windows, zones, series, invitations, free and busy times."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.calendar.store import Calendar
from tests.contract.sandbox_microsoft.asking import COLLEAGUE, OWNER, Graph, Json, code_of
from tests.contract.sandbox_microsoft.checking import fits, like

WEEK = "startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-03-09T00:00:00Z"
KL = "Singapore Standard Time"


def at(moment: str, zone: str = "UTC") -> Json:
    return {"dateTime": moment, "timeZone": zone}


def meeting(
    subject: str = "Planning", start: str = "2026-03-03T09:00:00", end: str = "2026-03-03T10:00:00", **more: Any
) -> Json:
    return {"subject": subject, "start": at(start), "end": at(end), **more}


def series(**pattern: Any) -> Json:
    extent = {"type": "noEnd", "startDate": "2026-03-02"}
    return {"recurrence": {"pattern": {"interval": 1, **pattern}, "range": extent}}


def test_an_event_looks_as_the_vendor_documents_it(graph: Graph) -> None:
    people = [{"emailAddress": {"address": COLLEAGUE, "name": "Sabrina"}, "type": "required"}]
    made = graph.told("POST", "/me/events", 201, meeting(attendees=people, location={"displayName": "Tanjung"}))
    fits(made, "event")
    like(made, "calendar-post-events.01.response")
    assert made["attendees"][0]["status"]["response"] == "none"
    assert made["start"] == {"dateTime": "2026-03-03T09:00:00.0000000", "timeZone": "UTC"}


def test_times_are_told_in_the_zone_that_is_preferred(graph: Graph) -> None:
    body = meeting() | {"start": at("2026-03-03T09:00:00", KL), "end": at("2026-03-03T10:00:00", "Asia/Kuala_Lumpur")}
    id = graph.told("POST", "/me/events", 201, body)["id"]
    assert graph.read(f"/me/events/{id}")["start"]["dateTime"] == "2026-03-03T01:00:00.0000000"
    berlin = graph.read(f"/me/events/{id}", Prefer='outlook.timezone="W. Europe Standard Time"')
    assert berlin["start"] == {"dateTime": "2026-03-03T02:00:00.0000000", "timeZone": "W. Europe Standard Time"}
    assert (berlin["originalStartTimeZone"], berlin["originalEndTimeZone"]) == (KL, KL)
    unknown = graph.get("/me/events", headers={"Prefer": 'outlook.timezone="Middle Earth"'})
    assert code_of(unknown) == (400, "TimeZoneNotSupportedException")


def test_the_same_transaction_makes_one_event(graph: Graph, calendar: Calendar) -> None:
    body = meeting(transactionId="order-7")
    first, second = (graph.told("POST", "/me/events", 201, body) for _ in range(2))
    assert first["id"] == second["id"]
    assert len(calendar.events) == 1


def test_a_view_needs_a_window_and_keeps_to_it(graph: Graph) -> None:
    graph.told("POST", "/me/events", 201, meeting())
    graph.told("POST", "/me/events", 201, meeting("Later", "2026-04-01T09:00:00", "2026-04-01T10:00:00"))
    assert [one["subject"] for one in graph.values(f"/me/calendarView?{WEEK}")] == ["Planning"]
    assert code_of(graph.get("/me/calendarView")) == (400, "ErrorInvalidParameter")


def test_a_series_shows_its_days_and_lets_one_be_changed_or_left_out(graph: Graph) -> None:
    body = meeting("Stand-up", "2026-03-02T09:00:00", "2026-03-02T09:15:00", **series(type="daily"))
    master = graph.told("POST", "/me/events", 201, body)
    days = graph.values(f"/me/calendarView?{WEEK}&$top=50")
    assert [one["start"]["dateTime"][8:10] for one in days] == ["02", "03", "04", "05", "06", "07", "08"]
    assert {(one["type"], one["seriesMasterId"]) for one in days} == {("occurrence", master["id"])}
    graph.told("PATCH", f"/me/events/{days[1]['id']}", 200, {"subject": "Long stand-up"})
    graph.told("DELETE", f"/me/events/{days[2]['id']}", 204)
    now = graph.values(f"/me/calendarView?{WEEK}&$top=50")
    assert [one["type"] for one in now] == ["occurrence", "exception", *["occurrence"] * 4]
    assert now[1]["subject"] == "Long stand-up"
    assert graph.get(f"/me/events/{days[2]['id']}").status_code == 404


def test_a_series_keeps_its_hour_when_the_clocks_change(graph: Graph) -> None:
    weekly = series(type="weekly", daysOfWeek=["sunday"])
    body = meeting("Call") | weekly
    body |= {"start": at("2026-03-22T09:00:00", "Europe/Berlin"), "end": at("2026-03-22T10:00:00", "Europe/Berlin")}
    body["recurrence"]["range"]["startDate"] = "2026-03-22"
    graph.told("POST", "/me/events", 201, body)
    days = graph.values("/me/calendarView?startDateTime=2026-03-20T00:00:00Z&endDateTime=2026-04-01T00:00:00Z")
    assert [one["start"]["dateTime"] for one in days] == ["2026-03-22T08:00:00.0000000", "2026-03-29T07:00:00.0000000"]


@pytest.mark.parametrize(
    ("pattern", "days"),
    [
        (
            {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "wednesday"]},
            ["03-02", "03-04", "03-16", "03-18", "03-30"],
        ),
        ({"type": "absoluteMonthly", "dayOfMonth": 31}, ["03-31"]),
        ({"type": "relativeMonthly", "daysOfWeek": ["friday"], "index": "last"}, ["03-27"]),
    ],
)
def test_patterns_fall_on_the_right_days(graph: Graph, pattern: Json, days: list[str]) -> None:
    graph.told(
        "POST", "/me/events", 201, meeting("Again", "2026-03-02T09:00:00", "2026-03-02T10:00:00", **series(**pattern))
    )
    window = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z&$top=50"
    assert [one["start"]["dateTime"][5:10] for one in graph.values(f"/me/calendarView?{window}")] == days


def test_a_month_that_is_too_short_takes_its_last_day(graph: Graph) -> None:
    body = meeting(
        "Close", "2026-03-31T09:00:00", "2026-03-31T10:00:00", **series(type="absoluteMonthly", dayOfMonth=31)
    )
    graph.told("POST", "/me/events", 201, body)
    window = "startDateTime=2026-04-01T00:00:00Z&endDateTime=2026-05-01T00:00:00Z"
    assert [one["start"]["dateTime"][:10] for one in graph.values(f"/me/calendarView?{window}")] == ["2026-04-30"]


def test_an_all_day_event_has_no_zone(graph: Graph) -> None:
    body = meeting("Holiday", "2026-03-04T00:00:00", "2026-03-05T00:00:00", isAllDay=True)
    graph.told(
        "POST", "/me/events", 201, body | {"start": at("2026-03-04T00:00:00", KL), "end": at("2026-03-05T00:00:00", KL)}
    )
    shown = graph.values("/me/events", Prefer=f'outlook.timezone="{KL}"')[0]
    assert (shown["start"], shown["isAllDay"]) == (at("2026-03-04T00:00:00.0000000"), True)
    wrong = graph.post("/me/events", json=meeting(isAllDay=True))
    assert code_of(wrong) == (400, "ErrorPropertyValidationFailure")


def test_a_change_with_an_old_tag_is_refused(graph: Graph) -> None:
    made = graph.told("POST", "/me/events", 201, meeting())
    tag = {"If-Match": made["@odata.etag"]}
    graph.told("PATCH", f"/me/events/{made['id']}", 200, {"subject": "Other"}, **tag)
    assert graph.patch(f"/me/events/{made['id']}", json={"subject": "Third"}, headers=tag).status_code == 412


def test_invitations_are_answered_and_ones_own_meetings_are_not(graph: Graph, calendar: Calendar) -> None:
    boss = {"emailAddress": {"name": "Boss", "address": "boss@office.example"}}
    event = calendar.invite(meeting(), boss)
    graph.told("POST", f"/me/events/{event.key}/accept", 202, {"comment": "Gladly", "sendResponse": True})
    assert graph.read(f"/me/events/{event.key}")["responseStatus"]["response"] == "accepted"
    graph.told("POST", f"/me/events/{event.key}/decline", 202, {})
    assert graph.get(f"/me/events/{event.key}").status_code == 404
    own = graph.told("POST", "/me/events", 201, meeting())
    assert code_of(graph.post(f"/me/events/{own['id']}/accept", json={})) == (400, "ErrorInvalidRequest")


def test_an_online_meeting_gets_a_link(graph: Graph) -> None:
    made = graph.told("POST", "/me/events", 201, meeting(isOnlineMeeting=True))
    assert made["onlineMeetingProvider"] == "teamsForBusiness"
    assert made["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/")


def test_free_and_busy_times_of_several_people(microsoft: MicrosoftServer, graph: Graph) -> None:
    graph.told("POST", "/me/events", 201, meeting())
    microsoft.calendar(COLLEAGUE).create(
        meeting(start="2026-03-03T11:00:00", end="2026-03-03T12:00:00", showAs="tentative")
    )
    asked = {
        "schedules": [OWNER, COLLEAGUE, "nobody@office.example"],
        "startTime": at("2026-03-03T08:00:00"), "endTime": at("2026-03-03T12:00:00"), "availabilityViewInterval": 60,
    }  # fmt: skip
    mine, theirs, nobody = graph.told("POST", "/me/calendar/getSchedule", 200, asked)["value"]
    like(mine, "calendar-getschedule.02.response", "value", 0)
    assert (mine["availabilityView"], theirs["availabilityView"]) == ("0200", "0001")
    assert nobody["error"]["responseCode"] == "ErrorMailRecipientNotFound"


def test_the_delta_of_a_view_tells_what_changed(graph: Graph, calendar: Calendar) -> None:
    kept = graph.told("POST", "/me/events", 201, meeting())["id"]
    gone = graph.told("POST", "/me/events", 201, meeting("Gone"))["id"]
    page = graph.read(f"/me/calendarView/delta?{WEEK}")
    assert {one["id"] for one in page["value"]} == {kept, gone}
    graph.told("PATCH", f"/me/events/{kept}", 200, {"subject": "New"})
    graph.told("DELETE", f"/me/events/{gone}", 204)
    told = graph.read(page["@odata.deltaLink"])["value"]
    assert [(one["id"], one.get("subject"), "@removed" in one) for one in told] == [
        (kept, "New", False),
        (gone, None, True),
    ]
    calendar.log.forget()
    assert graph.get(page["@odata.deltaLink"]).status_code == 410
