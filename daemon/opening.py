"""How what needs more than its class is opened. What is not needed to start is imported here, when it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.sqlite import SqliteStore, open_store
from adapters.webpush import WebPush
from application.accounts import KEPT_SETTING
from application.models.models import Models
from application.ports.clock import Clock
from application.ports.documents import StatementReader
from application.ports.identity import IdentityProvider
from application.ports.secrets import Vault
from application.sign_in.address_sign_in import AddressSignIn
from application.sign_in.devices import Devices
from daemon.home import DATABASE
from daemon.settings import Settings, provider_settings
from daemon.statement_readers import EveryReader
from domain.persona import Persona

if TYPE_CHECKING:
    from application.chat.service import Chat
    from application.finance.desk import Finance
    from application.setup.setup import Setup

UPDATE_NOTE = "update.json"
UPDATE_ELSEWHERE = "update-elsewhere"


def opened_store(settings: Settings, clock: Clock) -> Iterator[SqliteStore]:
    """Yield the household's store, and close it at the end; an update that was cut off is ended before."""
    if (settings.home / UPDATE_ELSEWHERE).exists():
        from daemon.updating.others import wait_for_others

        wait_for_others(settings.home)
    if (settings.home / UPDATE_NOTE).exists():
        from daemon.updating.cut_off import accept_or_take_back

        accept_or_take_back(settings.home)
    store = open_store(settings.home / DATABASE, now=clock.now)
    try:
        yield store
    finally:
        store.close()


def accept_update(home: Path) -> None:
    """Stay with a version whose update was cut off while it was tried: that a job comes to this shows it works."""
    if (home / UPDATE_NOTE).exists():
        from daemon.updating.cut_off import accept_what_works

        accept_what_works(home)


def provider_defaults(settings: Settings, vault: Vault) -> dict[str, dict[str, str]]:
    """Return what accounts fall back to: what is set of their providers, then secret settings that the vault keeps."""
    found = provider_settings(settings)
    for name in vault.names(KEPT_SETTING):
        section, _, key = name.removeprefix(KEPT_SETTING).partition(".")
        found[section].setdefault(key, vault.get(name) or "")
    return found


def google_sign_in(settings: Settings, vault: Vault, devices: Devices, clock: Clock) -> AddressSignIn:
    """Return the sign-in with Google for the one address that is allowed."""
    return AddressSignIn(settings.web.google_address, partial(google_identity, settings, vault), devices, clock)


def google_identity(settings: Settings, vault: Vault) -> IdentityProvider:
    """Return who asks Google who somebody is; where it is the accounts' client, the vault may keep its secret."""
    from adapters.google.identity import GoogleIdentity

    client, secret = settings.sign_in_client
    if client == settings.google.client_id:
        secret = provider_defaults(settings, vault)["google"].get("client_secret", "")
    authority = str(settings.tls.ca_file or "")
    return GoogleIdentity(client, secret, settings.google.auth_uri, settings.google.token_uri, authority)


def butlers_chat(models: Models, persona: Callable[[], Persona], zone: ZoneInfo, **bench: Any) -> Chat:
    """Return the chat; `bench` is what its tools work with, as `Workshop` names it."""
    from adapters.local.matching import LocalMatcher
    from application.chat.registry import Registry, Workshop
    from application.chat.service import Chat
    from application.chat.tools import ALL_TOOLS

    workshop = Workshop(zone=zone, **bench)
    return Chat(workshop, Registry(ALL_TOOLS, workshop), models, LocalMatcher(zone), persona)


def setting_up(settings: Settings, finance: Finance, devices: Devices, **house: Any) -> Setup:
    """Return what says how far the household is set up; `house` is what it looks at, as `Setup` names it."""
    from application.setup.setup import Setup, surroundings_of

    service = partial(_installed_service, settings.home)
    surroundings = surroundings_of(finance.senders, devices, settings.web.public_url, service)
    return Setup(surroundings=surroundings, watch_first=settings.actions.first == "show", **house)


def _installed_service(home: Path) -> str:
    """Name the machine's service that keeps the household at `home` running; nothing where there is none."""
    from daemon.units import run_command, service_for

    service = service_for(home, run_command)
    return service.name if service.is_installed else ""


def web_push(settings: Settings, vault: Vault) -> WebPush:
    """Return what delivers notices, to the push services that the settings allow."""
    authority = str(settings.tls.ca_file or "")
    return WebPush(vault, settings.push_subject, settings.push_hosts, settings.push.plain_hosts, authority)


def statement_reader() -> Iterator[StatementReader]:
    """Yield what reads banks' documents; what reads in the background is let go of at the end."""
    reader = EveryReader()
    yield reader
    reader.close()
