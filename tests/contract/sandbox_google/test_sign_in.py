"""Google's own sign-in libraries against the make-believe Google."""

from __future__ import annotations

import threading
import urllib.request
import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from google.auth import jwt
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google_auth_oauthlib.flow import InstalledAppFlow
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError
from oauthlib.oauth2 import OAuth2Error

from sandbox.google import GoogleServer
from tests.contract.sandbox_google.checking import MODIFY, OWNER, READ, credentials, service


class LoopbackBrowser:
    """A browser whose owner follows every link at once."""

    def __init__(self) -> None:
        self.visits: list[threading.Thread] = []

    def open(self, url: str, *_: object, **__: object) -> bool:
        visit = threading.Thread(target=lambda: urllib.request.urlopen(url).close())
        self.visits.append(visit)
        visit.start()
        return True


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    loopback = LoopbackBrowser()
    webbrowser.register("loopback", None, loopback)
    yield "loopback"
    for visit in loopback.visits:
        visit.join()


@pytest.fixture
def by_hand(google: GoogleServer, monkeypatch: pytest.MonkeyPatch) -> InstalledAppFlow:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    return flow(google, [READ])


def flow(google: GoogleServer, scopes: list[str]) -> InstalledAppFlow:
    made = InstalledAppFlow.from_client_config(google.client_config(), scopes, autogenerate_code_verifier=True)
    made.redirect_uri = "http://127.0.0.1:1/"
    return made


def redirected(url: str) -> str:
    """Where the consent page leads, without going there."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(url)
    except urllib.error.HTTPError as answer:
        with answer:
            return str(answer.headers["location"])
    raise AssertionError("the consent page did not redirect")


def sign_in(made: InstalledAppFlow, **asked: str) -> None:
    url, _ = made.authorization_url(access_type="offline", **asked)
    made.fetch_token(code=parse_qs(urlsplit(redirected(url)).query)["code"][0])


def profile(gmail: Resource) -> str:
    with gmail:
        return str(gmail.users().getProfile(userId="me").execute()["emailAddress"])


def test_the_installed_app_flow_signs_the_owner_in(google: GoogleServer, browser: str) -> None:
    made = InstalledAppFlow.from_client_config(google.client_config(), [READ], autogenerate_code_verifier=True)
    signed_in = made.run_local_server(
        host="127.0.0.1", port=0, browser=browser, timeout_seconds=10, authorization_prompt_message=""
    )
    assert profile(service(google, signed_in)) == OWNER


def test_a_login_hint_chooses_among_several_accounts(google: GoogleServer, by_hand: InstalledAppFlow) -> None:
    google.mailbox("second@example.com")
    sign_in(by_hand, login_hint="second@example.com")
    assert profile(service(google, by_hand.credentials)) == "second@example.com"


def test_an_owner_who_refuses_sends_access_denied(google: GoogleServer, by_hand: InstalledAppFlow) -> None:
    google.sign_in.refuses = True
    answer = parse_qs(urlsplit(redirected(by_hand.authorization_url(state="s1")[0])).query)
    assert answer == {"error": ["access_denied"], "state": ["s1"]}


def test_a_wrong_code_verifier_is_refused(by_hand: InstalledAppFlow) -> None:
    url, _ = by_hand.authorization_url()
    code = parse_qs(urlsplit(redirected(url)).query)["code"][0]
    by_hand.code_verifier = "x" * 64
    with pytest.raises(OAuth2Error, match="Invalid code verifier"):
        by_hand.fetch_token(code=code)


def test_a_code_is_good_for_one_exchange(by_hand: InstalledAppFlow) -> None:
    url, _ = by_hand.authorization_url()
    code = parse_qs(urlsplit(redirected(url)).query)["code"][0]
    by_hand.fetch_token(code=code)
    with pytest.raises(OAuth2Error, match="invalid_grant"):
        by_hand.fetch_token(code=code)


def test_only_the_asked_scopes_are_granted(google: GoogleServer, by_hand: InstalledAppFlow) -> None:
    sign_in(by_hand)
    with service(google, by_hand.credentials) as gmail, pytest.raises(HttpError) as refused:
        gmail.users().messages().trash(userId="me", id="1a").execute()
    assert refused.value.status_code == 403
    assert refused.value.error_details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_incremental_consent_adds_to_what_was_granted(
    google: GoogleServer, by_hand: InstalledAppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    sign_in(by_hand)
    more = flow(google, [MODIFY])
    sign_in(more, include_granted_scopes="true")
    assert set(more.credentials.granted_scopes) == {READ, MODIFY}


def test_a_foreign_redirect_is_refused(google: GoogleServer, by_hand: InstalledAppFlow) -> None:
    by_hand.redirect_uri = "http://thief.example/"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(by_hand.authorization_url()[0])
    with refused.value as answer:
        assert (answer.code, b"redirect_uri_mismatch" in answer.read()) == (400, True)


def test_an_expired_access_token_is_refreshed_by_the_client(google: GoogleServer) -> None:
    signed_in = credentials(google, google.issue_refresh_token(OWNER, [READ]), [READ])
    with service(google, signed_in) as gmail:
        gmail.users().getProfile(userId="me").execute()
        before = signed_in.token
        google.sign_in.expire_access_tokens()
        gmail.users().getProfile(userId="me").execute()
    assert signed_in.token != before


def test_the_token_tells_when_it_expires(google: GoogleServer) -> None:
    google.sign_in.lifetime = 120
    signed_in = credentials(google, google.issue_refresh_token(OWNER, [READ]), [READ])
    signed_in.refresh(Request())
    expiry = signed_in.expiry.replace(tzinfo=UTC)
    remaining = (expiry - datetime.now(UTC)).total_seconds()
    assert 100 < remaining <= 120


def test_a_revoked_grant_cannot_be_refreshed(google: GoogleServer) -> None:
    signed_in = credentials(google, google.issue_refresh_token(OWNER, [READ]), [READ])
    signed_in.refresh(Request())
    request = urllib.request.Request(f"{google.base_url}/revoke", data=f"token={signed_in.token}".encode())
    urllib.request.urlopen(request).close()
    with pytest.raises(RefreshError, match="invalid_grant"):
        signed_in.refresh(Request())


def test_a_refresh_token_may_rotate(google: GoogleServer) -> None:
    google.sign_in.rotates = True
    first = google.issue_refresh_token(OWNER, [READ])
    signed_in = credentials(google, first, [READ])
    signed_in.refresh(Request())
    assert signed_in.refresh_token != first
    with pytest.raises(RefreshError, match="invalid_grant"):
        credentials(google, first, [READ]).refresh(Request())


def test_a_refresh_cannot_widen_the_grant(google: GoogleServer) -> None:
    token = google.issue_refresh_token(OWNER, [READ])
    with pytest.raises(RefreshError, match="invalid_scope"):
        credentials(google, token, [READ, MODIFY]).refresh(Request())


def test_an_id_token_says_who_signed_in(google: GoogleServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    made = flow(google, ["openid", "email"])
    sign_in(made, nonce="n1")
    assert set(made.credentials.granted_scopes) == {"openid", "https://www.googleapis.com/auth/userinfo.email"}
    claims = jwt.decode(made.credentials.id_token, verify=False)
    told = {name: claims[name] for name in ("iss", "aud", "nonce", "email", "email_verified")}
    client_id = google.client_config()["installed"]["client_id"]
    expected = {"iss": "https://accounts.google.com", "aud": client_id, "nonce": "n1"}
    assert told == {**expected, "email": OWNER, "email_verified": True}


def test_who_asks_for_mail_alone_is_told_no_identity(by_hand: InstalledAppFlow) -> None:
    sign_in(by_hand)
    assert by_hand.credentials.id_token is None
