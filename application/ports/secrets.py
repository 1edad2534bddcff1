"""Where secrets lie."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """Secrets by name, encrypted on disk; `name` such as `provider/account/token`."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def delete(self, name: str) -> None:
        """Deleting what is not there changes nothing."""
        ...

    def names(self, prefix: str = "") -> tuple[str, ...]: ...
