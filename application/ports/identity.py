"""Somebody outside who says who is at the door (OpenID Connect)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Journey:
    """One way to the consent page and back to `redirect_uri`. `state` and `nonce` bind the answer to it."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str

    def __repr__(self) -> str:
        return f"Journey(redirect_uri={self.redirect_uri!r})"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in, told in answer to `nonce`; what was told is good until `ends_at`."""

    address: str
    is_verified: bool
    nonce: str
    ends_at: datetime


class IdentityProvider(Protocol):
    """Sends a browser to its consent page, and tells who came back from there."""

    def consent_page(self, journey: Journey) -> str:
        """Return the address to send the browser to."""
        ...

    def identity(self, journey: Journey, code: str) -> Identity:
        """Change a code for who signed in.

        Raises `Invalid` for a code or an answer that does not hold, `CannotBe` where the provider does not accept
        Alfred himself, and `TryLater` where it is out of reach.
        """
        ...
