"""users.drafts: written, rewritten, sent once."""

from __future__ import annotations

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.checking import OWNER, Json
from tests.contract.sandbox_google.mails import decoded, encoded, mail


def create(users: Resource, **content: str) -> Json:
    message = mail(**{"sender": OWNER, "to": "ann@example.org", **content})
    draft: Json = users.drafts().create(userId="me", body={"message": {"raw": encoded(message)}}).execute()
    return draft


def gone(users: Resource, id: str) -> bool:
    with pytest.raises(HttpError) as refused:
        users.drafts().get(userId="me", id=id).execute()
    return bool(refused.value.status_code == 404)


def test_a_draft_is_kept_as_it_was_written(users: Resource) -> None:
    draft = create(users, body="Dear Ann\n")
    kept = users.drafts().get(userId="me", id=draft["id"], format="raw").execute()
    assert decoded(kept["message"]["raw"]).endswith(b"Dear Ann\n")
    assert kept["message"]["labelIds"] == ["DRAFT"]


def test_drafts_are_listed_and_searched(users: Resource) -> None:
    first, second = create(users, subject="Apples"), create(users, subject="Pears")
    listed = users.drafts().list(userId="me").execute()["drafts"]
    assert {one["id"] for one in listed} == {first["id"], second["id"]}
    found = users.drafts().list(userId="me", q="subject:pears").execute()["drafts"]
    assert [one["id"] for one in found] == [second["id"]]


def test_rewriting_keeps_the_draft_and_replaces_its_message(users: Resource) -> None:
    draft = create(users)
    body = {"message": {"raw": encoded(mail(subject="Better", to="ann@example.org"))}}
    rewritten = users.drafts().update(userId="me", id=draft["id"], body=body).execute()
    assert rewritten["id"] == draft["id"]
    assert rewritten["message"]["id"] != draft["message"]["id"]
    assert rewritten["message"]["threadId"] == draft["message"]["threadId"]


def test_a_sent_draft_is_gone_and_its_copy_lies_under_sent(users: Resource, mailbox: Mailbox) -> None:
    draft = create(users, subject="Yes")
    sent = users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert sent["labelIds"] == ["SENT"]
    assert sent["id"] != draft["message"]["id"]
    assert gone(users, draft["id"])
    assert [one.header("Subject") for one in mailbox.sent()] == ["Yes"]


def test_a_draft_cannot_be_sent_twice(users: Resource, mailbox: Mailbox) -> None:
    draft = create(users)
    users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    with pytest.raises(HttpError) as refused:
        users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert refused.value.status_code == 404
    assert len(mailbox.sent()) == 1


def test_the_sent_bytes_are_the_draft_bytes(users: Resource, mailbox: Mailbox) -> None:
    message = mail(sender=OWNER, to="ann@example.org", Date="Mon, 02 Mar 2026 12:00:00 +0000", Message_ID="<m@x>")
    draft = users.drafts().create(userId="me", body={"message": {"raw": encoded(message)}}).execute()
    users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert mailbox.sent()[0].raw == message.as_bytes()


def test_an_answer_stays_in_its_thread_when_sent(users: Resource, mailbox: Mailbox) -> None:
    asked = mailbox.deliver(mail(subject="Plan", Message_ID="<plan@example.org>").as_bytes())
    message = mail(subject="Re: Plan", sender=OWNER, to="ann@example.org", References="<plan@example.org>")
    body = {"message": {"raw": encoded(message), "threadId": asked}}
    draft = users.drafts().create(userId="me", body=body).execute()
    sent = users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert (draft["message"]["threadId"], sent["threadId"]) == (asked, asked)


def test_a_deleted_draft_leaves_nothing_behind(users: Resource, mailbox: Mailbox) -> None:
    draft = create(users)
    users.drafts().delete(userId="me", id=draft["id"]).execute()
    assert gone(users, draft["id"])
    assert dict(mailbox.messages) == {}


def test_a_draft_without_recipient_is_kept_but_not_sent(users: Resource) -> None:
    draft = create(users, to="")
    with pytest.raises(HttpError) as refused:
        users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert refused.value.reason == "Recipient address required"
    assert users.drafts().get(userId="me", id=draft["id"]).execute()["id"] == draft["id"]


def test_a_reset_connection_hides_that_the_draft_was_sent(
    google: GoogleServer, users: Resource, mailbox: Mailbox
) -> None:
    draft = create(users)
    google.misbehave("reset", method="drafts.send", count=1)
    with pytest.raises(ConnectionResetError):
        users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert gone(users, draft["id"])
    assert len(mailbox.sent()) == len(google.record.mutations(method="drafts.send")) == 1


def test_a_dropped_connection_makes_the_client_send_again_and_meet_a_404(
    google: GoogleServer, users: Resource, mailbox: Mailbox
) -> None:
    """httplib2 repeats a request whose connection ended without a word, also one that writes."""
    draft = create(users)
    google.misbehave("lost", method="drafts.send", count=1)
    with pytest.raises(HttpError) as refused:
        users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert refused.value.status_code == 404
    assert len(mailbox.sent()) == 1
