"""Signing in with a personal access token: it is made in the browser, handed over once, and tried."""

from __future__ import annotations

from urllib.parse import urlsplit

from adapters.azure_devops.auth import Who, access_of, ask_who, keep_pat, keep_who, who_of
from application.ports.providers import Account, SignIn, SignInStep
from application.ports.secrets import Vault
from domain.errors import CannotBe, SignInAgain, TryLater
from domain.messages import Address

SCOPES = "Code (read & write), Work items (read & write), Build (read & execute), Project and team (read)"
LEAST_LETTERS = 20


class TokenSignIn(SignIn):
    """One attempt: the token is among the settings already, or is pasted where an address would be."""

    def __init__(self, account: Account, vault: Vault) -> None:
        self._account = account
        self._vault = vault
        url = account.settings.get("url", "").rstrip("/")
        said = f"Make a personal access token there for this organisation with {SCOPES}, and paste it."
        self.step = SignInStep(f"{url}/_usersSettings/tokens", state="", message=said)

    def wait(self, timeout: float) -> Address:
        """See the port. Nobody comes back by a browser, so this looks whether there is a token that works."""
        try:
            access = access_of(self._account, self._vault)
        except SignInAgain as error:
            raise TryLater(str(error), code="nobody_came") from error
        who = ask_who(access)
        self._refuse_another(who)
        keep_who(self._account, self._vault, who)
        return Address(who.name, who.address)

    def finish(self, redirect: str) -> Address:
        pasted = redirect.strip()
        if not pasted or urlsplit(pasted).scheme in ("http", "https"):
            return self.wait(0)
        if len(pasted) < LEAST_LETTERS or not pasted.isascii() or not pasted.isalnum():
            raise CannotBe("that is no personal access token", code="no_token")
        keep_pat(self._account, self._vault, pasted)
        return self.wait(0)

    def cancel(self) -> None:
        """Nothing is held open."""

    def _refuse_another(self, who: Who) -> None:
        """Another person than before does not take over the account."""
        try:
            before = who_of(self._account, self._vault)
        except SignInAgain:
            return
        if before.id != who.id:
            raise CannotBe(
                f"{self._account.name} belongs to {before.name}, but this token is {who.name}'s", code="wrong_account"
            )
