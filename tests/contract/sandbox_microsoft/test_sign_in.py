"""Sign-in with msal as it comes: browser with PKCE, device code, refresh, and everything that goes wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import msal
import pytest
import requests

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.sign_in import CLIENT_ID
from tests.contract.sandbox_microsoft.asking import OWNER

SCOPES = ["Mail.ReadWrite", "Calendars.ReadWrite"]


@pytest.fixture
def session(microsoft: MicrosoftServer) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(microsoft.ca_file)
        yield session


def application(
    microsoft: MicrosoftServer, session: requests.Session, cache: Any = None
) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        CLIENT_ID, authority=microsoft.authority, instance_discovery=False, http_client=session, token_cache=cache
    )


def by_device(app: msal.PublicClientApplication) -> dict[str, Any]:
    flow = app.initiate_device_flow(scopes=SCOPES)
    found: dict[str, Any] = app.acquire_token_by_device_flow({**flow, "interval": 0})
    return found


def browse(session: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let msal's browser be one that follows the sign-in without anybody at the keyboard."""

    def open_(url: str, *rest: object, **more: object) -> bool:
        threading.Thread(target=_follow, args=(session, url), daemon=True).start()
        return True

    monkeypatch.setattr("msal.oauth2cli.authcode._browse", open_)


def _follow(session: requests.Session, url: str) -> None:
    page = session.get(url).text
    target = re.search(r'action="([^"]+)"', page)
    assert target is not None, page
    session.post(unescape(target[1]), data=_fields(page))


def _fields(page: str) -> dict[str, str]:
    found = re.findall(r'name="([^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


def test_the_browser_brings_tokens_and_the_account(
    microsoft: MicrosoftServer, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(session, monkeypatch)
    app = application(microsoft, session)
    found = app.acquire_token_interactive(SCOPES, timeout=20)
    assert found["token_type"] == "Bearer"
    assert [account["username"] for account in app.get_accounts()] == [OWNER]


def test_an_owner_who_says_no_is_told_as_such(
    microsoft: MicrosoftServer, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(session, monkeypatch)
    microsoft.sign_in.refuses = True
    found = application(microsoft, session).acquire_token_interactive(SCOPES, timeout=20)
    assert found["error"] == "access_denied"
    assert "AADSTS65004" in found["error_description"]


def test_what_only_administrators_may_grant_is_refused_with_its_number(
    microsoft: MicrosoftServer, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(session, monkeypatch)
    microsoft.sign_in.reserved = frozenset({"Mail.ReadWrite"})
    found = application(microsoft, session).acquire_token_interactive(SCOPES, timeout=20)
    assert "AADSTS90094" in found["error_description"]


def test_a_device_code_waits_until_the_owner_agrees(microsoft: MicrosoftServer, session: requests.Session) -> None:
    app = application(microsoft, session)
    microsoft.sign_in.devices.polls = None
    flow = app.initiate_device_flow(scopes=SCOPES)
    impatient = {**flow, "expires_at": 0}
    assert app.acquire_token_by_device_flow(impatient)["error"] == "authorization_pending"
    session.post(flow["verification_uri"], data={"otc": flow["user_code"]})
    assert "access_token" in app.acquire_token_by_device_flow(flow)


def test_a_device_code_that_is_denied_ends_the_flow(microsoft: MicrosoftServer, session: requests.Session) -> None:
    app = application(microsoft, session)
    microsoft.sign_in.devices.polls = None
    flow = app.initiate_device_flow(scopes=SCOPES)
    microsoft.sign_in.devices.decline(flow["user_code"])
    assert app.acquire_token_by_device_flow(flow)["error"] == "authorization_declined"


def test_a_cached_token_is_used_and_an_expired_one_refreshed(
    microsoft: MicrosoftServer, session: requests.Session
) -> None:
    cache = msal.SerializableTokenCache()
    first = by_device(application(microsoft, session, cache))
    later = msal.SerializableTokenCache()
    later.deserialize(cache.serialize())
    app = application(microsoft, session, later)
    account = app.get_accounts()[0]
    assert app.acquire_token_silent(SCOPES, account=account)["access_token"] == first["access_token"]
    fresh = app.acquire_token_silent(SCOPES, account=account, force_refresh=True)
    assert fresh["access_token"] != first["access_token"]
    assert microsoft.sign_in.authenticate(fresh["access_token"]) is not None


def test_a_refresh_token_is_replaced_at_each_use(microsoft: MicrosoftServer, session: requests.Session) -> None:
    microsoft.sign_in.retires = True
    token = microsoft.issue_refresh_token(OWNER, SCOPES)
    form = {"client_id": CLIENT_ID, "grant_type": "refresh_token", "scope": "Mail.ReadWrite offline_access"}
    url = f"{microsoft.authority}/oauth2/v2.0/token"
    fresh = session.post(url, data={**form, "refresh_token": token}).json()["refresh_token"]
    assert session.post(url, data={**form, "refresh_token": token}).json()["error"] == "invalid_grant"
    assert "access_token" in session.post(url, data={**form, "refresh_token": fresh}).json()


def test_a_revoked_account_must_sign_in_again(microsoft: MicrosoftServer, session: requests.Session) -> None:
    app = application(microsoft, session)
    by_device(app)
    microsoft.sign_in.revoke_account(OWNER)
    account = app.get_accounts()[0]
    found = app.acquire_token_silent_with_error(SCOPES, account=account, force_refresh=True)
    assert found["error"] == "invalid_grant"


def test_a_scope_that_was_not_granted_needs_consent(microsoft: MicrosoftServer, session: requests.Session) -> None:
    app = application(microsoft, session)
    by_device(app)
    found = app.acquire_token_silent_with_error(["ChannelMessage.Read.All"], account=app.get_accounts()[0])
    assert found["suberror"] == "consent_required"
    assert "AADSTS65001" in found["error_description"]


def test_a_wrong_verifier_gets_no_token(microsoft: MicrosoftServer, session: requests.Session) -> None:
    app = application(microsoft, session)
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost:1/", response_mode="form_post")
    told = _fields(session.get(flow["auth_uri"]).text)
    found = app.acquire_token_by_auth_code_flow({**flow, "code_verifier": "x" * 43}, told)
    assert found["error"] == "invalid_grant"


def test_who_does_not_trust_the_certificate_does_not_get_in(microsoft: MicrosoftServer) -> None:
    with (
        httpx.Client(trust_env=False) as stranger,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        stranger.get(f"{microsoft.authority}/v2.0/.well-known/openid-configuration")
