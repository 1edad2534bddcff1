"""What is kept of an account: the secret that posts bring, and the flows' addresses, which let whoever has them in."""

from __future__ import annotations

from application.ports.providers import Account
from application.ports.secrets import Vault
from domain.kinds import Kind
from domain.messages import Address

TOKEN = "token"
MAIL_SEARCH = "mail_search_url"
TEAMS_SEARCH = "teams_search_url"
ACTING = {
    Kind.ARCHIVE: "archive_url",
    Kind.DELETE: "delete_url",
    Kind.REPLY: "reply_url",
    Kind.SEND: "send_url",
}
FLOWS = (MAIL_SEARCH, TEAMS_SEARCH, *ACTING.values())


def secret(account: Account, vault: Vault, name: str) -> str:
    """Return what the vault holds under this name, else what the household's settings say; empty for neither."""
    return vault.get(f"{_prefix(account)}{name}") or account.settings.get(name, "")


def forget(account: Account, vault: Vault) -> None:
    for name in vault.names(_prefix(account)):
        vault.delete(name)


def address_of(account: Account) -> Address:
    return Address(account.settings.get("name", ""), account.settings.get("address", "").strip().lower())


def _prefix(account: Account) -> str:
    return f"power_automate/{account.name}/"
