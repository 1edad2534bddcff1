"""users.history: a cursor over every change."""

from __future__ import annotations

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.checking import Json
from tests.contract.sandbox_google.mails import encoded, mail


def cursor(users: Resource) -> str:
    return str(users.getProfile(userId="me").execute()["historyId"])


def since(users: Resource, start: str, **asked: object) -> Json:
    answer: Json = users.history().list(userId="me", startHistoryId=start, **asked).execute()
    return answer


def kinds(answer: Json) -> list[str]:
    return [key for one in answer.get("history", []) for key in one if key not in ("id", "messages")]


def test_nothing_new_is_told_by_the_current_cursor_alone(users: Resource, mailbox: Mailbox) -> None:
    mailbox.deliver(mail().as_bytes())
    start = cursor(users)
    assert since(users, start) == {"historyId": start}


def test_every_kind_of_change_is_told_in_order(users: Resource, mailbox: Mailbox) -> None:
    start = cursor(users)
    id = mailbox.deliver(mail().as_bytes())
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    users.messages().modify(userId="me", id=id, body=body).execute()
    users.messages().delete(userId="me", id=id).execute()
    answer = since(users, start)
    assert kinds(answer) == ["messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted"]
    added, starred, read, _ = answer["history"]
    assert added["messagesAdded"][0]["message"] == {"id": id, "threadId": id, "labelIds": ["INBOX", "UNREAD"]}
    assert starred["labelsAdded"][0]["labelIds"] == ["STARRED"]
    assert read["labelsRemoved"][0]["labelIds"] == ["UNREAD"]


def test_history_ids_grow_and_are_strings(users: Resource, mailbox: Mailbox) -> None:
    start = cursor(users)
    for _ in range(5):
        mailbox.deliver(mail().as_bytes())
    ids = [one["id"] for one in since(users, start)["history"]]
    assert all(isinstance(id, str) for id in ids)
    assert [int(start), *map(int, ids)] == sorted({int(start), *map(int, ids)})


def test_the_cursor_of_a_message_leads_to_what_came_after_it(users: Resource, mailbox: Mailbox) -> None:
    first = mailbox.deliver(mail().as_bytes())
    second = mailbox.deliver(mail().as_bytes())
    start = users.messages().get(userId="me", id=first, format="minimal").execute()["historyId"]
    assert [one["messages"][0]["id"] for one in since(users, start)["history"]] == [second]


def test_history_comes_in_pages(users: Resource, mailbox: Mailbox) -> None:
    start = cursor(users)
    ids = [mailbox.deliver(mail().as_bytes()) for _ in range(5)]
    request = users.history().list(userId="me", startHistoryId=start, maxResults=2)
    told: list[list[str]] = []
    while request is not None:
        answer = request.execute()
        told.append([one["messages"][0]["id"] for one in answer["history"]])
        request = users.history().list_next(request, answer)
    assert told == [ids[:2], ids[2:4], ids[4:]]


def test_history_is_narrowed_to_kinds_and_to_a_label(users: Resource, mailbox: Mailbox) -> None:
    start = cursor(users)
    inbox = mailbox.deliver(mail().as_bytes())
    mailbox.deliver(mail().as_bytes(), labels=("SPAM",))
    users.messages().trash(userId="me", id=inbox).execute()
    added = since(users, start, historyTypes=["messageAdded"], labelId="INBOX")
    assert [one["messages"][0]["id"] for one in added["history"]] == [inbox]
    assert kinds(since(users, start, historyTypes=["labelAdded", "labelRemoved"])) == ["labelsAdded", "labelsRemoved"]


def test_archiving_is_told_under_the_label_that_was_taken_away(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    start = cursor(users)
    users.messages().modify(userId="me", id=id, body={"removeLabelIds": ["INBOX"]}).execute()
    assert kinds(since(users, start, labelId="INBOX")) == ["labelsRemoved"]


def test_a_change_that_changes_nothing_is_no_history(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    start = cursor(users)
    users.messages().modify(userId="me", id=id, body={"addLabelIds": ["INBOX"]}).execute()
    assert since(users, start) == {"historyId": start}


def test_an_expired_cursor_is_not_found(users: Resource, mailbox: Mailbox) -> None:
    start = cursor(users)
    mailbox.expire_history()
    with pytest.raises(HttpError) as refused:
        since(users, start)
    assert refused.value.status_code == 404
    assert "history" not in since(users, cursor(users))


def test_a_cursor_may_be_made_to_expire_once(google: GoogleServer, users: Resource) -> None:
    google.misbehave("expired_cursor", count=1)
    with pytest.raises(HttpError) as refused:
        since(users, cursor(users))
    assert refused.value.status_code == 404
    assert "historyId" in since(users, cursor(users))


def test_a_cursor_from_the_future_is_not_found(users: Resource) -> None:
    with pytest.raises(HttpError) as refused:
        since(users, str(int(cursor(users)) + 1))
    assert refused.value.status_code == 404


def test_a_draft_that_is_sent_leaves_its_traces(users: Resource) -> None:
    draft = users.drafts().create(userId="me", body={"message": {"raw": encoded(mail(to="b@example.org"))}}).execute()
    start = cursor(users)
    sent = users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    answer = since(users, start)
    assert kinds(answer) == ["messagesAdded", "messagesDeleted"]
    assert answer["history"][0]["messages"][0]["id"] == sent["id"]
    assert answer["history"][1]["messages"][0]["id"] == draft["message"]["id"]
