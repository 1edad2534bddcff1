"""Who signed in to Azure DevOps, and with what: a personal access token, kept in the vault."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from adapters.azure_devops.api import Access, DevOps
from application.ports.providers import Account, Expiry
from application.ports.secrets import Vault
from domain.codec import decode, encode
from domain.errors import CannotBe, Invalid, SignInAgain

URL = "https://dev.azure.com/"


@dataclass(frozen=True, slots=True)
class Who:
    """The owner as the organisation knows him; `id` is the one by which he votes."""

    id: str
    name: str
    address: str


def access_of(account: Account, vault: Vault) -> Access:
    """Return how to get in; raise `SignInAgain` where there is no token, `CannotBe` for no organisation."""
    url = account.settings.get("url", "").rstrip("/")
    if not urlsplit(url).path.strip("/"):
        raise CannotBe(
            f"set azure_devops.url to your organisation's address, such as {URL}your-organisation", code="no_url"
        )
    pat = vault.get(_secret(account, "pat")) or account.settings.get("pat", "")
    if not pat:
        raise SignInAgain(f"{account.name} has no personal access token yet", account=account.name)
    return Access(account.name, url, pat, account.settings.get("ca_file", ""))


def ask_who(access: Access) -> Who:
    """Ask Azure DevOps whose token it is."""
    api = DevOps(access)
    with api.connected():
        user = api.read(lambda c: c.location.get_connection_data()).authenticated_user
    told = (user.properties or {}).get("Account") or {}
    return Who(user.id, user.provider_display_name or "", str(told.get("$value", "")).lower())


def keep_pat(account: Account, vault: Vault, pat: str) -> None:
    vault.put(_secret(account, "pat"), pat)


def keep_who(account: Account, vault: Vault, who: Who) -> None:
    vault.put(_secret(account, "who"), json.dumps(encode(who)))


def who_of(account: Account, vault: Vault) -> Who:
    """Raise `SignInAgain` where nobody signed in."""
    kept = vault.get(_secret(account, "who"))
    if kept is None:
        raise SignInAgain(f"sign in to {account.name} first", account=account.name)
    return decode(Who, json.loads(kept), f"{account.name} in the vault")


def hook_password(account: Account, vault: Vault) -> str:
    """Return what service hooks must carry; empty where none was agreed on, so that nobody is let in."""
    return vault.get(_secret(account, "hook_password")) or account.settings.get("hook_password", "")


def forget(account: Account, vault: Vault) -> None:
    for name in ("pat", "who", "hook_password"):
        vault.delete(_secret(account, name))


def expiries_of(account: Account) -> tuple[Expiry, ...]:
    """Return when the token expires, where the owner told: the vendor does not."""
    told = account.settings.get("pat_expires", "").strip()
    if not told:
        return ()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", told):
        raise Invalid(f"{told!r} will not do: a date such as 2026-12-01 is needed", where="azure_devops.pat_expires")
    try:
        day = date.fromisoformat(told)
    except ValueError as error:
        raise Invalid(f"there is no day {told!r}", where="azure_devops.pat_expires") from error
    return (Expiry("the personal access token", datetime.combine(day, time(), UTC)),)


def _secret(account: Account, name: str) -> str:
    return f"{account.provider}/{account.name}/{name}"
