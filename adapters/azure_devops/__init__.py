"""Azure DevOps: pull requests, work items and pipelines. The vendor's SDK is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from adapters.azure_devops.api import Access, DevOps, WritingDevOps
from adapters.azure_devops.auth import access_by, access_of, forget, hook_password, who_of
from adapters.azure_devops.executor import AzureExecutor
from adapters.azure_devops.expiring import ONE, expiries_of
from adapters.azure_devops.forms import Owner
from adapters.azure_devops.guide import GUIDE
from adapters.azure_devops.hooks import ServiceHook
from adapters.azure_devops.keys import EntraKey
from adapters.azure_devops.work import AzureWorks
from application.ports.issuer import TokenIssuer
from application.ports.providers import Account, Connection, Provider, SettingsField, SignIn
from application.ports.secrets import Vault
from domain.errors import CannotBe, Invalid
from domain.messages import Address
from domain.privacy import Privacy

TOKEN = "token"
WAYS = (TOKEN, "browser", "code")
OWN_URLS = r"https://(dev\.azure\.com|[a-z0-9-]+\.visualstudio\.com)(/.*)?"


class AzureDevOpsProvider(Provider):
    """One organisation of Azure DevOps, opened by a personal access token of the owner's, or by Entra's sign-in."""

    name = "azure_devops"
    title = "Azure DevOps"
    fields = (
        SettingsField(
            "url", "Organisation", help="Such as https://dev.azure.com/your-organisation.", address=True, own=OWN_URLS
        ),
        SettingsField(
            "pat", "Personal access token", secret=True, help="Of this organisation; global ones end on 2026-12-01."
        ),
        SettingsField("pat_expires", "The token expires on", help="Such as 2027-03-31; Alfred tells you in time."),
        SettingsField("projects", "Projects", help="Only these, with commas between them; empty: all."),
        SettingsField(
            "hook_password",
            "Password of service hooks",
            secret=True,
            help="Optional, best 20 characters or more: polling finds everything.",
        ),
        SettingsField(
            "pat_covers", "What the token is for", ONE, help="organisation, or all: a global one.", rare=True
        ),
        SettingsField("sign_in", "Way to sign in", TOKEN, help="token; browser or code: with Entra.", rare=True),
        SettingsField("client_id", "Application id", help="For Entra; empty: microsoft.client_id.", rare=True),
        SettingsField("tenant", "Tenant", help="For Entra; empty: microsoft.tenant.", rare=True),
    )
    acting_scopes = ()
    privacy = Privacy.LOCAL
    guide = GUIDE

    def __init__(
        self, entra: TokenIssuer | None = None, today: Callable[[], date] = lambda: datetime.now(UTC).date()
    ) -> None:
        self._entra = entra
        self._today = today

    def with_entra(self, entra: TokenIssuer) -> AzureDevOpsProvider:
        """Return this provider with Entra's sign-in, which another adapter has."""
        return AzureDevOpsProvider(entra, self._today)

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        from adapters.azure_devops.entra import entra_sign_in
        from adapters.azure_devops.sign_in import TokenSignIn

        if by_entra(account):
            return entra_sign_in(self._entra_at_hand(), account, vault)
        return TokenSignIn(account, vault, self._today)

    def connect(self, account: Account, vault: Vault) -> Connection:
        access, who = self.access(account, vault), who_of(account, vault)
        owner = Owner(account.name, who.id, who.name, who.address)
        works = AzureWorks(DevOps(access), owner, projects_of(account))
        return Connection(
            account,
            Address(who.name, who.address),
            executors=(AzureExecutor(owner, WritingDevOps(access), projects_of(account)),),
            hooks=(ServiceHook(works, lambda: hook_password(account, vault)),),
            work=works,
            expiries=() if by_entra(account) else expiries_of(account, vault),
        )

    def disconnect(self, account: Account, vault: Vault) -> None:
        forget(account, vault)

    def access(self, account: Account, vault: Vault) -> Access:
        """Return how to get in; raise `SignInAgain` where nobody signed in the way that the settings want."""
        if not by_entra(account):
            return access_of(account, vault)
        return access_by(account, EntraKey(self._entra_at_hand().tokens(account, vault)))

    def _entra_at_hand(self) -> TokenIssuer:
        if self._entra is None:
            raise CannotBe("there is no sign-in with Entra here; use a personal access token", code="no_entra")
        return self._entra


def by_entra(account: Account) -> bool:
    """Whether the owner wants to sign in with Entra; raise `Invalid` for a way that there is not."""
    way = account.settings.get("sign_in") or TOKEN
    if way not in WAYS:
        raise Invalid(f"{way!r} is not one of {', '.join(WAYS)}", where="settings.sign_in")
    return way != TOKEN


def projects_of(account: Account) -> tuple[str, ...]:
    return tuple(each.strip() for each in account.settings.get("projects", "").split(",") if each.strip())


PROVIDER = AzureDevOpsProvider()
