"""Passkeys (W3C Web Authentication, level 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.codec import Json


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered passkey: ids and key in base64url, bound to the host `site`."""

    id: str
    public_key: str
    sign_count: int
    site: str
    name: str
    created_at: datetime


class PasskeyCeremony(Protocol):
    """Makes the options that browsers take, and checks what they answer. `site` is a host, `origin` its address."""

    def registration(self, site: str, owner: str, challenge: bytes, known: Sequence[Passkey]) -> dict[str, Json]: ...

    def registered(
        self, answer: dict[str, Json], site: str, origin: str, challenge: bytes, name: str, now: datetime
    ) -> Passkey:
        """Return the new passkey; raise `Invalid` for an answer that does not hold."""
        ...

    def authentication(self, site: str, challenge: bytes, known: Sequence[Passkey]) -> dict[str, Json]: ...

    def authenticated(self, answer: dict[str, Json], passkey: Passkey, origin: str, challenge: bytes) -> int:
        """Return the new sign count; raise `Invalid` for an answer that does not hold."""
        ...
