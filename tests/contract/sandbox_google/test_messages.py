"""users.messages: reading, labelling, throwing away, putting in."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.checking import OWNER
from tests.contract.sandbox_google.mails import decoded, encoded, mail, with_attachment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def get(users: Resource, id: str, form: str = "full", **rest: object) -> dict[str, object]:
    found: dict[str, object] = users.messages().get(userId="me", id=id, format=form, **rest).execute()
    return found


def listed(users: Resource, **asked: object) -> list[str]:
    return [one["id"] for one in users.messages().list(userId="me", **asked).execute().get("messages", [])]


def test_a_raw_message_comes_back_byte_for_byte(users: Resource, mailbox: Mailbox) -> None:
    raw = b"From: a@example.org\r\nSubject: caf\xe9\r\n\r\n\x00\xff odd \r\n"
    id = mailbox.deliver(raw, received=NOON)
    shown = get(users, id, "raw")
    assert decoded(str(shown["raw"])) == raw
    assert shown["internalDate"] == str(int(NOON.timestamp() * 1000))
    assert shown["labelIds"] == ["INBOX", "UNREAD"]


def test_a_full_message_is_a_tree_of_parts(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(with_attachment(subject="Grüße", body="See enclosed.\n").as_bytes())
    payload = users.messages().get(userId="me", id=id).execute()["payload"]
    text, attached = payload["parts"]
    assert payload["mimeType"] == "multipart/mixed"
    assert {"name": "Subject", "value": "Grüße"} in payload["headers"]
    assert decoded(text["body"]["data"]) == b"See enclosed.\n"
    assert (attached["filename"], attached["body"]["size"]) == ("offer.pdf", len(b"%PDF-1.4 offer"))


def test_an_attachment_is_fetched_by_the_id_of_its_part(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(with_attachment(content=b"\x00\x01binary").as_bytes())
    part = users.messages().get(userId="me", id=id).execute()["payload"]["parts"][1]
    body = users.messages().attachments().get(userId="me", messageId=id, id=part["body"]["attachmentId"]).execute()
    assert decoded(body["data"]) == b"\x00\x01binary"


def test_attachment_ids_change_with_every_reading(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(with_attachment().as_bytes())
    ids = {
        users.messages().get(userId="me", id=id).execute()["payload"]["parts"][1]["body"]["attachmentId"]
        for _ in range(2)
    }
    assert len(ids) == 2


def test_metadata_shows_only_the_asked_headers(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail(subject="Lunch").as_bytes())
    payload = get(users, id, "metadata", metadataHeaders=["subject"])["payload"]
    assert payload == {"mimeType": "text/plain", "headers": [{"name": "Subject", "value": "Lunch"}]}


def test_minimal_has_neither_raw_nor_payload(users: Resource, mailbox: Mailbox) -> None:
    shown = get(users, mailbox.deliver(mail(body="Fish & chips").as_bytes()), "minimal")
    assert shown.keys() & {"raw", "payload"} == set()
    assert shown["snippet"] == "Fish &amp; chips"


def test_fields_select_a_part_of_the_answer(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail(subject="Lunch").as_bytes())
    shown = get(users, id, fields="id,payload(mimeType,headers/name)")
    assert shown.keys() == {"id", "payload"}
    assert shown["payload"]["headers"][0] == {"name": "From"}  # type: ignore[index]


def test_pages_go_through_the_mailbox_newest_first(users: Resource, mailbox: Mailbox) -> None:
    ids = [mailbox.deliver(mail().as_bytes(), received=NOON + timedelta(minutes=at)) for at in range(5)]
    request = users.messages().list(userId="me", maxResults=2)
    pages = []
    while request is not None:
        answer = request.execute()
        pages.append([one["id"] for one in answer["messages"]])
        request = users.messages().list_next(request, answer)
    newest_first = ids[::-1]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]


def test_new_mail_between_two_pages_shifts_nothing(users: Resource, mailbox: Mailbox) -> None:
    ids = [mailbox.deliver(mail().as_bytes(), received=NOON + timedelta(minutes=at)) for at in range(4)]
    first = users.messages().list(userId="me", maxResults=2)
    answer = first.execute()
    mailbox.deliver(mail().as_bytes(), received=NOON + timedelta(days=1))
    second = users.messages().list_next(first, answer).execute()
    assert [one["id"] for one in second["messages"]] == [ids[1], ids[0]]


def test_an_empty_list_has_no_messages_at_all(users: Resource) -> None:
    assert users.messages().list(userId="me").execute() == {"resultSizeEstimate": 0}


def test_archiving_takes_away_the_inbox_label(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    answer = users.messages().modify(userId="me", id=id, body={"removeLabelIds": ["INBOX"]}).execute()
    assert answer == {"id": id, "threadId": id, "labelIds": ["UNREAD"]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "No label add or removes specified"),
        ({"addLabelIds": ["NOWHERE"]}, "Invalid label: NOWHERE"),
        ({"addLabelIds": ["SENT"]}, "Invalid label: SENT"),
        ({"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]}, "Cannot both add and remove the same label"),
    ],
)
def test_impossible_label_changes_are_refused(
    users: Resource, mailbox: Mailbox, body: dict[str, list[str]], message: str
) -> None:
    id = mailbox.deliver(mail().as_bytes())
    with pytest.raises(HttpError) as refused:
        users.messages().modify(userId="me", id=id, body=body).execute()
    assert (refused.value.status_code, refused.value.reason) == (400, message)


def test_the_trash_is_left_out_of_lists_and_can_be_left_again(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    assert users.messages().trash(userId="me", id=id).execute()["labelIds"] == ["TRASH", "UNREAD"]
    assert listed(users) == []
    assert listed(users, includeSpamTrash=True) == listed(users, labelIds=["TRASH"]) == [id]
    assert users.messages().untrash(userId="me", id=id).execute()["labelIds"] == ["UNREAD"]


def test_a_deleted_message_is_gone(users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    users.messages().delete(userId="me", id=id).execute()
    with pytest.raises(HttpError) as refused:
        get(users, id)
    assert (refused.value.status_code, refused.value.reason) == (404, "Requested entity was not found.")


def test_many_are_changed_at_once(users: Resource, mailbox: Mailbox) -> None:
    ids = [mailbox.deliver(mail().as_bytes()) for _ in range(3)]
    users.messages().batchModify(userId="me", body={"ids": ids[:2], "addLabelIds": ["STARRED"]}).execute()
    assert set(listed(users, labelIds=["STARRED"])) == set(ids[:2])
    users.messages().batchDelete(userId="me", body={"ids": ids[:2]}).execute()
    assert listed(users) == [ids[2]]


def test_an_inserted_message_lies_where_it_is_put_and_is_sent_to_nobody(users: Resource, mailbox: Mailbox) -> None:
    raw = encoded(mail(Date="Mon, 02 Mar 2026 13:00:00 +0100"))
    body = {"raw": raw, "labelIds": ["STARRED"]}
    id = users.messages().insert(userId="me", body=body, internalDateSource="dateHeader").execute()["id"]
    shown = get(users, id, "minimal")
    assert (shown["labelIds"], shown["internalDate"]) == (["STARRED"], str(int(NOON.timestamp() * 1000)))
    assert mailbox.sent() == ()


def test_sending_puts_a_copy_under_sent_and_delivers_at_home(users: Resource, google: object) -> None:
    friend = google.mailbox("friend@example.com")  # type: ignore[attr-defined]
    message = mail(sender=OWNER, to="Friend <friend@example.com>", Bcc="hidden@example.com")
    sent = users.messages().send(userId="me", body={"raw": encoded(message)}).execute()
    assert sent["labelIds"] == ["SENT"]
    (arrived,) = friend.messages.values()
    assert (arrived.labels, arrived.header("Bcc")) == ({"INBOX", "UNREAD"}, "")
    assert b"hidden@example.com" in decoded(str(get(users, sent["id"], "raw")["raw"]))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
        ({"raw": encoded(mail(to=""))}, "Recipient address required"),
        ({"raw": encoded(mail(to="nobody"))}, "Invalid To header"),
    ],
)
def test_a_mail_that_cannot_be_sent_is_refused(users: Resource, body: dict[str, str], message: str) -> None:
    with pytest.raises(HttpError) as refused:
        users.messages().send(userId="me", body=body).execute()
    assert (refused.value.status_code, refused.value.reason) == (400, message)


def test_an_answer_joins_the_thread_that_it_names_and_refers_to(users: Resource, mailbox: Mailbox) -> None:
    asked = mailbox.deliver(mail(subject="Plan", Message_ID="<plan@example.org>").as_bytes())
    answer = mail(subject="Re: Plan", sender=OWNER, to="ann@example.org", In_Reply_To="<plan@example.org>")
    body = {"raw": encoded(answer), "threadId": asked}
    assert users.messages().send(userId="me", body=body).execute()["threadId"] == asked


def test_another_subject_begins_another_thread(users: Resource, mailbox: Mailbox) -> None:
    asked = mailbox.deliver(mail(subject="Plan", Message_ID="<plan@example.org>").as_bytes())
    answer = mail(subject="Something else", to="ann@example.org", In_Reply_To="<plan@example.org>")
    body = {"raw": encoded(answer), "threadId": asked}
    assert users.messages().send(userId="me", body=body).execute()["threadId"] != asked


def test_an_unknown_thread_is_not_found(users: Resource) -> None:
    with pytest.raises(HttpError) as refused:
        users.messages().send(userId="me", body={"raw": encoded(mail()), "threadId": "ffff"}).execute()
    assert refused.value.status_code == 404


def test_mail_may_arrive_while_the_mailbox_is_read(users: Resource, mailbox: Mailbox) -> None:
    old = [mailbox.deliver(mail().as_bytes(), received=NOON + timedelta(seconds=at)) for at in range(50)]
    arriving = threading.Thread(target=lambda: [mailbox.deliver(mail().as_bytes()) for _ in range(2000)])
    arriving.start()
    seen = [len(listed(users, q="before:2026/03/04")) for _ in range(20)]
    arriving.join()
    assert seen == [len(old)] * 20
