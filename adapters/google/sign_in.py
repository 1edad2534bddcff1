"""Signing in at Google: the installed-app flow with PKCE (https://developers.google.com/identity/protocols/oauth2/native-app)."""

from __future__ import annotations

import hmac
import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from adapters.connecting.fresh_token import FreshToken
from adapters.connecting.landing import Landing
from adapters.connecting.out_of_reach import out_of_reach
from adapters.connecting.trust import trusting
from adapters.google.api import Gmail
from adapters.google.auth import Client, Grant, client_of, grant_of, keep_grant
from adapters.google.quota import Pace
from adapters.google.scopes import CALENDAR_EVENTS, CALENDAR_READ, COMPOSE, MODIFY, READ, missing
from application.ports.providers import Account, SignIn, SignInStep
from application.ports.secrets import Vault
from domain.errors import CannotBe, Invalid, TryLater
from domain.messages import Address

if TYPE_CHECKING:
    from google_auth_oauthlib.flow import Flow

_MEANING = {
    READ: "read your mail",
    MODIFY: "change labels and move mail",
    COMPOSE: "write and send mail",
    CALENDAR_READ: "read your calendars",
    CALENDAR_EVENTS: "write events",
}
# Whoever leaves this unticked is read without his calendars.
_WISHED = (CALENDAR_READ,)
_TIMEOUT = 30.0


class GoogleSignIn(SignIn):
    """One attempt: the browser's way back is a loopback port, or the address pasted by hand."""

    def __init__(self, account: Account, vault: Vault, scopes: tuple[str, ...]) -> None:
        self._account = account
        self._vault = vault
        self._client = client_of(account, vault)
        self._before = grant_of(account, vault)
        self._needed = (READ, *scopes)
        self._asked = tuple(dict.fromkeys((*self._needed, *_WISHED)))
        self._state = secrets.token_urlsafe(32)
        self._landing = Landing(self._is_ours)
        self._flow = _flow(self._client, self._landing.address, self._asked)
        with _plain_http_on_loopback(self._client.auth_uri):
            url, _ = self._flow.authorization_url(state=self._state, **self._wishes())
        self.step = SignInStep(url, self._state, message=f"Open this address and allow Alfred to {self._purpose()}.")

    def wait(self, timeout: float) -> Address:
        redirect = self._landing.wait(timeout)
        if redirect is None:
            raise TryLater("nobody came back from Google's sign-in page yet", code="nobody_came")
        return self.finish(redirect)

    def finish(self, redirect: str) -> Address:
        if not self._is_ours(redirect):
            raise Invalid("this address belongs to another sign-in, or is not complete", where="redirect")
        answer = parse_qs(urlsplit(redirect.strip()).query)
        try:
            return self._conclude(answer)
        finally:
            self.cancel()

    def cancel(self) -> None:
        self._landing.close()

    def _conclude(self, answer: Mapping[str, list[str]]) -> Address:
        if "error" in answer:
            raise CannotBe(_refusal(answer["error"][0]), code="consent_refused")
        if "code" not in answer:
            raise Invalid("the address holds no code of Google's", where="redirect")
        token = _exchanged(self._flow, self._client, answer["code"][0])
        granted = frozenset(str(token.get("scope", "")).split()) or frozenset(self._asked)
        self._check_granted(granted)
        address = self._address(str(token["access_token"]))
        grant = Grant(self._refresh_token(token), address, granted, datetime.now(UTC))
        keep_grant(self._account, self._vault, grant)
        return Address("", address)

    def _wishes(self) -> dict[str, str]:
        """Ask for a refresh token each time, and to keep what was granted before."""
        wishes = {"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"}
        return wishes | ({"login_hint": self._before.address} if self._before else {})

    def _purpose(self) -> str:
        return " and to ".join(_MEANING.get(scope, scope) for scope in self._asked)

    def _is_ours(self, redirect: str) -> bool:
        state = parse_qs(urlsplit(redirect.strip()).query).get("state", [""])[0]
        return hmac.compare_digest(state.encode(), self._state.encode())

    def _check_granted(self, granted: frozenset[str]) -> None:
        lacking = missing(self._needed, granted)
        if lacking:
            wishes = " and to ".join(_MEANING.get(scope, scope) for scope in lacking)
            raise CannotBe(
                f"you signed in, but did not allow Alfred to {wishes}; sign in again and tick every box",
                code="granted_less",
            )

    def _address(self, access_token: str) -> str:
        """Ask Google who signed in; another person than before does not take over the account."""
        token, ca_file = FreshToken(self._account, access_token, "Google"), self._client.ca_file
        api = Gmail(self._account.name, self._client.api_endpoint, token, Pace(), ca_file=ca_file)
        address = str(api.read(api.users.getProfile(userId="me"))["emailAddress"]).lower()
        if self._before is not None and self._before.address != address:
            raise CannotBe(
                f"{self._account.name} belongs to {self._before.address}, but {address} signed in", code="wrong_account"
            )
        return address

    def _refresh_token(self, token: Mapping[str, Any]) -> str:
        if token.get("refresh_token"):
            return str(token["refresh_token"])
        raise CannotBe("Google gave no lasting permission; sign in again", code="no_refresh_token")


def _flow(client: Client, redirect_uri: str, scopes: tuple[str, ...]) -> Flow:
    from google_auth_oauthlib.flow import Flow

    config = {
        "client_id": client.id,
        "client_secret": client.secret,
        "auth_uri": client.auth_uri,
        "token_uri": client.token_uri,
    }
    return Flow.from_client_config(
        {"installed": config}, list(scopes), redirect_uri=redirect_uri, autogenerate_code_verifier=True
    )


def _exchanged(flow: Flow, client: Client, code: str) -> Mapping[str, Any]:
    """Change the code for tokens; what was granted is compared later, so the library is told no scopes here."""
    import requests
    from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]

    flow.oauth2session.scope = None
    flow.oauth2session.max_redirects = 0
    trusting(flow.oauth2session, client.ca_file)
    try:
        with _silent_about_secrets(), _plain_http_on_loopback(client.token_uri):
            token = flow.fetch_token(code=code, timeout=_TIMEOUT)
    except OAuth2Error as error:
        raise _exchange_trouble(str(error.error)) from None
    except (requests.RequestException, ValueError) as error:
        raise out_of_reach("Google's sign-in", error) from None
    finally:
        flow.oauth2session.close()
    scope = token.get("scope", "")
    return {**token, "scope": scope if isinstance(scope, str) else " ".join(scope)}


def _exchange_trouble(said: str) -> CannotBe | TryLater:
    """Return our error for a refused exchange (RFC 6749, 5.2)."""
    if said in ("invalid_client", "unauthorized_client"):
        return CannotBe("Google does not accept the client id and secret", code="invalid_client")
    if said == "invalid_grant":
        return CannotBe("Google no longer accepts this sign-in; begin again", code="code_expired")
    return TryLater(f"Google's sign-in failed ({said or 'no reason given'})")


def _refusal(said: str) -> str:
    if said == "access_denied":
        return "Google was told no: Alfred may not read this mailbox"
    return f"Google refused the sign-in ({said[:60]})"


@contextmanager
def _silent_about_secrets() -> Iterator[None]:
    """Keep the OAuth library from logging codes and tokens, which it does at debug level."""
    loggers = [logging.getLogger(name) for name in ("requests_oauthlib", "oauthlib", "urllib3")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


@contextmanager
def _plain_http_on_loopback(address: str) -> Iterator[None]:
    """Let the OAuth library speak plain HTTP where that does not leave the machine; it asks the environment."""
    if urlsplit(address).hostname not in ("127.0.0.1", "localhost", "::1"):
        yield
        return
    before = os.environ.get("OAUTHLIB_INSECURE_TRANSPORT")
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    try:
        yield
    finally:
        os.environ.pop("OAUTHLIB_INSECURE_TRANSPORT", None)
        if before is not None:
            os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = before
