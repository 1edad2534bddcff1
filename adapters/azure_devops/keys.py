"""What opens an organisation: a personal access token, or the sign-in at Entra."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Protocol

from application.ports.issuer import IssuedTokens


class Key(Protocol):
    """Signs calls; `advice` is what to do where it no longer opens."""

    advice: str

    def header(self) -> str:
        """Return what `Authorization` is to be now; raise `SignInAgain` where there is nothing."""
        ...

    def renewed(self, refused: str) -> bool:
        """Whether there is another than the header `refused` now."""
        ...


@dataclass(frozen=True, slots=True)
class PatKey(Key):
    """A personal access token."""

    pat: str = field(repr=False)
    advice: str = "it may have expired: make another one"

    def header(self) -> str:
        return f"Basic {base64.b64encode(f':{self.pat}'.encode()).decode()}"

    def renewed(self, refused: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class FreshKey(Key):
    """An access token just received, before anything is kept."""

    token: str = field(repr=False)
    advice: str = "is the organisation connected to another directory?"

    def header(self) -> str:
        return f"Bearer {self.token}"

    def renewed(self, refused: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class EntraKey(Key):
    """Access tokens of a sign-in at Entra, renewed when they end."""

    tokens: IssuedTokens = field(repr=False)
    advice: str = "sign in once more"

    def header(self) -> str:
        return f"Bearer {self.tokens.current()}"

    def renewed(self, refused: str) -> bool:
        return self.tokens.renewed(refused.removeprefix("Bearer ")) != ""
