"""What encrypts a household's backups: as the settings say, else as the vault keeps it."""

from __future__ import annotations

from pathlib import Path

from adapters.keyring import open_vault
from adapters.keyring.master_key import VAULT_FILE
from application.ports.secrets import Vault
from daemon.backup.plain_settings import secrets_in
from daemon.home import DATABASE
from daemon.settings import Settings, prepare_home
from domain.errors import AlfredError, CannotBe

PASSPHRASE = "alfred/backup-passphrase"
ENCRYPTED = "backup/encrypted"


def passphrase_of(settings: Settings, vault: Vault | None = None) -> str:
    """Return it; nothing where none was chosen. Raises `CannotBe` where the vault that may hold one does not open.

    A daemon hands in the vault that it has open.
    """
    return settings.backup.passphrase or _in_vault(settings.home, vault)


def goes_along(settings: Settings) -> bool:
    """Whether it is there for a restored household too: `config.toml`, where it may stand, comes back without."""
    if settings.backup.passphrase and "backup.passphrase" not in secrets_in(settings.home / "config.toml"):
        return True
    try:
        return bool(_in_vault(settings.home))
    except AlfredError:
        return False


def _in_vault(home: Path, vault: Vault | None = None) -> str:
    if vault is None and not (home / VAULT_FILE).exists():
        return ""
    return (vault or open_vault(home)).get(PASSPHRASE) or ""


def keep_passphrase(settings: Settings, passphrase: str) -> None:
    """Keep it in the vault, or no longer, where it is empty; raises `StoreLocked` while a daemon has the vault open."""
    from adapters.sqlite import open_store

    store = open_store(prepare_home(settings.home) / DATABASE)
    try:
        vault = open_vault(settings.home)
        if passphrase:
            vault.put(PASSPHRASE, passphrase)
        else:
            vault.delete(PASSPHRASE)
        store.preferences.put(ENCRYPTED, bool(passphrase))
    finally:
        store.close()


def refuse_plain(home: Path) -> None:
    """Raise `CannotBe` where backups are known to be encrypted: whoever lost the passphrase did not choose that."""
    from adapters.sqlite.checkup import preference

    if preference(home / DATABASE, ENCRYPTED):
        raise CannotBe(
            "backups are encrypted here, and no passphrase is set any more; nothing was saved. "
            "alfred backup passphrase chooses one, alfred backup passphrase --none ends it",
            code="no_passphrase",
        )
