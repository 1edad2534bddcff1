"""Signing in with a personal access token: it is made in the browser, handed over once, tried, and only then kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from adapters.azure_devops.auth import (
    access_by,
    ask_who,
    drop_typed,
    keep_tried,
    known_pats,
    refuse_another,
    typed_pat,
)
from adapters.azure_devops.keys import PatKey
from application.ports.providers import Account, Pastes, SignIn, SignInStep
from application.ports.secrets import Vault
from domain.errors import CannotBe, SignInAgain, TryLater
from domain.messages import Address

SCOPES = "Code (read & write), Work items (read & write), Build (read & execute), Project and team (read)"
LEAST_LETTERS = 20


class TokenSignIn(SignIn):
    """One attempt: the token came with the settings already, or is pasted."""

    def __init__(self, account: Account, vault: Vault, today: Callable[[], date]) -> None:
        self._account = account
        self._vault = vault
        self._today = today
        url = account.settings.get("url", "").rstrip("/")
        said = f"Make a personal access token there for this organisation with {SCOPES}, and paste it."
        self.step = SignInStep(f"{url}/_usersSettings/tokens", state="", message=said, pastes=Pastes.TOKEN)

    def wait(self, timeout: float) -> Address:
        """See the port. Nobody comes back by a browser, so this looks whether there is a token that works."""
        typed = typed_pat(self._account, self._vault)
        return self._typed(typed) if typed else self._known()

    def finish(self, redirect: str) -> Address:
        pasted = redirect.strip()
        if not pasted or urlsplit(pasted).scheme in ("http", "https"):
            return self.wait(0)
        if len(pasted) < LEAST_LETTERS or not pasted.isascii() or not pasted.isalnum():
            raise CannotBe("that is no personal access token", code="no_token")
        return self._tried(pasted)

    def cancel(self) -> None:
        """Nothing is held open."""

    def _typed(self, pat: str) -> Address:
        """Try what came with the settings; what was refused is not kept."""
        try:
            return self._tried(pat)
        except (SignInAgain, CannotBe):
            drop_typed(self._account, self._vault)
            raise

    def _known(self) -> Address:
        said = f"{self._account.name} has no personal access token yet"
        for pat in known_pats(self._account, self._vault):
            try:
                return self._tried(pat)
            except SignInAgain as error:
                said = str(error)
        raise TryLater(said, code="nobody_came")

    def _tried(self, pat: str) -> Address:
        who = ask_who(access_by(self._account, PatKey(pat)))
        refuse_another(self._account, self._vault, who)
        keep_tried(self._account, self._vault, pat, who, self._today())
        return Address(who.name, who.address)
