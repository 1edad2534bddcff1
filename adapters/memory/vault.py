"""Secrets in memory."""

from __future__ import annotations

from application.ports.secrets import Vault


class MemoryVault(Vault):
    """Keeps secrets for as long as the process lives."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        self._secrets.pop(name, None)

    def names(self, prefix: str = "") -> tuple[str, ...]:
        return tuple(sorted(name for name in self._secrets if name.startswith(prefix)))
