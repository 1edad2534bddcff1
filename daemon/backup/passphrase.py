"""What encrypts a household's backups: as the settings say, else as the vault keeps it."""

from __future__ import annotations

from adapters.keyring import open_vault
from adapters.keyring.master_key import VAULT_FILE
from adapters.sqlite.opening import Lock
from application.ports.secrets import Vault
from daemon.home import DATABASE
from daemon.settings import Settings, prepare_home

PASSPHRASE = "alfred/backup-passphrase"


def passphrase_of(settings: Settings, vault: Vault | None = None) -> str:
    """Return it; nothing where none was chosen. Raises `CannotBe` where the vault that may hold one does not open.

    A daemon hands in the vault that it has open.
    """
    if settings.backup.passphrase:
        return settings.backup.passphrase
    if vault is None and not (settings.home / VAULT_FILE).exists():
        return ""
    return (vault or open_vault(settings.home)).get(PASSPHRASE) or ""


def keep_passphrase(settings: Settings, passphrase: str) -> None:
    """Keep it in the vault, or no longer, where it is empty; raises `StoreLocked` while a daemon has the vault open."""
    lock = Lock(prepare_home(settings.home) / DATABASE)
    try:
        vault = open_vault(settings.home)
        if passphrase:
            vault.put(PASSPHRASE, passphrase)
        else:
            vault.delete(PASSPHRASE)
    finally:
        lock.release()
