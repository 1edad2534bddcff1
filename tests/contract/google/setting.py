"""A Google account that is signed in at the sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.google.auth import Grant, keep_grant
from adapters.google.scopes import READ
from adapters.memory.vault import MemoryVault
from application.ports.providers import Account
from sandbox.google import GoogleServer

OWNER = "jo@example.com"


def account_at(server: GoogleServer, name: str = "gmail") -> Account:
    """An account whose settings lead to the sandbox; nobody has signed in."""
    client = server.client_config()["installed"]
    settings = {field: str(client[field]) for field in ("client_id", "client_secret", "auth_uri", "token_uri")}
    return Account(name, "google", settings | {"api_endpoint": server.base_url})


def signed_in_vault(server: GoogleServer, account: Account, scopes: Iterable[str] = (READ,)) -> MemoryVault:
    """A vault with what the owner of the sandbox's mailbox granted to `account`."""
    vault = MemoryVault()
    token = server.issue_refresh_token(OWNER, scopes)
    keep_grant(account, vault, Grant(token, OWNER, frozenset(scopes)))
    return vault
