"""A Microsoft account that is signed in at the sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.memory.vault import MemoryVault
from adapters.microsoft.auth import Grant, keep_grant
from adapters.microsoft.scopes import BASE, in_shared
from application.ports.providers import Account
from sandbox.microsoft import MicrosoftServer

OWNER = "morgan@office.example"
SHARED = "info@office.example"


def account_at(server: MicrosoftServer, name: str = "office", **settings: str) -> Account:
    """An account whose settings lead to the sandbox; nobody has signed in."""
    leading = {
        "client_id": server.client_id,
        "authority": server.authority,
        "graph_endpoint": server.base_url,
        "ca_file": str(server.ca_file),
    }
    return Account(name, "microsoft", leading | settings)


def shared_account(server: MicrosoftServer, name: str = "office") -> Account:
    """An account of a mailbox that is shared with the owner."""
    server.mailbox(SHARED, "Information")
    server.directory.share(SHARED, OWNER)
    return account_at(server, name, mailbox=SHARED)


def signed_in_vault(server: MicrosoftServer, account: Account, scopes: Iterable[str] = BASE) -> MemoryVault:
    """A vault with what the owner of the sandbox's mailbox granted to `account`."""
    vault = MemoryVault()
    granted = in_shared(scopes) if account.settings.get("mailbox") else tuple(scopes)
    token = server.issue_refresh_token(OWNER, (*granted, "openid", "profile", "offline_access"))
    keep_grant(account, vault, Grant(token, OWNER, "", frozenset(granted)))
    return vault
