"""The token of a sign-in that is just ending, which nobody has kept yet."""

from __future__ import annotations

from application.ports.providers import Account
from domain.errors import SignInAgain


class FreshToken:
    """Good for one look at whose account it is; there is nothing yet to renew it by."""

    def __init__(self, account: Account, token: str, provider: str) -> None:
        self._account = account
        self._token = token
        self._provider = provider

    def current(self) -> str:
        return self._token

    def renewed(self, stale: str) -> str:
        """Raise `SignInAgain`."""
        raise SignInAgain(f"{self._provider} did not accept its own answer; sign in again", account=self._account.name)
