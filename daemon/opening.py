"""How what needs more than its class is opened."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.google.identity import GoogleIdentity
from adapters.sqlite import SqliteStore, open_store
from adapters.webpush import WebPush
from application.ports.secrets import Vault
from daemon.settings import Settings


def opened_store(settings: Settings) -> Iterator[SqliteStore]:
    """Yield the household's store, and close it at the end."""
    store = open_store(settings.home / "alfred.db")
    yield store
    store.close()


def google_identity(settings: Settings) -> GoogleIdentity:
    """Return who asks Google who somebody is."""
    return GoogleIdentity(*settings.sign_in_client, settings.google.auth_uri, settings.google.token_uri)


def web_push(settings: Settings, vault: Vault) -> WebPush:
    """Return what delivers notices, to the push services that the settings allow."""
    return WebPush(vault, settings.push_subject, settings.push_hosts, settings.push.plain_hosts)
