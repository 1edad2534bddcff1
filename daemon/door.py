"""What stands open from the first moment of the daemon on, before the rest of the household is loaded."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.keyring import open_vault
from adapters.sqlite import SqliteStore
from application.announcing import Announcing
from application.ports.secrets import Vault
from application.sign_in.devices import TERMINAL, Devices
from daemon.clock import SYSTEM_CLOCK
from daemon.opening import opened_store
from daemon.running import CLI_TOKEN
from daemon.settings import Settings


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
        yield Door(store, open_vault(settings.home), Devices(store, SYSTEM_CLOCK, Announcing(store, SYSTEM_CLOCK)))


def admit_terminal(door: Door) -> str:
    """Let the terminal of the owner's user in; return its token."""
    token = door.vault.get(CLI_TOKEN)
    if token is None:
        token = secrets.token_urlsafe(32)
        door.vault.put(CLI_TOKEN, token)
    door.devices.admit(TERMINAL, token)
    return token
