"""Signing in to Power Automate is agreeing on a secret, and naming the flows; there is nobody to ask."""

from __future__ import annotations

from adapters.power_automate.flows import checked_url
from adapters.power_automate.secrets import FLOWS, TOKEN, address_of, secret
from application.ports.hooks import LEAST_SECRET
from application.ports.providers import Account, SignIn, SignInStep
from application.ports.secrets import Vault
from domain.errors import Invalid
from domain.messages import Address

_PORTAL = "https://make.powerautomate.com/"
_MESSAGE = (
    "Import the flows of deploy/power_automate there, with the same secret in their header X-Alfred-Token. "
    "Nothing needs to be pasted here."
)


class FlowSignIn(SignIn):
    """Looks whether what was set is enough."""

    def __init__(self, account: Account, vault: Vault) -> None:
        self._account = account
        self._vault = vault
        self.step = SignInStep(_PORTAL, state="", can_paste=False, message=_MESSAGE)

    def wait(self, timeout: float) -> Address:
        return self.finish("")

    def finish(self, redirect: str) -> Address:
        check(self._account, self._vault)
        return address_of(self._account)

    def cancel(self) -> None:
        """Nothing is held open."""


def check(account: Account, vault: Vault) -> None:
    """Raise `Invalid` naming what is missing, or will not do."""
    if "@" not in account.settings.get("address", ""):
        raise Invalid("your address in Outlook is needed", where="settings.address")
    if len(secret(account, vault, TOKEN)) < LEAST_SECRET:
        made = "make one with: openssl rand -hex 32"
        raise Invalid(f"a secret of at least {LEAST_SECRET} characters is needed; {made}", where="settings.token")
    for name in FLOWS:
        url = secret(account, vault, name)
        if url:
            checked_url(url, f"settings.{name}")
