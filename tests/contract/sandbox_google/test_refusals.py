"""What Google refuses: strangers, missing scopes, unknown names, too much per minute."""

from __future__ import annotations

import json

import httplib2
import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from sandbox.google.quota import Quota
from tests.contract.sandbox_google.checking import (
    EVERYTHING,
    METADATA,
    OWNER,
    READ,
    Json,
    connect,
    credentials,
    document,
)
from tests.contract.sandbox_google.mails import mail


@pytest.fixture
def token(google: GoogleServer) -> str:
    signed_in = credentials(google, google.issue_refresh_token(OWNER, [EVERYTHING]), None)
    http = httplib2.Http()
    form = f"grant_type=refresh_token&refresh_token={signed_in.refresh_token}"
    form += f"&client_id={signed_in.client_id}&client_secret={signed_in.client_secret}"
    content = http.request(signed_in.token_uri, "POST", body=form)[1]
    http.close()
    return str(json.loads(content)["access_token"])


def ask(google: GoogleServer, token: str, path: str, verb: str = "GET", body: Json | None = None) -> tuple[int, Json]:
    http = httplib2.Http()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    content = json.dumps(body) if body is not None else None
    answer, text = http.request(f"{google.base_url}/gmail/v1/users/me/{path}", verb, body=content, headers=headers)
    http.close()
    return answer.status, json.loads(text)["error"] if answer.status >= 400 else {}


def test_a_stranger_is_not_let_in(google: GoogleServer) -> None:
    status, error = ask(google, "ya29.stolen", "profile")
    assert (status, error["status"], error["errors"][0]["reason"]) == (401, "UNAUTHENTICATED", "authError")


def test_an_expired_token_is_no_token(google: GoogleServer, token: str) -> None:
    google.sign_in.expire_access_tokens()
    assert ask(google, token, "profile")[0] == 401


@pytest.mark.parametrize(
    ("verb", "path", "body", "message"),
    [
        (
            "GET",
            "messages?colour=red",
            None,
            'Invalid JSON payload received. Unknown name "colour": Cannot bind query parameter. '
            "Field 'colour' could not be found in request message.",
        ),
        ("GET", "messages?maxResults=ten", None, "Invalid value at 'maxResults' (TYPE_UINT32), \"ten\""),
        ("GET", "messages/1a?format=pretty", None, "Invalid value at 'format' (TYPE_ENUM), \"pretty\""),
        (
            "GET",
            "messages?includeSpamTrash=perhaps",
            None,
            "Invalid value at 'includeSpamTrash' (TYPE_BOOL), \"perhaps\"",
        ),
        ("GET", "messages?pageToken=stale", None, "Invalid pageToken"),
        ("GET", "messages?labelIds=NONE", None, "Invalid label: NONE"),
        ("GET", "messages/not-an-id", None, "Invalid id value"),
        ("GET", "history", None, "Missing required parameter: startHistoryId"),
        (
            "POST",
            "messages/1a/modify",
            {"addLabelIds": ["INBOX"], "andMore": 1},
            'Invalid JSON payload received. Unknown name "andMore": Cannot find field.',
        ),
        (
            "POST",
            "drafts",
            {"message": {"raw": "", "subject": "x"}},
            "Invalid JSON payload received. Unknown name \"subject\" at 'message': Cannot find field.",
        ),
        ("POST", "messages/1a/modify", {"addLabelIds": "INBOX"}, None),
        ("POST", "messages/send", {"raw": "***"}, None),
        ("GET", "messages?fields=messages(colour)", None, None),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(
    google: GoogleServer, token: str, verb: str, path: str, body: Json | None, message: str | None
) -> None:
    status, error = ask(google, token, path, verb, body)
    assert (status, error["status"]) == (400, "INVALID_ARGUMENT")
    assert message in (None, error["message"])


def test_another_owners_mailbox_is_denied(google: GoogleServer, users: Resource) -> None:
    google.mailbox("second@example.com")
    with pytest.raises(HttpError) as refused:
        users.getProfile(userId="second@example.com").execute()
    assert (refused.value.status_code, refused.value.reason) == (403, "Delegation denied for second@example.com")
    assert users.getProfile(userId=OWNER).execute()["emailAddress"] == OWNER


def every_method() -> list[Json]:
    users = document()["resources"]["users"]
    names = ("messages", "drafts", "threads", "labels", "history")
    return [method for name in names for method in users["resources"][name]["methods"].values()]


@pytest.mark.parametrize("method", every_method(), ids=lambda method: method["id"])
def test_each_method_asks_for_the_scopes_of_its_document(google: GoogleServer, method: Json) -> None:
    signed_in = credentials(google, google.issue_refresh_token(OWNER, [READ]), [READ])
    http = httplib2.Http()
    form = f"grant_type=refresh_token&refresh_token={signed_in.refresh_token}"
    form += f"&client_id={signed_in.client_id}&client_secret={signed_in.client_secret}"
    token = json.loads(http.request(signed_in.token_uri, "POST", body=form)[1])["access_token"]
    http.close()
    path = method["path"].removeprefix("gmail/v1/users/{userId}/").replace("{id}", "1a")
    status, error = ask(google, token, path, method["httpMethod"], {} if method["httpMethod"] != "GET" else None)
    refused = status == 403 and error["errors"][0]["reason"] == "insufficientPermissions"
    assert refused == (READ not in method["scopes"])


def test_the_metadata_scope_sees_headers_alone(google: GoogleServer, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    with connect(google, [METADATA]) as gmail:
        messages = gmail.users().messages()
        assert messages.get(userId="me", id=id, format="metadata").execute()["payload"]["headers"]
        for request in (messages.list(userId="me", q="lunch"), messages.get(userId="me", id=id, format="raw")):
            with pytest.raises(HttpError) as refused:
                request.execute()
            assert refused.value.status_code == 403


def test_more_units_than_a_minute_holds_are_refused(google: GoogleServer, users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    google.quota.limit = 45
    get = users.messages().get(userId="me", id=id, format="minimal")
    get.execute()
    get.execute()
    with pytest.raises(HttpError) as refused:
        get.execute()
    error = json.loads(refused.value.content)["error"]
    assert (error["code"], error["errors"][0]["reason"]) == (403, "rateLimitExceeded")
    assert users.messages().list(userId="me").execute()["messages"]


def test_units_come_back_after_a_minute() -> None:
    now = 0.0
    quota = Quota(100, clock=lambda: now)
    assert [quota.spend("a", "gmail.users.messages.send"), quota.spend("a", "gmail.users.getProfile")] == [True, False]
    assert quota.spend("b", "gmail.users.messages.send")
    now = 60.0
    assert quota.spend("a", "gmail.users.messages.send")


def test_an_unknown_path_is_not_found(google: GoogleServer) -> None:
    http = httplib2.Http()
    assert http.request(f"{google.base_url}/gmail/v2/users/me/profile")[0].status == 404
    http.close()
