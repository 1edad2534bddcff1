"""Answers held against the vendor's published samples, one by one, where those lie beside the repository."""

from __future__ import annotations

import pytest

from sandbox.microsoft.calendar.store import Calendar
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.sandbox_microsoft.asking import OWNER, Graph, Json, mail
from tests.contract.sandbox_microsoft.checking import like

LETTER = {
    "subject": "Hello",
    "body": {"contentType": "text", "content": "How are you?"},
    "toRecipients": [{"emailAddress": {"address": "bob@else.example", "name": "Bob"}}],
}
WEEK = "startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-03-09T00:00:00Z"


def at(moment: str) -> Json:
    return {"dateTime": moment, "timeZone": "UTC"}


def stand_up() -> Json:
    pattern = {"type": "daily", "interval": 1}
    extent = {"type": "noEnd", "startDate": "2026-03-02"}
    return {
        "subject": "Stand-up",
        "body": {"contentType": "html", "content": "<p>As ever</p>"},
        "start": at("2026-03-02T09:00:00"),
        "end": at("2026-03-02T09:15:00"),
        "recurrence": {"pattern": pattern, "range": extent},
        "attendees": [{"type": "required", "emailAddress": {"address": OWNER, "name": "Morgan"}}],
        "location": {"displayName": "Room 4"},
    }


@pytest.fixture
def series(graph: Graph, calendar: Calendar) -> str:
    return str(graph.told("POST", "/me/events", 201, stand_up())["id"])


@pytest.fixture
def letter(mailbox: Mailbox) -> str:
    return mailbox.deliver(mail())


@pytest.mark.parametrize("number", ["02", "03"])
def test_an_event_that_is_read(graph: Graph, series: str, number: str) -> None:
    like(graph.read(f"/me/events/{series}"), f"event-get.{number}.response")


def test_an_event_that_is_changed(graph: Graph, series: str) -> None:
    changed = graph.told("PATCH", f"/me/events/{series}", 200, {"reminderMinutesBeforeStart": 99})
    like(changed, "event-update.02.response")


@pytest.mark.parametrize("sample", ["event-delta.01.response", "delta-query-events.00.response"])
def test_what_a_calendars_delta_tells(graph: Graph, series: str, sample: str) -> None:
    told = graph.read(f"/me/calendarView/delta?{WEEK}")["value"]
    assert told[0]["id"] == series
    like(told[0], sample, "value", 0)


@pytest.mark.parametrize("number", [0, 1])
def test_the_days_of_a_series(graph: Graph, series: str, number: int) -> None:
    days = graph.values(f"/me/events/{series}/instances?{WEEK}")
    graph.told("PATCH", f"/me/events/{days[0]['id']}", 200, {"subject": "Long stand-up"})
    like(
        graph.values(f"/me/events/{series}/instances?{WEEK}")[number],
        "event-list-instances.01.response",
        "value",
        number,
    )


@pytest.mark.parametrize(
    ("path", "sample"),
    [
        (f"/me/calendarView?{WEEK}", "user-list-calendarview.03.response"),
        (f"/me/calendarView?{WEEK}", "calendar-list-calendarview.03.response"),
        ("/me/events", "user-list-events.02.response"),
        ("/me/events", "calendar-list-events.00.response"),
        ("/me/messages", "user-list-messages.02.response"),
        ("/me/mailFolders/inbox/messages", "mailfolder-list-messages.01.response"),
        ("/me/mailFolders/inbox/messages/delta", "message-delta.01.response"),
        ("/me/mailFolders", "user-list-mailfolders.02.response"),
        ("/me/mailFolders/inbox/childFolders", "mailfolder-list-childfolders.02.response"),
    ],
)
def test_what_a_listing_tells(graph: Graph, mailbox: Mailbox, series: str, letter: str, path: str, sample: str) -> None:
    mailbox.create_folder("Clients", "inbox")
    like(graph.read(path)["value"][0], sample, "value", 0)


@pytest.mark.parametrize("verb", ["createReply", "createReplyAll", "createForward"])
@pytest.mark.parametrize("number", ["02", "04"])
def test_a_draft_that_answers(graph: Graph, letter: str, verb: str, number: str) -> None:
    draft = graph.told("POST", f"/me/messages/{letter}/{verb}", 201, {"comment": "Gladly."})
    like(draft, f"message-{verb.lower()}.{number}.response")


@pytest.mark.parametrize(
    ("asked", "sample"),
    [
        ("", "message-get.02.response"),
        ("?$select=internetMessageHeaders", "message-get.03.response"),
        ("?$select=subject,body,bodyPreview,uniqueBody", "message-get.04.response"),
    ],
)
def test_a_message_that_is_read(graph: Graph, letter: str, asked: str, sample: str) -> None:
    like(graph.read(f"/me/messages/{letter}{asked}"), sample)


def test_a_message_that_is_changed(graph: Graph, letter: str) -> None:
    like(graph.told("PATCH", f"/me/messages/{letter}", 200, {"isRead": True}), "message-update.02.response")


@pytest.mark.parametrize("number", ["02", "04", "06"])
def test_a_message_that_is_written(graph: Graph, number: str) -> None:
    like(graph.told("POST", "/me/messages", 201, LETTER), f"user-post-messages.{number}.response")


def test_a_folder_that_is_read(graph: Graph) -> None:
    like(graph.read("/me/mailFolders/inbox"), "mailfolder-get.01.response")


def test_a_folder_that_is_made(graph: Graph) -> None:
    made = graph.told("POST", "/me/mailFolders", 201, {"displayName": "Receipts"})
    like(made, "user-post-mailfolders.02.response")
    child = graph.told("POST", f"/me/mailFolders/{made['id']}/childFolders", 201, {"displayName": "Hotels"})
    like(child, "mailfolder-post-childfolders.02.response")
