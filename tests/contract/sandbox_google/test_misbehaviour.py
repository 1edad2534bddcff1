"""Bad days on demand."""

from __future__ import annotations

import http.client
import json
import time
import urllib.request

import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.checking import EVERYTHING, OWNER, connect
from tests.contract.sandbox_google.mails import mail


def status_of(request: object) -> int:
    try:
        request.execute()  # type: ignore[attr-defined]
    except HttpError as error:
        return int(error.status_code)
    return 200


def test_a_fault_strikes_the_named_method_so_many_times(google: GoogleServer, users: Resource) -> None:
    fault = google.misbehave("status", status=503, method="messages.list", count=2, after=1)
    profile, listing = users.getProfile(userId="me"), users.messages().list(userId="me")
    assert [status_of(listing) for _ in range(4)] == [200, 503, 503, 200]
    assert status_of(profile) == 200
    assert (fault.seen, fault.hits) == (3, 2)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "forbidden"), (404, "notFound"), (429, "rateLimitExceeded"), (500, "backendError"), (503, "backendError")],
)
def test_each_status_comes_in_googles_words(google: GoogleServer, users: Resource, status: int, reason: str) -> None:
    google.misbehave("status", status=status, retry_after=7)
    with pytest.raises(HttpError) as refused:
        users.getProfile(userId="me").execute()
    assert (refused.value.status_code, refused.value.error_details[0]["reason"]) == (status, reason)
    assert refused.value.resp["retry-after"] == "7"


def test_a_lasting_401_makes_the_client_refresh_and_give_up(google: GoogleServer, users: Resource) -> None:
    fault = google.misbehave("status", status=401)
    assert status_of(users.getProfile(userId="me")) == 401
    assert fault.hits > 1


def test_a_bad_token_endpoint_fails_the_refresh(google: GoogleServer, users: Resource) -> None:
    google.sign_in.expire_access_tokens()
    google.misbehave("status", status=403, method="oauth.token")
    with pytest.raises(RefreshError):
        users.getProfile(userId="me").execute()


def test_a_body_can_be_cut_off(google: GoogleServer, users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    google.misbehave("cut", method="messages.get", count=1)
    with pytest.raises(http.client.IncompleteRead):
        users.messages().get(userId="me", id=id).execute()
    assert users.messages().get(userId="me", id=id).execute()["id"] == id


def test_an_answer_can_be_late_though_the_work_is_done(google: GoogleServer, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    google.misbehave("latency", seconds=30, method="messages.trash", count=1)
    with connect(google, [EVERYTHING]) as gmail:
        gmail._http.http.close()
        gmail._http.http.timeout = 0.3
        with pytest.raises(TimeoutError):
            gmail.users().messages().trash(userId="me", id=id).execute()
    assert "TRASH" in mailbox.messages[id].labels


def test_latency_delays_the_answer(google: GoogleServer, users: Resource) -> None:
    users.getProfile(userId="me").execute()
    google.misbehave("latency", seconds=0.2, count=1)
    begun = time.monotonic()
    users.getProfile(userId="me").execute()
    assert time.monotonic() - begun >= 0.2


def test_a_probability_with_a_seed_gives_the_same_bad_luck_twice(google: GoogleServer, users: Resource) -> None:
    runs = []
    for _ in range(2):
        google.misbehave("status", status=500, probability=0.5, seed=7)
        runs.append([status_of(users.getProfile(userId="me")) for _ in range(12)])
        google.behave()
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


def test_a_fault_may_concern_one_account(google: GoogleServer, users: Resource) -> None:
    google.misbehave("status", status=500, account="second@example.com")
    google.mailbox("second@example.com")
    with connect(google, [EVERYTHING], "second@example.com") as second:
        assert status_of(second.users().getProfile(userId="me")) == 500
    assert status_of(users.getProfile(userId="me")) == 200


def test_a_refused_call_does_nothing_and_is_not_recorded(
    google: GoogleServer, users: Resource, mailbox: Mailbox
) -> None:
    id = mailbox.deliver(mail().as_bytes())
    google.misbehave("status", status=500, method="messages.trash")
    assert status_of(users.messages().trash(userId="me", id=id)) == 500
    assert (mailbox.messages[id].labels, len(google.record)) == ({"INBOX", "UNREAD"}, 0)


def test_a_lost_answer_in_a_batch_loses_the_whole_batch(google: GoogleServer, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    google.misbehave("reset", method="messages.modify", count=1)
    with connect(google, [EVERYTHING]) as gmail:
        batch = gmail.new_batch_http_request()
        batch.add(gmail.users().messages().modify(userId="me", id=id, body={"addLabelIds": ["STARRED"]}))
        with pytest.raises(ConnectionResetError):
            batch.execute()
    assert "STARRED" in mailbox.messages[id].labels


def test_another_process_orders_faults_over_http(google: GoogleServer, users: Resource) -> None:
    assert send(google, "misbehave", {"kind": "status", "status": 503, "method": "getProfile"})["hits"] == 0
    assert status_of(users.getProfile(userId="me")) == 503
    assert send(google, "misbehave")["faults"][0]["hits"] == 1
    send(google, "misbehave", verb="DELETE")
    assert status_of(users.getProfile(userId="me")) == 200


def test_an_order_that_makes_no_sense_is_refused(google: GoogleServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        send(google, "misbehave", {"kind": "status", "colour": "red"})
    with refused.value as answer:
        assert (answer.code, b"colour" in answer.read()) == (400, True)


def test_another_process_delivers_mail_and_ages_cursors(google: GoogleServer, users: Resource) -> None:
    start = users.getProfile(userId="me").execute()["historyId"]
    mail_in = {"raw": "U3ViamVjdDogaGkKCmhlbGxv", "labels": ["INBOX"], "received": "2026-03-02T12:00:00+00:00"}
    id = send(google, f"accounts/{OWNER}/messages", mail_in)["id"]
    assert users.messages().get(userId="me", id=id, format="minimal").execute()["labelIds"] == ["INBOX"]
    send(google, f"accounts/{OWNER}/expire-history", {})
    assert status_of(users.history().list(userId="me", startHistoryId=start)) == 404


def test_another_process_changes_the_settings(google: GoogleServer, users: Resource) -> None:
    assert send(google, "settings", {"quota": 0, "refuses": True}, "PATCH")["refuses"] is True
    assert status_of(users.getProfile(userId="me")) == 403
    send(google, "settings", {"quota": None}, "PATCH")
    assert status_of(users.getProfile(userId="me")) == 200


def send(google: GoogleServer, path: str, body: object = None, verb: str | None = None) -> dict[str, object]:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{google.base_url}/_sandbox/{path}", content, method=verb)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, object] = json.loads(answer.read())
    return found
