"""What was granted to Alfred at Google: kept in the vault, renewed when needed, revoked at the end."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from adapters.connecting.out_of_reach import out_of_reach
from adapters.google.scopes import READ
from application.ports.providers import Account, Expiry
from application.ports.secrets import Vault
from domain.codec import decode, encode
from domain.errors import CannotBe, Invalid, SignInAgain, TryLater

if TYPE_CHECKING:
    from google.oauth2.credentials import Credentials

log = logging.getLogger(__name__)

API = "https://gmail.googleapis.com"
CALENDAR_API = "https://www.googleapis.com"
AUTH = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN = "https://oauth2.googleapis.com/token"
TESTING = "testing"
TESTING_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Client:
    """Alfred as Google knows him: an OAuth client of the owner's own project, and where Google is."""

    id: str
    secret: str
    auth_uri: str
    token_uri: str
    api_endpoint: str
    calendar_endpoint: str = CALENDAR_API
    ca_file: str = ""

    @property
    def revoke_uri(self) -> str:
        return urljoin(self.token_uri, "revoke")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one account allowed, and the refresh token that proves it."""

    refresh_token: str
    address: str
    scopes: frozenset[str]
    granted_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Grant(address={self.address!r}, scopes={sorted(self.scopes)!r})"


def client_of(account: Account, vault: Vault) -> Client:
    """Return the OAuth client that `account` uses; raise `Invalid` where the owner has not named one."""
    settings = account.settings
    client_id = settings.get("client_id", "")
    if not client_id:
        raise Invalid("the OAuth client id of your Google Cloud project is needed", where="settings.client_id")
    return Client(
        client_id,
        vault.get(f"{_prefix(account)}client_secret") or settings.get("client_secret", ""),
        settings.get("auth_uri") or AUTH,
        settings.get("token_uri") or TOKEN,
        settings.get("api_endpoint") or API,
        settings.get("api_endpoint") or CALENDAR_API,
        settings.get("ca_file", ""),
    )


def grant_of(account: Account, vault: Vault) -> Grant | None:
    stored = vault.get(f"{_prefix(account)}token")
    return None if stored is None else decode(Grant, json.loads(stored), "token")


def expiries_of(account: Account, grant: Grant) -> tuple[Expiry, ...]:
    """Return when Google ends the sign-in, where the owner told that his project is still in testing.

    https://developers.google.com/identity/protocols/oauth2#expiration
    """
    if account.settings.get("publishing") != TESTING or grant.granted_at is None:
        return ()
    return (Expiry("the sign-in of a project in testing", grant.granted_at + TESTING_LASTS, TESTING_LASTS),)


def keep_grant(account: Account, vault: Vault, grant: Grant) -> None:
    vault.put(f"{_prefix(account)}token", json.dumps(encode(grant)))


def signed_in(account: Account, vault: Vault) -> Grant:
    """Return what was granted; raise `SignInAgain` where nobody signed in."""
    grant = grant_of(account, vault)
    if grant is None:
        raise SignInAgain(f"nobody has signed in to {account.name} yet", account=account.name, scopes=(READ,))
    return grant


def forget(account: Account, vault: Vault) -> None:
    """Revoke the grant where Google can be reached, and remove every secret of the account."""
    grant = grant_of(account, vault)
    try:
        if grant is not None:
            _revoke(client_of(account, vault), grant)
    except (TryLater, Invalid) as error:
        log.warning("the grant could not be revoked", extra={"account": account.name, "reason": str(error)})
    finally:
        for name in vault.names(_prefix(account)):
            vault.delete(name)


class GrantTokens:
    """Access tokens of one account, from its refresh token in the vault. Safe for threads: one renewal at a time."""

    def __init__(self, account: Account, vault: Vault) -> None:
        self._account = account
        self._vault = vault
        self._lock = threading.Lock()
        self._grant: Grant | None = None
        self._credentials: Credentials | None = None

    def current(self) -> str:
        with self._lock:
            credentials = self._loaded()
            return str(credentials.token) if credentials.valid else self._renew(credentials)

    def renewed(self, stale: str) -> str:
        with self._lock:
            credentials = self._loaded()
            if credentials.valid and credentials.token != stale:
                return str(credentials.token)
            return self._renew(credentials)

    def _loaded(self) -> Credentials:
        """Return the credentials of what the vault holds now: another sign-in may have widened it."""
        from google.oauth2.credentials import Credentials

        grant = signed_in(self._account, self._vault)
        if self._credentials is None or grant != self._grant:
            client = client_of(self._account, self._vault)
            self._credentials = Credentials(  # type: ignore[no-untyped-call]
                None,
                refresh_token=grant.refresh_token,
                token_uri=client.token_uri,
                client_id=client.id,
                client_secret=client.secret,
            )
            self._grant = grant
        return self._credentials

    def _renew(self, credentials: Credentials) -> str:
        from google.auth.exceptions import RefreshError, TransportError
        from google_auth_httplib2 import Request

        from adapters.google.transport import Broken, Http, Unreachable

        try:
            with closing(Http(client_of(self._account, self._vault).ca_file)) as connection:
                credentials.refresh(Request(connection))  # type: ignore[no-untyped-call]
        except RefreshError as error:
            raise self._refused(error) from error
        except (TransportError, Unreachable, Broken) as error:
            raise out_of_reach("Google's sign-in", error) from error
        self._keep_rotated(credentials)
        return str(credentials.token)

    def _keep_rotated(self, credentials: Credentials) -> None:
        assert self._grant is not None
        if credentials.refresh_token != self._grant.refresh_token:
            self._grant = replace(self._grant, refresh_token=str(credentials.refresh_token))
            keep_grant(self._account, self._vault, self._grant)

    def _refused(self, error: Any) -> SignInAgain | CannotBe | TryLater:
        """Return our error for a refused renewal (RFC 6749, 5.2)."""
        name = self._account.name
        said = _error_code(error.args)
        if error.retryable or said in ("", "internal_failure", "temporarily_unavailable", "server_error"):
            return TryLater("Google could not renew the sign-in just now")
        if said in ("invalid_client", "unauthorized_client"):
            return CannotBe(f"Google does not accept the client id and secret of {name}", code="invalid_client")
        scopes = tuple(sorted(self._grant.scopes)) if self._grant else (READ,)
        return SignInAgain(
            f"the sign-in of {name} has expired or was withdrawn; sign in once more "
            "(while your Google project is in test mode, Google ends each sign-in after 7 days)",
            account=name,
            scopes=scopes,
        )


def _error_code(arguments: tuple[object, ...]) -> str:
    body = arguments[1] if len(arguments) > 1 else {}
    return str(body.get("error", "")) if isinstance(body, Mapping) else ""


def _revoke(client: Client, grant: Grant) -> None:
    """Withdraw the grant (RFC 7009); one that Google no longer knows is withdrawn already."""
    from adapters.google.transport import Broken, Http, Unreachable

    try:
        with closing(Http(client.ca_file)) as connection:
            connection.request(
                client.revoke_uri,
                "POST",
                body=urlencode({"token": grant.refresh_token}),
                headers={"content-type": "application/x-www-form-urlencoded"},
            )
    except (Unreachable, Broken) as error:
        raise out_of_reach("Google's sign-in", error) from error


def _prefix(account: Account) -> str:
    return f"google/{account.name}/"
