"""The one door by which providers come in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from application.ports.calendar import Calendar
from application.ports.executor import Executor
from application.ports.hooks import Hook
from application.ports.mail import MessageSource
from application.ports.model import Embedder, LanguageModel, Role
from application.ports.secrets import Vault
from application.ports.work import Works
from domain.kinds import Kind
from domain.messages import Address
from domain.privacy import Privacy


@dataclass(frozen=True, slots=True)
class SettingsField:
    """One thing the owner may set for a provider; the wizard and the web form are drawn from these.

    What is `rare` the first set-up does not ask for; an `address` is where the secrets are sent, and `own` a pattern of
    the provider's own addresses where it has more than the `default`.
    """

    name: str
    title: str
    default: str = ""
    secret: bool = False
    help: str = ""
    rare: bool = False
    address: bool = False
    own: str = ""

    def is_for(self, household: str, meant: str) -> bool:
        """Whether the household's secrets are for this address: it names it, or names none and it is the provider's."""
        named = household or self.default
        return meant == named or (not named and re.fullmatch(self.own, meant) is not None)


class Part(StrEnum):
    """A part of the household that providers furnish."""

    MODEL = "model"
    MAIL = "mail"
    CALENDAR = "calendar"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Guide:
    """What the owner reads before a first sign-in: which parts there are to have, and what to do at the provider.

    `steps` are sentences, links included; `page` is one of `docs/`. `account` is what an account is usually called, and
    `wants` are the settings that reading a part takes besides the usual ones.
    """

    parts: tuple[Part, ...] = (Part.MAIL,)
    steps: tuple[str, ...] = ()
    page: str = ""
    account: str = ""
    wants: Mapping[Part, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """One sign-in at a provider, named by the owner. `settings` holds the provider's fields, secrets excluded."""

    name: str
    provider: str
    settings: dict[str, str] = field(default_factory=dict)


class Pastes(StrEnum):
    """What the owner may paste by hand to finish a sign-in."""

    ADDRESS = "address"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class SignInStep:
    """What the owner has to do now: open `url` (and type `code` where there is one).

    `state` ties the answer to this attempt. `can_paste`: what `pastes` says may be pasted by hand, the address that the
    browser ends at or a secret token.
    """

    url: str
    state: str
    code: str = ""
    can_paste: bool = True
    message: str = ""
    pastes: Pastes = Pastes.ADDRESS


class SignIn(Protocol):
    """One attempt to sign in, begun by a provider. The finished tokens are in the vault."""

    step: SignInStep

    def wait(self, timeout: float) -> Address:
        """Wait for the browser to come back on loopback; return who signed in. Raise `TryLater` when nobody came."""
        ...

    def finish(self, redirect: str) -> Address:
        """Finish with what was pasted; raise `Invalid` for an address of another attempt, `CannotBe` for a refusal."""
        ...

    def cancel(self) -> None: ...


class ModelShelf(Protocol):
    """The models of one account, by the provider's own names. Taking one down calls nobody.

    `defaults` names the model that serves each role best; a role that no model here can serve is absent.
    """

    defaults: Mapping[Role, str]

    def model(self, name: str) -> LanguageModel: ...

    def embedder(self, name: str) -> Embedder:
        """Raise `CannotBe` where the provider has none."""
        ...

    def check(self) -> str:
        """Call the provider; say in one sentence what works, or raise what is wrong with what to do about it."""
        ...


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something of an account that will expire at `at`: `what` says it in words, such as "the access token".

    `lasts`: how long it is good for at all, where that is so short that its first days are no news.
    """

    what: str
    at: datetime
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """What one account offers, ready to use; anything it does not have is simply absent.

    `second_hand`: its messages are handed on by others; an account that reads the same mailbox itself comes first.
    """

    account: Account
    address: Address
    messages: tuple[MessageSource, ...] = ()
    executors: tuple[Executor, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    hooks: tuple[Hook, ...] = ()
    work: Works | None = None
    models: ModelShelf | None = None
    scopes: frozenset[str] = frozenset()
    expiries: tuple[Expiry, ...] = ()
    second_hand: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of everything that is read here."""
        work = self.work.names if self.work is not None else ()
        return (*(source.name for source in self.messages), *(calendar.name for calendar in self.calendars), *work)

    def executor(self, kind: Kind) -> Executor | None:
        """Return what carries out `kind` here."""
        return next((executor for executor in self.executors if kind in executor.kinds), None)


class Provider(Protocol):
    """A kind of outside service. `adapters/<name>/__init__.py` exports one as `PROVIDER`.

    A first sign-in asks for the least; `acting_scopes` are what acting needs besides. `privacy` is which models may
    see what its accounts hold, until the owner says otherwise.
    """

    name: str
    title: str
    fields: tuple[SettingsField, ...]
    acting_scopes: tuple[str, ...]
    privacy: Privacy
    guide: Guide = Guide()

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        """Begin a sign-in with the least permission, or with `scopes` besides what was granted already."""
        ...

    def connect(self, account: Account, vault: Vault) -> Connection:
        """Return what the account offers, without calling the outside; raise `SignInAgain` where nobody signed in."""
        ...

    def disconnect(self, account: Account, vault: Vault) -> None:
        """Revoke what was granted where that is possible, and remove every secret."""
        ...


class Connections(Protocol):
    """The accounts that are connected now."""

    def all(self) -> tuple[Connection, ...]: ...

    def get(self, account: str) -> Connection:
        """Raise `NotFound` for an account that is not connected."""
        ...

    def source(self, name: str) -> MessageSource:
        """Raise `NotFound`."""
        ...

    def executor(self, account: str, kind: Kind) -> Executor:
        """Return what carries out `kind` at `account`; a missing one refuses (`Refused`)."""
        ...
