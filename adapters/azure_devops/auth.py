"""Who signed in to Azure DevOps, and with which token: only one that was tried is ever used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from adapters.azure_devops.api import Access, DevOps
from adapters.azure_devops.keys import Key, PatKey
from application.ports.providers import Account
from application.ports.secrets import Vault
from domain.codec import decode, encode
from domain.errors import CannotBe, SignInAgain

URL = "https://dev.azure.com/"


@dataclass(frozen=True, slots=True)
class Who:
    """The owner as the organisation knows him; `id` is the one by which he votes."""

    id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Tried:
    """The token that was seen to be the owner's: its mark, for the token may lie in the settings, and since when."""

    mark: str
    since: date


def access_by(account: Account, key: Key) -> Access:
    """Return how to get in with `key`; raise `CannotBe` for no organisation."""
    url = account.settings.get("url", "").rstrip("/")
    if not urlsplit(url).path.strip("/"):
        raise CannotBe(
            f"set azure_devops.url to your organisation's address, such as {URL}your-organisation", code="no_url"
        )
    return Access(account.name, url, key, account.settings.get("ca_file", ""))


def access_of(account: Account, vault: Vault) -> Access:
    """Return how to get in with the token that was tried; raise `SignInAgain` where there is none."""
    tried = tried_of(account, vault)
    known = (each for each in known_pats(account, vault) if tried is not None and mark_of(each) == tried.mark)
    pat = next(known, "")
    access = access_by(account, PatKey(pat))
    if not pat:
        raise SignInAgain(f"{account.name} has no personal access token that was tried yet", account=account.name)
    return access


def ask_who(access: Access) -> Who:
    """Ask Azure DevOps whose token it is."""
    api = DevOps(access)
    with api.connected():
        user = api.read(lambda c: c.location.get_connection_data()).authenticated_user
    told = (user.properties or {}).get("Account") or {}
    return Who(user.id, user.provider_display_name or "", str(told.get("$value", "")).lower())


def typed_pat(account: Account, vault: Vault) -> str:
    """Return the token that came with the account's settings and waits to be tried; empty for none."""
    return vault.get(_secret(account, "pat")) or ""


def drop_typed(account: Account, vault: Vault) -> None:
    vault.delete(_secret(account, "pat"))


def known_pats(account: Account, vault: Vault) -> tuple[str, ...]:
    """Return the household's own token, which is used and never written down, and the one in the vault."""
    return tuple(filter(None, (account.settings.get("pat"), vault.get(_secret(account, "good_pat")))))


def keep_tried(account: Account, vault: Vault, pat: str, who: Who, today: date) -> None:
    """Keep a token that is the owner's in place of the one before; the same token keeps its day."""
    before, mark = tried_of(account, vault), mark_of(pat)
    if pat != account.settings.get("pat"):
        vault.put(_secret(account, "good_pat"), pat)
    if before is None or before.mark != mark:
        vault.put(_secret(account, "tried"), json.dumps(encode(Tried(mark, today))))
    keep_who(account, vault, who)
    drop_typed(account, vault)


def keep_who(account: Account, vault: Vault, who: Who) -> None:
    vault.put(_secret(account, "who"), json.dumps(encode(who)))


def tried_of(account: Account, vault: Vault) -> Tried | None:
    kept = vault.get(_secret(account, "tried"))
    return None if kept is None else decode(Tried, json.loads(kept), f"{account.name} in the vault")


def mark_of(pat: str) -> str:
    return hashlib.sha256(pat.encode()).hexdigest()


def who_of(account: Account, vault: Vault) -> Who:
    """Raise `SignInAgain` where nobody signed in."""
    kept = vault.get(_secret(account, "who"))
    if kept is None:
        raise SignInAgain(f"sign in to {account.name} first", account=account.name)
    return decode(Who, json.loads(kept), f"{account.name} in the vault")


def refuse_another(account: Account, vault: Vault, who: Who) -> None:
    """Another person than before does not take over the account."""
    try:
        before = who_of(account, vault)
    except SignInAgain:
        return
    if before.id != who.id:
        raise CannotBe(f"{account.name} belongs to {before.name}, but this token is {who.name}'s", code="wrong_account")


def hook_password(account: Account, vault: Vault) -> str:
    """Return what service hooks must carry; empty where none was agreed on, so that nobody is let in."""
    return vault.get(_secret(account, "hook_password")) or account.settings.get("hook_password", "")


def forget(account: Account, vault: Vault) -> None:
    for name in vault.names(_secret(account, "")):
        vault.delete(name)


def _secret(account: Account, name: str) -> str:
    return f"{account.provider}/{account.name}/{name}"
