"""users.threads and users.labels."""

from __future__ import annotations

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.mails import mail


@pytest.fixture
def thread(mailbox: Mailbox) -> str:
    """A conversation of two, beside a mail that is none of it."""
    id = mailbox.deliver(mail("Plan", Message_ID="<plan@x>").as_bytes())
    mailbox.deliver(mail("Re: Plan", References="<plan@x>").as_bytes())
    mailbox.deliver(mail("Other").as_bytes())
    return id


def test_a_conversation_is_one_thread_by_its_references(users: Resource, thread: str) -> None:
    assert len(users.threads().get(userId="me", id=thread).execute()["messages"]) == 2
    assert len(users.threads().list(userId="me").execute()["threads"]) == 2
    found = users.threads().list(userId="me", q="subject:plan").execute()["threads"]
    assert [one["id"] for one in found] == [thread]


def test_a_thread_is_changed_as_a_whole(users: Resource, thread: str) -> None:
    answer = users.threads().modify(userId="me", id=thread, body={"removeLabelIds": ["INBOX"]}).execute()
    assert [one["labelIds"] for one in answer["messages"]] == [["UNREAD"], ["UNREAD"]]
    users.threads().trash(userId="me", id=thread).execute()
    assert len(users.threads().list(userId="me").execute()["threads"]) == 1
    users.threads().untrash(userId="me", id=thread).execute()
    assert len(users.threads().list(userId="me").execute()["threads"]) == 2
    users.threads().delete(userId="me", id=thread).execute()
    with pytest.raises(HttpError) as refused:
        users.threads().get(userId="me", id=thread).execute()
    assert refused.value.status_code == 404


def test_gmails_own_labels_are_there(users: Resource) -> None:
    labels = users.labels().list(userId="me").execute()["labels"]
    assert {"INBOX", "SENT", "TRASH", "CATEGORY_PROMOTIONS"} <= {one["id"] for one in labels}
    assert {one["type"] for one in labels} == {"system"}


def test_a_label_is_made_renamed_and_counted(users: Resource, mailbox: Mailbox) -> None:
    label = users.labels().create(userId="me", body={"name": "Alfred/Read"}).execute()
    users.labels().patch(userId="me", id=label["id"], body={"name": "Alfred/Later"}).execute()
    id = mailbox.deliver(mail().as_bytes())
    users.messages().modify(userId="me", id=id, body={"addLabelIds": [label["id"]]}).execute()
    shown = users.labels().get(userId="me", id=label["id"]).execute()
    assert (shown["name"], shown["messagesTotal"], shown["threadsUnread"]) == ("Alfred/Later", 1, 1)


def test_a_deleted_label_is_taken_off_its_messages(users: Resource, mailbox: Mailbox) -> None:
    label = users.labels().create(userId="me", body={"name": "Read"}).execute()
    id = mailbox.deliver(mail().as_bytes(), labels=("INBOX", label["id"]))
    users.labels().delete(userId="me", id=label["id"]).execute()
    assert mailbox.messages[id].labels == {"INBOX"}


def test_a_name_is_given_once(users: Resource) -> None:
    users.labels().create(userId="me", body={"name": "Read"}).execute()
    with pytest.raises(HttpError) as refused:
        users.labels().create(userId="me", body={"name": "read"}).execute()
    assert (refused.value.status_code, refused.value.reason) == (409, "Label name exists or conflicts")


def test_gmails_own_labels_cannot_be_deleted(users: Resource) -> None:
    with pytest.raises(HttpError) as refused:
        users.labels().delete(userId="me", id="INBOX").execute()
    assert refused.value.status_code == 400
