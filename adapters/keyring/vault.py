"""The vault file: AES-256-GCM over a JSON object, rewritten whole and atomically."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.keyring.master_key import RENAMED, VAULT_FILE, KeyPlace, find_master_key
from application.ports.secrets import Vault
from domain.errors import CannotBe

MAGIC = b"alfred-vault-1\n"
NONCE_BYTES = 12


class EncryptedVault(Vault):
    """Keeps secrets by name in `file`; `place` says where its master key lies."""

    def __init__(self, file: Path, key: bytes, place: KeyPlace) -> None:
        self.place = place
        self._file = file
        self._cipher = AESGCM(key)
        self._lock = threading.Lock()
        self._secrets = self._read()

    def get(self, name: str) -> str | None:
        with self._lock:
            return self._secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        with self._lock:
            self._write({**self._secrets, name: secret})

    def delete(self, name: str) -> None:
        with self._lock:
            if name in self._secrets:
                self._write({key: value for key, value in self._secrets.items() if key != name})

    def names(self, prefix: str = "") -> tuple[str, ...]:
        with self._lock:
            return tuple(sorted(name for name in self._secrets if name.startswith(prefix)))

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        content = self._file.read_bytes()
        sealed = content.removeprefix(MAGIC)
        try:
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], MAGIC)
        except (InvalidTag, ValueError):
            advice = f". {RENAMED}" if self.place is KeyPlace.KEY_STORE else ""
            raise CannotBe(
                f"{self._file} does not open with the master key from the {self.place.value}{advice}; "
                "it was left untouched",
                code="vault_locked",
            ) from None
        return {str(name): str(secret) for name, secret in json.loads(plain).items()}

    def _write(self, secrets: dict[str, str]) -> None:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, json.dumps(secrets).encode(), MAGIC)
        fresh = self._file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(MAGIC + nonce + sealed)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(self._file)
        self._secrets = secrets


def open_vault(home: Path) -> EncryptedVault:
    """Open the vault of the household at `home`; raise `CannotBe` where it does not open."""
    key, place = find_master_key(home)
    return EncryptedVault(home / VAULT_FILE, key, place)
