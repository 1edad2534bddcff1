"""What was granted to Alfred at Microsoft: kept in the vault, and renewed when needed."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adapters.connecting.out_of_reach import out_of_reach
from adapters.microsoft.api import http_client
from adapters.microsoft.refusals import renewal_refused
from adapters.microsoft.scopes import BASE
from application.ports.providers import Account
from application.ports.secrets import Vault
from domain.codec import decode, encode
from domain.errors import CannotBe, Invalid, SignInAgain

if TYPE_CHECKING:
    from msal import PublicClientApplication

AUTHORITY = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"
TENANT = "common"
_FULL_NAMES = "https://graph.microsoft.com/"
_OF_OPEN_ID = frozenset({"openid", "profile", "email", "offline_access"})
_SPARE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Client:
    """Alfred as Microsoft knows him: an app registration that is a public client, and where Microsoft is."""

    id: str
    authority: str
    graph: str
    ca_file: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What one account allowed, and the refresh token that proves it."""

    refresh_token: str
    address: str
    name: str
    scopes: frozenset[str]

    def __repr__(self) -> str:
        return f"Grant(address={self.address!r}, scopes={sorted(self.scopes)!r})"


def client_of(account: Account) -> Client:
    """Return the client that `account` uses; raise `Invalid` where the owner has not named one."""
    settings = account.settings
    if not settings.get("client_id"):
        raise Invalid("the application id of your app registration is needed", where="settings.client_id")
    authority = (settings.get("authority") or AUTHORITY).rstrip("/")
    if not urlsplit(authority).path:
        authority = f"{authority}/{settings.get('tenant') or TENANT}"
    return Client(
        settings["client_id"], authority, settings.get("graph_endpoint") or GRAPH, settings.get("ca_file", "")
    )


def mailbox_of(account: Account) -> str:
    """Return the address of the shared mailbox that this account is of; nothing for the owner's own."""
    return account.settings.get("mailbox", "").strip().lower()


def grant_of(account: Account, vault: Vault) -> Grant | None:
    stored = vault.get(f"{_prefix(account)}token")
    return None if stored is None else decode(Grant, json.loads(stored), "token")


def keep_grant(account: Account, vault: Vault, grant: Grant) -> None:
    vault.put(f"{_prefix(account)}token", json.dumps(encode(grant)))


def reserved_of(account: Account, vault: Vault) -> frozenset[str]:
    """Return what the organization was found to leave to its administrators."""
    return frozenset((vault.get(f"{_prefix(account)}reserved") or "").split())


def keep_reserved(account: Account, vault: Vault, scopes: frozenset[str]) -> None:
    vault.put(f"{_prefix(account)}reserved", " ".join(sorted(scopes)))


def signed_in(account: Account, vault: Vault) -> Grant:
    """Return what was granted; raise `SignInAgain` where nobody signed in."""
    grant = grant_of(account, vault)
    if grant is None:
        raise SignInAgain(f"nobody has signed in to {account.name} yet", account=account.name, scopes=BASE)
    return grant


def forget(account: Account, vault: Vault) -> None:
    """Remove every secret of the account; Microsoft has no address at which a public client gives a grant back."""
    for name in vault.names(_prefix(account)):
        vault.delete(name)


def scopes_in(answer: Mapping[str, Any]) -> frozenset[str]:
    """Return the scopes that a token answer names, Graph's by their short names.

    What stands for all of them is left out: Microsoft names it, and refuses to be asked for it beside others.
    """
    named = (each for each in str(answer.get("scope", "")).split() if not each.endswith("/.default"))
    return frozenset(each.removeprefix(_FULL_NAMES) for each in named) - _OF_OPEN_ID


class GrantTokens:
    """Access tokens of one account, from its refresh token in the vault. Safe for threads: one renewal at a time."""

    def __init__(self, account: Account, vault: Vault, clock: Callable[[], float] = time.monotonic) -> None:
        self._account = account
        self._vault = vault
        self._clock = clock
        self._lock = threading.Lock()
        self._grant: Grant | None = None
        self._token = ""
        self._good_until = 0.0

    def current(self) -> str:
        with self._lock:
            grant = self._loaded()
            return self._token if self._clock() < self._good_until else self._renew(grant)

    def renewed(self, stale: str) -> str:
        with self._lock:
            grant = self._loaded()
            if self._token not in ("", stale) and self._clock() < self._good_until:
                return self._token
            return self._renew(grant)

    def scopes(self) -> frozenset[str]:
        return signed_in(self._account, self._vault).scopes

    def _loaded(self) -> Grant:
        """Return what the vault holds now: another sign-in may have widened it."""
        grant = signed_in(self._account, self._vault)
        if grant != self._grant:
            self._grant, self._good_until = grant, 0.0
        return grant

    def _renew(self, grant: Grant) -> str:
        with application(client_of(self._account)) as app:
            answer = app.acquire_token_by_refresh_token(grant.refresh_token, scopes=sorted(grant.scopes))
        if "access_token" not in answer:
            raise renewal_refused(answer, self._account.name, grant.scopes)
        self._keep_rotated(grant, str(answer.get("refresh_token") or grant.refresh_token))
        self._token = str(answer["access_token"])
        self._good_until = self._clock() + max(0.0, float(answer.get("expires_in", 0)) - _SPARE_SECONDS)
        return self._token

    def _keep_rotated(self, grant: Grant, refresh_token: str) -> None:
        self._grant = replace(grant, refresh_token=refresh_token)
        if self._grant != grant:
            keep_grant(self._account, self._vault, self._grant)


@contextmanager
def application(client: Client) -> Iterator[PublicClientApplication]:
    """Build msal's application, which asks the authority for its addresses; raise `CannotBe` for a wrong authority."""
    import msal

    with http_client(client.authority, client.ca_file) as http, _silent_about_secrets(), _troubles():
        try:
            app = msal.PublicClientApplication(
                client.id, authority=client.authority, instance_discovery=False, http_client=http
            )
        except ValueError as error:
            raise CannotBe(
                f"{client.authority} is no sign-in of Microsoft's; check microsoft.authority and microsoft.tenant",
                code="wrong_authority",
            ) from error
        yield app


@contextmanager
def _troubles() -> Iterator[None]:
    """Turn what msal and its transport raise into ours."""
    import httpx
    from msal.exceptions import MsalError

    try:
        yield
    except (httpx.HTTPError, MsalError, ValueError) as error:
        raise out_of_reach("Microsoft's sign-in", error) from None
    except RuntimeError:
        # The identity in the answer is of another time, application or attempt.
        raise CannotBe(
            "Microsoft's answer does not fit this sign-in; is this machine's clock right?", code="strange_answer"
        ) from None


@contextmanager
def _silent_about_secrets() -> Iterator[None]:
    """Keep msal from logging an answer that it cannot read, for that may be half a token."""
    logger = logging.getLogger("msal")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _prefix(account: Account) -> str:
    return f"{account.provider}/{account.name}/"
