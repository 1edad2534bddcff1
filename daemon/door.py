"""What stands open from the first moment of the daemon on, before the rest of the household is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.keyring import open_vault
from adapters.sqlite import SqliteStore
from application.ports.secrets import Vault
from application.sign_in.devices import Devices
from daemon.clock import SYSTEM_CLOCK
from daemon.neighbours import household_mark
from daemon.opening import opened_store
from daemon.settings import Settings
from web.api.web_settings import WebSettings


@dataclass(frozen=True, slots=True)
class Door:
    """The store, whose lock keeps other processes out, the vault, and the devices that may come in."""

    store: SqliteStore
    vault: Vault
    devices: Devices


@contextmanager
def open_door(settings: Settings) -> Iterator[Door]:
    """Open what the first answer stands for; raises `StoreLocked`, `CorruptStore` or `CannotBe` as `household` does."""
    with contextmanager(opened_store)(settings, SYSTEM_CLOCK) as store:
        yield Door(store, open_vault(settings.home), Devices(store, SYSTEM_CLOCK))


def web_settings(settings: Settings) -> WebSettings:
    """Return how the API is reached."""
    from importlib.metadata import version

    return WebSettings(
        public_url=settings.web.public_url,
        allowed_hosts=settings.web.allowed_hosts,
        trusted_proxies=settings.web.trusted_proxies,
        static=Path(__file__).parent.parent / "web" / "static",
        log_file=settings.home / "logs" / "alfred.log",
        version=version("alfred-butler"),
        household=household_mark(settings.home),
    )
