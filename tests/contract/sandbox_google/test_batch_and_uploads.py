"""Several calls in one request, and mails that are uploaded beside the JSON."""

from __future__ import annotations

import io

import httplib2
import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.checking import EVERYTHING, Json, connect
from tests.contract.sandbox_google.mails import mail

RAW = (
    b"From: morgan@example.com\r\nTo: ann@example.org\r\nSubject: Big\r\nDate: x\r\nMessage-ID: <b@x>\r\n\r\n"
    b"--bytes\r\n\r\n"
)


def media(content: bytes = RAW, *, resumable: bool, chunk: int = -1) -> MediaIoBaseUpload:
    return MediaIoBaseUpload(io.BytesIO(content), "message/rfc822", chunksize=chunk, resumable=resumable)


def test_a_batch_answers_each_call_by_itself(google: GoogleServer, mailbox: Mailbox) -> None:
    ids = [mailbox.deliver(mail(str(at)).as_bytes()) for at in range(3)]
    answers: dict[str, Json | HttpError] = {}
    with connect(google, [EVERYTHING]) as gmail:
        messages = gmail.users().messages()
        batch = gmail.new_batch_http_request(callback=lambda id, answer, error: answers.update({id: error or answer}))
        for id in ids:
            batch.add(messages.get(userId="me", id=id, format="metadata"), request_id=id)
        batch.add(messages.modify(userId="me", id=ids[0], body={"addLabelIds": ["STARRED"]}), request_id="star")
        batch.add(messages.get(userId="me", id="ffff"), request_id="missing")
        batch.execute()
    assert [answers[id]["id"] for id in ids] == ids  # type: ignore[index]
    assert "STARRED" in answers["star"]["labelIds"]  # type: ignore[index]
    assert answers["missing"].status_code == 404  # type: ignore[union-attr]


def test_each_call_of_a_batch_costs_its_units(google: GoogleServer, mailbox: Mailbox) -> None:
    ids = [mailbox.deliver(mail().as_bytes()) for _ in range(4)]
    google.quota.limit = 60
    errors: list[HttpError | None] = []
    with connect(google, [EVERYTHING]) as gmail:
        batch = gmail.new_batch_http_request(callback=lambda id, answer, error: errors.append(error))
        for id in ids:
            batch.add(gmail.users().messages().get(userId="me", id=id))
        batch.execute()
    assert [error and error.status_code for error in errors] == [None, None, None, 403]


def test_a_batch_of_more_than_a_hundred_is_refused(google: GoogleServer) -> None:
    with connect(google, [EVERYTHING]) as gmail:
        batch = gmail.new_batch_http_request()
        for _ in range(101):
            batch.add(gmail.users().getProfile(userId="me"))
        with pytest.raises(HttpError) as refused:
            batch.execute()
    assert refused.value.status_code == 400


def test_the_named_batch_path_is_served_too(google: GoogleServer) -> None:
    answers: list[Json] = []
    with connect(google, [EVERYTHING]) as gmail:
        batch = gmail.new_batch_http_request(callback=lambda id, answer, error: answers.append(answer))
        batch._batch_uri = f"{google.base_url}/batch/gmail/v1"
        batch.add(gmail.users().getProfile(userId="me"))
        batch.execute()
    assert answers[0]["messagesTotal"] == 0


@pytest.mark.parametrize("resumable", [False, True])
def test_an_uploaded_mail_is_sent_byte_for_byte(users: Resource, mailbox: Mailbox, resumable: bool) -> None:
    sent = users.messages().send(userId="me", body={}, media_body=media(resumable=resumable)).execute()
    assert mailbox.messages[sent["id"]].raw == RAW


def test_an_upload_carries_its_json_along(users: Resource, mailbox: Mailbox) -> None:
    asked = mailbox.deliver(mail("Plan", Message_ID="<plan@x>").as_bytes())
    content = b"To: ann@example.org\r\nSubject: Re: Plan\r\nReferences: <plan@x>\r\n\r\nYes\r\n"
    for resumable in (False, True):
        sent = users.messages().send(
            userId="me", body={"threadId": asked}, media_body=media(content, resumable=resumable)
        )
        assert sent.execute()["threadId"] == asked


def test_a_large_mail_goes_up_in_pieces(users: Resource, mailbox: Mailbox) -> None:
    content = RAW + b"x" * 1_000_000
    upload = media(content, resumable=True, chunk=256 * 1024)
    request = users.messages().insert(userId="me", body={"labelIds": ["INBOX"]}, media_body=upload)
    done, steps = None, 0
    while done is None:
        _, done = request.next_chunk()
        steps += 1
    assert steps == 4
    assert mailbox.messages[done["id"]].raw == content


def test_a_draft_is_uploaded_and_rewritten(users: Resource, mailbox: Mailbox) -> None:
    draft = users.drafts().create(userId="me", body={}, media_body=media(resumable=False)).execute()
    better = RAW.replace(b"Big", b"Better")
    users.drafts().update(userId="me", id=draft["id"], body={}, media_body=media(better, resumable=True)).execute()
    assert [one.raw for one in mailbox.messages.values()] == [better]


def test_only_mails_may_be_uploaded(google: GoogleServer, users: Resource) -> None:
    picture = MediaIoBaseUpload(io.BytesIO(b"GIF89a"), "message/rfc822")
    request = users.messages().send(userId="me", body={}, media_body=picture)
    request.body = request.body.replace(b"message/rfc822", b"image/x-portab")
    with pytest.raises(HttpError) as refused:
        request.execute()
    assert refused.value.status_code == 400
    assert "image/x-portab" in refused.value.reason


def test_an_unknown_upload_is_not_found(google: GoogleServer) -> None:
    http = httplib2.Http()
    url = f"{google.base_url}/resumable/upload/gmail/v1/users/me/messages/send?uploadType=resumable&upload_id=none"
    assert http.request(url, "PUT", body=b"x")[0].status == 404
    http.close()
