"""Signing in at one place for several services, which believe its tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from application.ports.providers import Account, SignIn
from application.ports.secrets import Vault
from domain.messages import Address


@dataclass(frozen=True, slots=True)
class Aim:
    """What a sign-in is for: the scopes without which it is of no use, and whom to ask whose the access token is.

    `who` may refuse with `CannotBe`; then nothing is kept. `otherwise` is what is left where administrators forbid it.
    """

    scopes: tuple[str, ...]
    who: Callable[[str], Address]
    otherwise: str


class IssuedTokens(Protocol):
    """Gives access tokens of one account."""

    def current(self) -> str:
        """Return a token that should be good; raise `SignInAgain` where there is none to be had."""
        ...

    def renewed(self, stale: str) -> str:
        """Return another token than `stale`, which was refused."""
        ...


class TokenIssuer(Protocol):
    """Signs in accounts whose settings name a `client_id`; what was granted lies in the vault under the account."""

    def sign_in(self, account: Account, vault: Vault, aim: Aim) -> SignIn:
        """Begin in the browser, or with a code to type in elsewhere where the account's `sign_in` is `code`."""
        ...

    def tokens(self, account: Account, vault: Vault) -> IssuedTokens:
        """Raise `SignInAgain` where nobody signed in; calls nobody."""
        ...
