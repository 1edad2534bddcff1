"""The owner's accounts: which there are, signing in, and leaving."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from application.connections import ConnectedAccounts
from application.ports.clock import Clock
from application.ports.providers import Account, Connection, Provider, SignIn, SignInStep
from application.ports.secrets import Vault
from application.ports.store import Preferences, Store
from domain.codec import Json, decode
from domain.errors import AlfredError, CannotBe, Conflict, Invalid, NotFound, SignInAgain
from domain.messages import Address
from domain.privacy import BY_HAND, Privacy
from domain.sources import SourceState

log = logging.getLogger(__name__)

EVERYTHING = ("*",)
NOTED = "account/"
PRIVACY = "privacy/"
KEPT_SETTING = "settings/"
SIGNED_IN = "signed-in/"


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as the owner sees it: whether it is connected, as whom, and what it may do."""

    account: Account
    connected: bool
    address: Address | None = None
    scopes: tuple[str, ...] = ()
    problem: str = ""


class Accounts:
    """Connects accounts through their providers and keeps the list of them.

    `defaults` are the household's settings of each provider, for what an account leaves open; those that are secret
    may come from the vault, where they are kept as `KEPT_SETTING` names them.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        providers: Mapping[str, Provider],
        connections: ConnectedAccounts,
        defaults: Mapping[str, Mapping[str, str]],
        clock: Clock,
    ) -> None:
        self._store = store
        self._clock = clock
        self._vault = vault
        self._providers = providers
        self._connections = connections
        self._defaults = {provider: dict(settings) for provider, settings in defaults.items()}
        self._attempts: dict[str, tuple[Account, SignIn]] = {}

    def all(self) -> tuple[Account, ...]:
        names = self._store.preferences.names(NOTED)
        return tuple(self.get(name.removeprefix(NOTED)) for name in names)

    def get(self, name: str) -> Account:
        """Raise `NotFound`."""
        account = self._noted(name)
        return replace(account, settings={**self._left_open(account), **account.settings})

    def _left_open(self, account: Account) -> dict[str, str]:
        """Return the household's settings of the provider: none that is secret where they name another address."""
        defaults, provider = self._defaults.get(account.provider, {}), self._providers.get(account.provider)
        if provider is None:
            return defaults
        meant = _addresses(provider, {**defaults, **account.settings})
        fields = (field for field in provider.fields if field.address)
        if all(field.is_for(defaults.get(field.name, ""), meant[field.name]) for field in fields):
            return defaults
        secret = {field.name for field in provider.fields if field.secret}
        return {key: value for key, value in defaults.items() if key not in secret}

    def providers(self) -> tuple[Provider, ...]:
        return tuple(self._providers.values())

    def states(self) -> tuple[AccountState, ...]:
        return tuple(self._state(account) for account in self.all())

    def connect_all(self) -> None:
        """Connect every known account, at start; one that cannot be connected says so in its source's state."""
        for account in self.all():
            self._connect(account)
        for provider in self._defaults:
            if provider in self._providers:
                self._connect_by_settings(provider)

    def add(self, name: str, provider: str, settings: Mapping[str, str]) -> Account:
        """Note an account, or say more of a noted one: what is not named stays, an empty word takes it back.

        Settings that the provider calls secret go to the vault; where an address changes, those kept for the one before
        are forgotten, and no one else gets them. Raise `Conflict` for a name that another provider's account bears.
        """
        if not name or not all(part.isalnum() or part in "-_." for part in name):
            raise Invalid(f"{name!r} is no name for an account: letters, digits, '-', '_' and '.'", where="name")
        known = self._provider(provider)
        allowed = {field.name: field for field in known.fields}
        for unknown in sorted(set(settings) - set(allowed)):
            raise Invalid(f"{known.title} has no setting of this name", where=f"settings.{unknown}")
        before = self._before(name, provider)
        plain = {key: value for key, value in settings.items() if not allowed[key].secret}
        said = {key: value for key, value in {**before.settings, **plain}.items() if value}
        defaults = self._defaults.get(provider, {})
        if _addresses(known, {**defaults, **before.settings}) != _addresses(known, {**defaults, **said}):
            self._sign_out(before)
        self._note(replace(before, settings=said))
        self._keep(name, provider, {key: settings[key] for key in settings if allowed[key].secret})
        return self.get(name)

    def _before(self, name: str, provider: str) -> Account:
        """Return what is noted under the name already, or an account of which nothing is said."""
        if self._store.preferences.get(NOTED + name) is None:
            return Account(name, provider, {})
        before = self._noted(name)
        if before.provider != provider:
            raise Conflict(f"{name} is an account at {before.provider} already: take another name", code="name_taken")
        return before

    def _sign_out(self, account: Account) -> None:
        """Forget what would be sent to another address from now on, and what was begun at the one before."""
        self._connections.remove(account.name)
        self._forget_secrets(account)
        self._attempts = {id: each for id, each in self._attempts.items() if each[0].name != account.name}

    def _note(self, account: Account) -> None:
        kept: dict[str, Json] = dict(account.settings)
        form: dict[str, Json] = {"name": account.name, "provider": account.provider, "settings": kept}
        self._store.preferences.put(NOTED + account.name, form)

    def _keep(self, name: str, provider: str, secrets: Mapping[str, str]) -> None:
        for key, secret in secrets.items():
            if secret:
                self._vault.put(f"{provider}/{name}/{key}", secret)
            else:
                self._vault.delete(f"{provider}/{name}/{key}")

    def privacy(self, name: str) -> Privacy:
        """Return which models may see what an account holds: the owner's word, else its provider's usual one."""
        if name == BY_HAND:
            return Privacy.LOCAL
        said = self._store.preferences.get(PRIVACY + name)
        if said is not None:
            return decode(Privacy, said, f"privacy {name}")
        try:
            return self._provider(self.get(name).provider).privacy
        except AlfredError:
            return Privacy.NEVER

    def set_privacy(self, name: str, privacy: Privacy) -> None:
        """Keep the owner's word on which models may see what an account holds."""
        self._store.preferences.put(PRIVACY + self.get(name).name, privacy.value)

    def preset(self, provider: str) -> frozenset[str]:
        """Return the names of the fields that the household's settings say already."""
        return frozenset(name for name, value in self._defaults.get(provider, {}).items() if value)

    def widen(self, name: str, wants: Mapping[str, str]) -> None:
        """Add wishes to an account's settings, word by word; what stands there stays, and the next sign-in asks."""
        account = self.get(name)
        wider = {key: _union(account.settings.get(key, ""), more) for key, more in wants.items()}
        self.add(name, account.provider, wider)

    def reconnect(self, name: str) -> Connection:
        """Connect an account anew, as where there is no sign-in; raise what is wrong with it."""
        account = self.get(name)
        connection = self._provider(account.provider).connect(account, self._vault)
        self._connections.add(connection)
        return connection

    def begin_sign_in(self, name: str, scopes: tuple[str, ...] = ()) -> tuple[str, SignInStep]:
        """Begin a sign-in; return the attempt's id and what the owner has to do.

        It asks for the least, for `scopes` besides, or for all that acting needs where `scopes` is `EVERYTHING`.
        """
        account = self.get(name)
        provider = self._provider(account.provider)
        wanted = provider.acting_scopes if scopes == EVERYTHING else scopes
        sign_in = provider.sign_in(account, self._vault, wanted)
        attempt = str(uuid.uuid4())
        self._attempts[attempt] = (account, sign_in)
        return attempt, sign_in.step

    def wait_for_sign_in(self, attempt: str, timeout: float) -> Address:
        """Wait for the browser to come back on loopback; raise `TryLater` when it did not."""
        account, sign_in = self._attempt(attempt)
        return self._signed_in(attempt, account, sign_in.wait(timeout))

    def finish_sign_in(self, attempt: str, redirect: str) -> Address:
        """Finish with the pasted redirect address."""
        account, sign_in = self._attempt(attempt)
        return self._signed_in(attempt, account, sign_in.finish(redirect))

    def remove(self, name: str) -> None:
        """Sign out, and remove every secret, a kept setting that would connect it again included; mail stays."""
        account = self.leaving(name)
        self._forget_copies(name)
        self._connections.remove(name)
        self._provider(account.provider).disconnect(account, self._vault)
        self._forget_secrets(account)
        for kept in (NOTED, SIGNED_IN):
            self._store.preferences.delete(kept + name)
        self._forget_kept(account.provider)

    def leaving(self, name: str) -> Account:
        """Return the account to remove, also one that settings alone connect; raise `CannotBe` where they stay."""
        is_noted = self._store.preferences.get(NOTED + name) is not None
        by_settings = None if is_noted or name not in self._providers else self._by_settings(name)
        if by_settings is None:
            return self.get(name)
        if not self._kept(name):
            raise CannotBe(f"{name} is connected by your settings alone: take it out of them, and restart Alfred")
        return by_settings.account

    def _kept(self, provider: str) -> tuple[str, ...]:
        return self._vault.names(f"{KEPT_SETTING}{provider}.")

    def _forget_kept(self, provider: str) -> None:
        """Forget the settings that the vault keeps, where they alone would connect the provider at the next start."""
        if any(each.provider == provider for each in self.all()) or self._by_settings(provider) is None:
            return
        for secret in self._kept(provider):
            self._defaults[provider].pop(secret.removeprefix(f"{KEPT_SETTING}{provider}."), None)
            self._vault.delete(secret)

    def _forget_copies(self, name: str) -> None:
        """Forget what was only copied from the account, so that nothing is said of it any more."""
        with suppress(NotFound):
            for source in self._connections.get(name).sources:
                if self._store.events.replace(source, ()).gone:
                    self._store.sources.set_cursor(source, None)

    def _forget_secrets(self, account: Account) -> None:
        for secret in self._vault.names(f"{account.provider}/{account.name}/"):
            self._vault.delete(secret)

    def _refuse_twin(self, account: Account, address: Address) -> None:
        """Refuse a second sign-in to one mailbox: everything in it would come, and be proposed on, twice."""
        for other in self._connections.all():
            same = (other.account.provider, other.address.address) == (account.provider, address.address)
            if same and address.address and other.account.name != account.name:
                self._forget_secrets(account)
                detail = f"{address.address} is connected already, as {other.account.name}"
                raise Conflict(detail, code="already_connected")

    def _signed_in(self, attempt: str, account: Account, address: Address) -> Address:
        del self._attempts[attempt]
        self._refuse_twin(account, address)
        self._connect(account)
        self._store.preferences.put(SIGNED_IN + account.name, self._clock.now().isoformat())
        for source in self._connections.get(account.name).sources:
            before = self._store.sources.state(source)
            self._store.sources.set_state(SourceState(source, last_success=before.last_success))
        return address

    def _connect_by_settings(self, provider: str) -> None:
        if any(connection.account.provider == provider for connection in self._connections.all()):
            return
        connection = self._by_settings(provider)
        if connection is not None:
            self._connections.add(connection)

    def _by_settings(self, provider: str) -> Connection | None:
        """Return a connection to models where the settings alone say enough, such as a key in the environment.

        Settings that are none of its fields, such as an authority to trust, are no wish for an account.
        """
        settings = self._defaults.get(provider)
        if not settings:
            return None
        known = self._providers[provider]
        if not any(field.name in settings for field in known.fields):
            return None
        try:
            connection = known.connect(Account(provider, provider, dict(settings)), self._vault)
        except AlfredError:
            return None
        return connection if connection.models is not None else None

    def _connect(self, account: Account) -> None:
        try:
            self._connections.add(self._provider(account.provider).connect(account, self._vault))
        except SignInAgain as error:
            self._connections.remove(account.name)
            log.info("account needs a sign-in", extra={"account": account.name, "code": error.code})
        except AlfredError as error:
            self._connections.remove(account.name)
            log.warning("account not connected", extra={"account": account.name, "code": error.code})

    def _noted(self, name: str) -> Account:
        form = self._store.preferences.get(NOTED + name)
        if form is None:
            raise NotFound(f"there is no account called {name!r}")
        return decode(Account, form, f"account {name}")

    def _state(self, account: Account) -> AccountState:
        try:
            connection = self._connections.get(account.name)
        except NotFound:
            return AccountState(account, connected=False, problem="sign in to connect it")
        return AccountState(account, True, connection.address, tuple(sorted(connection.scopes)))

    def _attempt(self, attempt: str) -> tuple[Account, SignIn]:
        if attempt not in self._attempts:
            raise NotFound("there is no such sign-in going on")
        return self._attempts[attempt]

    def _provider(self, name: str) -> Provider:
        if name not in self._providers:
            raise Invalid(f"{name!r} is not one of {', '.join(sorted(self._providers))}", where="provider")
        return self._providers[name]


def signed_in_at(preferences: Preferences, account: str) -> datetime | None:
    """Return when the owner last signed in to an account; None where that was never, or before it was noted."""
    noted = preferences.get(SIGNED_IN + account)
    return datetime.fromisoformat(noted) if isinstance(noted, str) else None


def _addresses(provider: Provider, settings: Mapping[str, str]) -> dict[str, str]:
    """Return by their names where secrets are sent; empty where nobody has said."""
    return {field.name: settings.get(field.name) or field.default for field in provider.fields if field.address}


def _union(said: str, wanted: str) -> str:
    words = [word.strip() for word in f"{said}, {wanted}".split(",")]
    return ", ".join(dict.fromkeys(filter(None, words)))
