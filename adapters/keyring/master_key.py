"""Where the vault's master key lies: systemd's credentials, the system's key store, or at last a key file."""

from __future__ import annotations

import base64
import os
import secrets
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile

from domain.errors import CannotBe

SERVICE = "alfred"
CREDENTIAL = "alfred-master-key"
KEY_FILE = "master.key"
VAULT_FILE = "vault"
RENAMED = "If the folder was renamed, rename it back: a key store knows the key by the folder's path"
_NOT_A_KEY_STORE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyring.backends.chainer")


class KeyPlace(StrEnum):
    SYSTEMD = "systemd credential"
    KEY_STORE = "system key store"
    FILE = "key file"


def find_master_key(home: Path) -> tuple[bytes, KeyPlace]:
    """Return the 32-byte key of the household at `home`, made on first use, and where it lies.

    Raises `CannotBe` where a key file can be read by others, or holds no key, and where the key of a vault that is
    there cannot be had: a fresh one would open nothing, and stand in the way of the right one once it is back.
    """
    handed_over = os.environ.get("CREDENTIALS_DIRECTORY")
    if handed_over and (Path(handed_over) / CREDENTIAL).exists():
        return _decoded((Path(handed_over) / CREDENTIAL).read_text(), CREDENTIAL), KeyPlace.SYSTEMD
    file = home / KEY_FILE
    if _is_empty(file):
        stored = _from_key_store(home)
        if stored is not None:
            return stored, KeyPlace.KEY_STORE
        _refuse_a_fresh_one(home)
        _make(file)
    return _from_file(file), KeyPlace.FILE


def _refuse_a_fresh_one(home: Path) -> None:
    vault = home / VAULT_FILE
    if vault.exists():
        raise CannotBe(
            f"{vault} does not open: its master key is neither in a key store that answers here nor in "
            f"{home / KEY_FILE}. Log in so that the key store is unlocked, or bring the key file back. {RENAMED}; the "
            "vault was left untouched",
            code="vault_locked",
        )


def _from_key_store(home: Path) -> bytes | None:
    """Return the key from the system's key store, made there on first use; None where there is no real one."""
    if os.environ.get("ALFRED_KEY_STORE") == "file":
        return None
    import keyring
    from keyring.errors import KeyringError

    backend = keyring.get_keyring()
    if type(backend).__module__.startswith(_NOT_A_KEY_STORE) or backend.priority < 1:
        return None
    name = str(home.resolve())
    try:
        text = keyring.get_password(SERVICE, name)
        if text is None:
            if (home / VAULT_FILE).exists():
                return None
            text = _fresh()
            keyring.set_password(SERVICE, name, text)
    except KeyringError:
        return None
    return _decoded(text, "the system's key store")


def _is_empty(file: Path) -> bool:
    """Whether no key was ever written to it: it is not there, or a full disk or a crash left it with nothing in it."""
    return not file.exists() or file.stat().st_size == 0


def _make(file: Path) -> None:
    """Write a fresh key, whole or not at all; of two processes that come at once, the first one's counts."""
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}.") as handle:
        handle.write(_fresh())
        handle.flush()
        os.fsync(handle.fileno())
        if file.exists() and _is_empty(file):
            file.unlink()
        with suppress(FileExistsError):
            os.link(handle.name, file)


def _from_file(file: Path) -> bytes:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise CannotBe(f"{file} can be read by others; make it yours alone: chmod 600 {file}", code="key_file_open")
    return _decoded(file.read_text(), str(file))


def _fresh() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise CannotBe(f"{where} holds no master key of 32 bytes in base64", code="bad_master_key")
    return key
